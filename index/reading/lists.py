"""Where a list of elements ends because something else begins in it."""

from __future__ import annotations

from index.reading.elements import Item
from index.reading.sentence import Sentence
from index.reading.structures import read_structure_type
from index.reading.surroundings import read_surroundings
from index.reading.symmetry import read_symmetry


def own_items(s: Sentence, items: list[Item]) -> list[Item]:
    """Leave out the end of a list that says something of its own.

    Such are 'and titanium in octahedral sites' and 'calcium, nickel tin-structured'.
    """
    for k, item in enumerate(items):
        others = (read_surroundings(s, item.start), read_symmetry(s, item.start))
        if any(other and other.end > item.end for other in others):
            return items[:k]
        kind = read_structure_type(s, item.start) if k else None
        if kind and kind.end > items[-1].end:
            return items[:k]
    return items
