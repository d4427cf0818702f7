"""Records and texts to unit vectors: the only door from the engine into the model.

Texts run on onnxruntime and never load torch; the crystal tower loads at its first use.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clac import checkpoint, hub
from clac.errors import InputError, ModelError, refuse
from clac.tokens import INPUTS, Tokenizer, pad
from clac.types import Embeddings, Graph, Record, Refusal

if TYPE_CHECKING:
    from clac.data.network import Network
    from clac.data.symmetry import Symmetry
    from clac.model import Clac

TEXT_BATCH = 32
STRUCTURE_BATCH = 256
MAX_EDGES = 50_000
"""of graphs encoded at once; each costs about 3 kB of memory"""


@dataclass(frozen=True, slots=True)
class Analyzed:
    """A record with its symmetry, its bonded network and the graph that the model reads."""

    record: Record
    symmetry: Symmetry
    network: Network
    graph: Graph


@dataclass(frozen=True, slots=True)
class Embedded:
    """A record with its symmetry, its bonded network and its vector."""

    record: Record
    symmetry: Symmetry
    network: Network
    vector: np.ndarray
    """(d,) float32, length one"""


@dataclass(frozen=True, slots=True)
class WordStates:
    """A text as pieces of words and what the text tower knows of each."""

    pieces: tuple[str, ...]
    """(t,) of words, numbers, elements with amounts; '##' stands before what continues a word"""
    states: np.ndarray
    """(t, text width) float16"""


class Embedder:
    """Encode texts and crystals with one model."""

    def __init__(self, description: checkpoint.Description) -> None:
        """Take a described checkpoint; its parts load when they are first needed."""
        self._description = description
        self.model_id = description.model_id
        self.folder = description.folder
        self.dim = description.config.dim
        self.temperature = 1 / description.scale

    def __reduce__(self) -> tuple[Any, ...]:
        """Send another process what the checkpoint is, never what is loaded of it."""
        return type(self), (self._description,)

    @classmethod
    def load(cls, folder: Path | str | None = None) -> Embedder:
        """Open a checkpoint folder, or the model that ships with the package.

        Raises ModelError where a part is missing, damaged or of another format.
        """
        return cls(checkpoint.describe(Path(folder) if folder else checkpoint.DEFAULT_FOLDER))

    @classmethod
    def from_pretrained(
        cls,
        name: str | Path,
        *,
        revision: str | None = None,
        cache_dir: str | Path | None = None,
        token: str | bool | None = None,
    ) -> Embedder:
        """Open a checkpoint folder, or OWNER/NAME of the Hugging Face Hub.

        Revision (a branch, tag or commit), cache_dir and token are those of `huggingface_hub`.
        Raises FetchError where it cannot be had, and ModelError as `load` does: its parts must
        hash to the id that it claims.
        """
        if Path(name).is_dir():
            return cls.load(name)
        return cls.load(hub.fetch(str(name), revision=revision, cache_dir=cache_dir, token=token))

    def save_pretrained(self, folder: str | Path) -> None:
        """Copy the checkpoint, with its heads, to another folder.

        Raises ModelError where it cannot be written.
        """
        hub.copy(self.folder, Path(folder), Path(folder).name, self.model_id)

    def push_to_hub(
        self,
        name: str,
        *,
        private: bool | None = None,
        message: str = "",
        token: str | bool | None = None,
    ) -> str:
        """Copy the checkpoint to OWNER/NAME of the Hugging Face Hub; return the commit's address.

        Without a token that of `hf auth login` is used. Raises FetchError where the Hub refuses or
        cannot be reached.
        """
        told = {"private": private, "message": message, "token": token}
        return hub.push(self.folder, name, self.model_id, **told)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors (b, d) float32 of b texts."""
        if isinstance(texts, str):
            raise TypeError("encode_texts takes a list of texts, not one text")
        tokens = self._tokenizer.encode(texts)
        vectors = np.empty((len(tokens), self.dim), dtype=np.float32)
        # Batches of like length waste little on padding.
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), TEXT_BATCH):
            rows = order[start : start + TEXT_BATCH]
            inputs = dict(zip(INPUTS, pad([tokens[i] for i in rows])))
            vectors[rows] = self._session.run(None, inputs)[0]
        return vectors

    def encode_structures(self, structures: Sequence[Any]) -> np.ndarray:
        """Return unit vectors (b, d) float32 of pymatgen Structures, ASE Atoms or Records.

        Raises InputError naming the position of one that cannot be represented.
        """
        from clac.data.formats.objects import structure_from

        records = []
        for i, one in enumerate(structures):
            place = f"structure {i}"
            try:
                records.append(Record(str(i), structure_from(one), origin=place))
            except InputError as error:
                raise InputError(place, error.reason) from error
        vectors = np.empty((len(records), self.dim), dtype=np.float32)
        for i, embedded in enumerate(self.embed_records(records, refuse)):
            vectors[i] = embedded.vector
        return vectors

    def embed(self, records: Iterable[Record]) -> Embeddings:
        """Return the vectors of records with their ids. Raises InputError for a bad record."""
        done = list(self.embed_records(records, refuse))
        vectors = np.stack([e.vector for e in done]) if done else np.empty((0, self.dim), "f4")
        return Embeddings(tuple(e.record.id for e in done), vectors, self.model_id)

    def embed_records(
        self,
        records: Iterable[Record],
        refused: Callable[[Refusal], None],
        batch: int = STRUCTURE_BATCH,
    ) -> Iterator[Embedded]:
        """Encode a stream of records, `batch` at a time, and hand on what is refused."""
        stream = iter(records)
        while chunk := list(islice(stream, batch)):
            if known := self.analyze(chunk, refused):
                vectors = self.encode_graphs([row.graph for row in known])
                for row, vector in zip(known, vectors):
                    yield Embedded(row.record, row.symmetry, row.network, vector)

    def analyze(
        self, records: Iterable[Record], refused: Callable[[Refusal], None]
    ) -> list[Analyzed]:
        """Find symmetry, bonds and graph of each record, and hand on what is refused."""
        from clac.data.graphs import build_graph
        from clac.data.network import network
        from clac.data.symmetry import analyze

        config = self._description.config.graph
        known = []
        for record in records:
            try:
                symmetry = analyze(record.structure, config.symprec_ang)
                bonded = network(symmetry)
                graph = build_graph(symmetry, config, bonded)
                known.append(Analyzed(record, symmetry, bonded, graph))
            except InputError as error:
                refused(Refusal(record.origin or record.id, error.reason))
        return known

    def encode(self, rows: Sequence[Analyzed]) -> np.ndarray:
        """Return unit vectors (b, d) float32 of at least one row, encoded by one thread.

        On a CPU the same rows give the same bits, however many cores there are.
        """
        import torch

        _ = self._model  # which sets a number of threads when it loads
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return self.encode_graphs([row.graph for row in rows])
        finally:
            torch.set_num_threads(threads)

    def encode_graphs(self, graphs: Sequence[Graph]) -> np.ndarray:
        """Return unit vectors (b, d) float32 of at least one graph."""
        import torch

        from clac.data.graphs import collate

        device = "cuda" if torch.cuda.is_available() else "cpu"
        tower = self._model.to(device)
        with torch.inference_mode():
            parts = [
                tower.encode_graphs(collate(part).to(device)).cpu().numpy()
                for part in by_edges(graphs)
            ]
        return np.concatenate(parts)

    def word_states(self, texts: Sequence[str]) -> list[WordStates]:
        """Return what the text tower knows of each word of some texts; loads it in torch."""
        from clac.fusion_text import read

        tokens = self._tokenizer.encode(texts)
        pieces = map(self._tokenizer.pieces, tokens)
        states = read(self._listener, tokens)
        return [WordStates(tuple(p), s) for p, s in zip(pieces, states, strict=True)]

    @cached_property
    def _listener(self) -> Clac:
        return checkpoint.load(self._description.folder)

    @cached_property
    def _model(self) -> Clac:
        import torch

        # Two threads at most: on a loaded machine more of them wait for each other.
        torch.set_num_threads(min(torch.get_num_threads(), 2))
        return checkpoint.load(self._description.folder, text=False)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        folder, config = self._description.folder, self._description.config
        path, text = folder / "tokenizer.json", config.text
        return Tokenizer.load(path, text.max_tokens, text.values)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(os.cpu_count() or 1, 2)
        # A spinning thread starves its neighbour on a loaded machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = self._description.folder / "text.onnx"
        try:
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library's own exceptions share no public base
            raise ModelError(f"{path}: cannot be opened ({error})") from error


def by_edges(graphs: Sequence[Graph]) -> Iterator[Sequence[Graph]]:
    """Cut graphs into runs of at most MAX_EDGES edges, or of one graph."""
    start = edges = 0
    for i, graph in enumerate(graphs):
        edges += graph.edge_index.shape[1]
        if edges > MAX_EDGES and i > start:
            yield graphs[start:i]
            start, edges = i, graph.edge_index.shape[1]
    yield graphs[start:]


def load_model(folder: Path | str | None = None) -> Embedder:
    """Open the model that ships with the package, one of a folder or OWNER/NAME of the Hub.

    What is no folder and reads like OWNER/NAME is fetched. Raises FetchError and ModelError as
    `Embedder.from_pretrained` does.
    """
    if folder is not None and hub.is_name(folder):
        return Embedder.from_pretrained(Path(folder).as_posix())
    return Embedder.load(folder)
