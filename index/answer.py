"""From a crystal to a predicted property with its interval and its evidence: hits + head -> Answer.

Shape letters: b crystals, k neighbours, d embedding, c outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from clac import head_files
from clac.data.symmetry import reduced_formula
from clac.errors import InputError
from clac.types import Graph, Record, Refusal
from index.engine import SearchEngine
from index.labels import column_of, numbers, one_hot, possible, words
from index.types import Answer, Evidence

if TYPE_CHECKING:
    import torch

    from clac.embed import Analyzed
    from clac.head_files import HeadCard, Heads
    from clac.heads import PropertyHead
    from clac.tower import PropertyTower

_BATCH = 64
_CHECKED = 2000
"""labels of an index that are compared with what a head expects"""
_ENOUGH = 10
"""labels that tell whether they are of the kind that a head learnt"""


def heads_beside(index: Path) -> Path:
    """Return the folder of the heads that were learnt from an index."""
    return index.absolute().with_name(f"{index.absolute().name}.heads")


class Predictor:
    """Heads of the model and of an index, and the labelled crystals of that index."""

    def __init__(self, engine: SearchEngine) -> None:
        """Read what heads there are; they load when they are first asked.

        A head beside the index goes before one of the model. Raises ModelError for heads of
        another model.
        """
        self.engine = engine
        model_id = engine.embedder.model_id
        folders = (heads_beside(engine.folder), Path(engine.embedder.folder) / "heads")
        self._known = [head_files.read_heads(folder, model_id) for folder in folders]
        self._loaded: dict[str, _Loaded] = {}

    @property
    def properties(self) -> tuple[str, ...]:
        """Name the properties that can be predicted."""
        return tuple(sorted({name for heads in self._known for name in heads.cards}))

    def predict(
        self,
        records: Iterable[Record],
        properties: Sequence[str],
        refused: Callable[[Refusal], None],
        without: frozenset[str] = frozenset(),
    ) -> Iterator[Answer]:
        """Predict properties of crystals, one answer for each of both.

        Without: ids of the index that are no evidence, such as the asked crystal's own. Raises
        InputError for a property that no head predicts, with those that are.
        """
        self.check(properties)
        loaded = [self._load(name) for name in properties]
        stream = iter(records)
        while chunk := list(islice(stream, _BATCH)):
            rows = self.engine.embedder.analyze(chunk, refused)
            if rows:
                graphs = [row.graph for row in rows]
                vectors = self.engine.embedder.encode_graphs(graphs)
                said = self._tower_says(graphs) if any(one.card.tower for one in loaded) else None
                answers = [one.answers(rows, vectors, said, without) for one in loaded]
                for of_row in zip(*answers, strict=True):
                    yield from of_row

    def check(self, properties: Sequence[str]) -> None:
        """Raise InputError for a property that no head predicts, with those that are known."""
        head_files.check_known(properties, *self._known)

    def _load(self, name: str) -> _Loaded:
        """Load the head of a property once."""
        if name not in self._loaded:
            heads = next(heads for heads in self._known if name in heads.cards)
            self._loaded[name] = _Loaded(name, heads, self)
        return self._loaded[name]

    @cached_property
    def tower(self) -> PropertyTower:
        """Load the tower of the model's heads."""
        return head_files.load_tower(self._known[1])

    def _tower_says(self, graphs: Sequence[Graph]) -> np.ndarray:
        """Return what the tower says of graphs (b, p), in the unit of each of its outputs."""
        from clac.embed import by_edges
        from clac.tower import predict

        return np.concatenate([predict(self.tower, part) for part in by_edges(graphs)])


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Labelled crystals near one that is asked."""

    rows: np.ndarray
    """(k,) rows of the index, nearest first"""
    scores: np.ndarray
    """(k,) cosines"""
    shares: np.ndarray
    """(k,) of each in the prediction"""


class _Loaded:
    """One head with the labels of the index that it looks at."""

    def __init__(self, name: str, heads: Heads, predictor: Predictor) -> None:
        self.name, self.predictor = name, predictor
        self.engine = predictor.engine
        self.card: HeadCard = heads.cards[name]
        self.config = heads.configs[name]
        self.head: PropertyHead = head_files.load_head(heads, name)

    @cached_property
    def column(self) -> pa.Array:
        """Return the property of all rows (b,) as it stands in the index, null where unknown."""
        try:
            return column_of(self.engine.catalog, self.name)
        except InputError:  # an index without this property has no neighbours to show
            return pa.nulls(len(self.engine), pa.string() if self.card.classes else pa.float64())

    @cached_property
    def labels(self) -> np.ndarray:
        """Return the labels of the index (b, c) in the head's own scale, NaN where unknown."""
        if self.card.classes:
            return one_hot(words(self.column), self.card.classes)
        values = (numbers(self.column, self.card.log_scale) - self.card.centre) / self.card.scale
        return values[:, None].astype(np.float32)

    @cached_property
    def known(self) -> np.ndarray:
        """Tell of which rows of the index the label is known (b,) bool."""
        return ~np.isnan(self.labels).any(axis=1)

    @cached_property
    def foreign(self) -> float:
        """Return by how much the index's labels differ from what the head expects, typically.

        In the head's scale; zero where they agree, as they do where it learnt from them. Labels of
        another kind, measured beside computed ones say, are evidence but must not be mixed.
        """
        import torch

        rows = np.flatnonzero(self.known)
        if self.card.classes or not len(rows):
            return 0.0
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _CHECKED)).astype(int)]
        with torch.inference_mode():
            said = self.head.own_part(torch.from_numpy(self.engine.vectors.vectors(rows))).numpy()
        off = float(np.median(self.labels[rows] - said))
        return off if abs(off) > self.card.own_error else 0.0

    @cached_property
    def is_trusted(self) -> bool:
        """Tell whether the labels are of the kind that was learnt: enough of them, and alike."""
        return bool(self.known.sum() >= _ENOUGH and not self.foreign)

    def answers(
        self,
        rows: Sequence[Analyzed],
        vectors: np.ndarray,
        said: np.ndarray | None,
        without: frozenset[str],
    ) -> list[Answer]:
        """Answer for crystals (b,) with vectors (b, d), of which a tower said (b, p)."""
        import torch

        with torch.inference_mode():
            asked = torch.from_numpy(vectors)
            own = self._own(asked, said)
            found, scores = self._nearest(vectors, without)
            there = (found >= 0) & (scores[:, :1] >= self.card.near) & self.is_trusted
            near = np.zeros((*found.shape, vectors.shape[1]), dtype=np.float32)
            shown = np.zeros((*found.shape, self.labels.shape[1]), dtype=np.float32)
            near[there] = self.engine.vectors.vectors(found[there])
            shown[there] = self.labels[found[there]]
            near, labels = torch.from_numpy(near), torch.from_numpy(shown)
            parts = self.head(own, asked, near, labels, torch.from_numpy(there))
            mean, spread, shares = (part.numpy() for part in parts)
        close = self._close(vectors)
        return [
            self._answer(
                row, mean[i], float(spread[i]),
                _Neighbours(found[i], scores[i], np.where(there[i], shares[i], 0)),
                bool(there[i].any()), bool(close[i] >= self.card.far),
            )
            for i, row in enumerate(rows)
        ]  # fmt: skip

    def _own(self, vectors: torch.Tensor, said: np.ndarray | None) -> torch.Tensor:
        """Return what crystals say without neighbours (b, c), in the head's own scale."""
        import torch

        if said is None or not self.card.tower:
            return self.head.own_part(vectors)
        values = said[:, [self.predictor.tower.names.index(self.card.column)]]
        return torch.from_numpy(((values - self.card.centre) / self.card.scale).astype(np.float32))

    def _nearest(
        self, vectors: np.ndarray, without: frozenset[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find labelled rows near vectors (b, d): rows (b, k), -1 for none, and cosines (b, k)."""
        k = self.config.neighbours
        allowed = self.known
        for id in without:
            if (row := self.engine.catalog.row_of(id)) is not None:
                allowed = allowed.copy()
                allowed[row] = False
        found = np.full((len(vectors), k), -1)
        scores = np.full((len(vectors), k), -1, dtype=np.float32)
        if allowed.any():
            best, rows = self.engine.vectors.search(vectors, min(k, int(allowed.sum())), allowed)
            found[:, : rows.shape[1]], scores[:, : rows.shape[1]] = rows, best
        return found, scores

    def _close(self, vectors: np.ndarray) -> np.ndarray:
        """Return how near crystals (b,) are to those that the head learnt from."""
        return (vectors @ self.head.landmarks.numpy().T).max(axis=1)

    def _answer(
        self, row: Analyzed, mean: np.ndarray, spread: float, near: _Neighbours, is_near: bool,
        is_known: bool,
    ) -> Answer:  # fmt: skip
        card = self.card
        factor = card.spreads if is_near else card.spreads_lonely
        if not self.is_trusted:  # nobody knows whether it is lonely
            factor = card.spreads_alone
        told = {
            "id": row.record.id, "formula": reduced_formula(row.symmetry.primitive.numbers),
            "property": self.name, "unit": card.unit, "coverage": card.coverage,
            "source": card.source, "evidence": self._evidence(near),
            "warning": self._warning(row, near, is_near, is_known),
        }  # fmt: skip
        if card.classes:
            order = np.argsort(-mean, kind="stable")
            named = {card.classes[i]: float(mean[i]) for i in order}
            possible = tuple(name for name, p in named.items() if 1 - p <= factor)
            best = next(iter(named))
            return Answer(
                value=best, interval=None, probabilities=named, possible=possible or (best,), **told
            )
        width = factor * spread
        middle, low, high = (self._value(float(mean[0]) + x) for x in (0, -width, width))
        return Answer(value=middle, interval=(low, high), **told)

    def _value(self, scaled: float) -> float:
        """Turn a number of the head's scale into one in the unit."""
        value = scaled * self.card.scale + self.card.centre
        return possible(self.name, value, self.card.log_scale)

    def _evidence(self, near: _Neighbours) -> tuple[Evidence, ...]:
        """Dress the neighbours with the largest shares; the nearest where none has any."""
        there = np.flatnonzero(near.rows >= 0)
        order = there[np.argsort(-near.shares[there], kind="stable")][: self.config.evidence]
        shown = self.engine.catalog.rows(near.rows[order])
        return tuple(
            Evidence(
                id=row["id"], formula=row["formula"], space_group=row["space_group"],
                value=self._label(int(near.rows[i])), score=float(near.scores[i]),
                weight=float(near.shares[i]),
            )
            for i, row in zip(order, shown, strict=True)
        )  # fmt: skip

    def _label(self, row: int) -> float | str:
        """Return the label of a row as it stands in the index."""
        label = self.column.slice(row, 1)
        return str(words(label)[0]) if self.card.classes else float(label[0].as_py())

    def _warning(self, row: Analyzed, near: _Neighbours, is_near: bool, is_known: bool) -> str:
        """Say why to be careful."""
        from pymatgen.core import Element

        said = []
        new = sorted(set(row.graph.numbers.tolist()) - set(self.card.elements))
        if new:
            names = ", ".join(Element.from_Z(z).symbol for z in new)
            said.append(f"outside the data's range: it learnt no crystal with {names}")
        elif not is_known:
            said.append("outside the data's range: it learnt no crystal like this one")
        if self.foreign and self.known.sum() >= _ENOUGH:
            said.append(
                "labels of this index are of another kind than those it learnt, by "
                f"{self.foreign * self.card.scale:+.2g}{self._unit()} typically: shown, not used"
            )
        elif not self.known.any():
            said.append("no crystal of this index has a label: predicted from the crystal alone")
        elif not self.is_trusted:
            said.append(
                f"too few labels in this index ({int(self.known.sum())}) to tell whether they are "
                "of the kind that it learnt: shown, not used"
            )
        elif not is_near:
            best = f"best cosine {near.scores[0]:.2f}, " if near.rows[0] >= 0 else ""
            said.append(
                f"no labelled crystal is near ({best}usual {self.card.near:.2f} and more): "
                "predicted from the crystal alone, with a wider interval"
            )
        return "; ".join(said)

    def _unit(self) -> str:
        unit = " in log10" if self.card.log_scale else ""
        return f" {self.card.unit}{unit}" if self.card.unit else unit
