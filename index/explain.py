"""Why a crystal is said to have a property: what its atoms look at, and what each word moves.

Shape letters: o atoms, w words, t tokens.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clac import head_files
from clac.data.chemistry import SYMBOLS
from clac.errors import ModelError, refuse
from clac.types import Record
from index.labels import possible
from index.stages import facts_of
from index.types import Explanation

if TYPE_CHECKING:
    from clac.embed import Analyzed, Embedder
    from clac.fusion import Cast
    from clac.types import Graph

_ENDS = {"[CLS]": "(start)", "[SEP]": "(end)"}


class Explainer:
    """The fused network of a model, and the text encoder that it listens to."""

    def __init__(self, embedder: Embedder) -> None:
        """Load the network. Raises ModelError where the model has none that fits its graphs."""
        self.embedder = embedder
        self.heads = head_files.read_heads(Path(embedder.folder) / "heads", embedder.model_id)
        self.cast: Cast = head_files.load_fusion(self.heads)

    @property
    def properties(self) -> tuple[str, ...]:
        """Name the properties that can be explained."""
        known = self.heads.cards.items()
        return tuple(sorted(name for name, card in known if card.column in self.cast.names))

    def explain(self, record: Record, property: str) -> Explanation:
        """Explain a property of a crystal.

        Raises ModelError for a property that the network does not know, with those that it does,
        and InputError for a crystal that cannot be represented.
        """
        if property not in self.properties:
            known = ", ".join(self.properties)
            raise ModelError(f"no attention can be shown for {property!r}; known: {known}")
        from clac.fusion_text import describe

        (row,) = self.embedder.analyze([record], refuse)
        facts, card = facts_of(row), self.heads.cards[property]
        text = describe(facts)
        (said,) = self.embedder.word_states([text])
        words, of_word = joined(said.pieces)
        column = self.cast.names.index(card.column)
        value, effects, looked = look(self.cast, row.graph, said.states, of_word, column)
        return Explanation(
            id=record.id, formula=facts.formula, property=property,
            value=possible(property, value, card.log_scale), unit=card.unit,
            log_scale=card.log_scale, description=text, words=words,
            effects=tuple(effects.tolist()), atoms=_atoms(row),
            attention=tuple(map(tuple, looked.tolist())), source=card.source,
            warning=self._warning(row.graph),
        )  # fmt: skip

    def _warning(self, graph: Graph) -> str:
        """Name the elements of which the network learnt no label."""
        new = [SYMBOLS[int(z)] for z in np.unique(graph.numbers) if not self.cast.met[int(z)]]
        what = "outside the data's range: the network learnt no crystal with"
        return f"{what} {', '.join(new)}" if new else ""


def joined(pieces: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Join pieces of words; returns the words (w,) and the word of each piece (t,)."""
    words: list[str] = []
    of_word = []
    for piece in pieces:
        if piece.startswith("##") and words:
            words[-1] += piece.removeprefix("##")
        else:
            words.append(_ENDS.get(piece, piece))
        of_word.append(len(words) - 1)
    return tuple(words), np.array(of_word)


def look(
    cast: Cast, graph: Graph, states: np.ndarray, of_word: np.ndarray, column: int
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return a prediction, what each word moves it by (w,), and attention (o, w).

    A word that is not to be asked has been read by the others all the same.
    """
    import torch

    from clac.embed import MAX_EDGES
    from clac.fusion import fuse

    count = int(of_word.max()) + 1
    deaf = np.concatenate([[np.zeros_like(of_word, bool)], of_word == np.arange(count)[:, None]])
    copies = max(1, MAX_EDGES // max(graph.edge_index.shape[1], 1))
    said = []
    with torch.inference_mode():
        for start in range(0, len(deaf), copies):
            part = torch.from_numpy(deaf[start : start + copies])
            batch = dataclasses.replace(
                fuse([graph] * len(part), [states] * len(part)), padding=part
            )
            said.append(cast.predict(batch)[:, column].double().numpy())
        _, seen = cast.nodes(fuse([graph], [states]), show=True)
    by_token = seen.mean(dim=0).numpy()
    looked = np.zeros((len(by_token), count))
    np.add.at(looked.T, of_word, by_token.T)
    whole, *without = np.concatenate(said)
    return float(whole), whole - np.array(without), looked


def _atoms(row: Analyzed) -> tuple[str, ...]:
    """Name the orbits of a crystal: element, atoms in the primitive cell, bonds of each."""
    graph = row.graph
    return tuple(
        f"{SYMBOLS[int(z)]}, {int(m)} in the cell, {int(c)} bonds"
        for z, m, c in zip(graph.numbers, graph.multiplicity, graph.coordination)
    )
