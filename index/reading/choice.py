"""What is read at one position of a query, of all that the readers offer."""

from __future__ import annotations

from index.filters import Filter
from index.reading.composition import read_composition
from index.reading.constituents import read_constituent
from index.reading.parts import columns_said
from index.reading.phrases import read_phrase
from index.reading.quantities import read_quantity
from index.reading.sentence import Found, Reader, Sentence, remembered
from index.reading.surroundings import read_surroundings
from index.reading.symmetry import read_symmetry
from index.reading.textbook import WISHED, is_announced, read_textbook
from index.reading.wordings import read_wording

_READERS: tuple[Reader, ...] = (
    read_quantity, read_symmetry, read_surroundings, read_wording, read_phrase, read_composition,
    read_constituent,
)  # fmt: skip


def is_wish(filter: Filter) -> bool:
    """Tell what the textbook says of some crystals, which leaves none out."""
    return WISHED.issuperset(columns_said(filter))


@remembered
def read_words(s: Sentence, i: int) -> Found | None:
    """Read words with an exact meaning at a position, or what the textbook says of some crystals.

    The textbook's words count where they are more than exact words together: 'p-type
    semiconductor', but not 'narrow-gap semiconductor'. Of 'cobalt-free cathode' the beginning
    is exact, and the rest is what the textbook says of such cathodes.
    """
    exact = _exact(s, i)
    told = read_textbook(s, i)
    if told is None:
        return (_rest_of_fact(s, i) or exact) if i else exact
    if is_announced(s, i) or s.word(i) == "contains":
        return told
    if exact and (s.word(exact.end - 1) in _ELEMENTS_BEFORE or exact.end >= told.end):
        return exact
    return exact if _in_parts(s, i, told.end) else told


_ELEMENTS_BEFORE = frozenset(("free", "based", "containing", "bearing"))
_LOOK_BACK = 4


def _rest_of_fact(s: Sentence, i: int) -> Found | None:
    """Read 'cathode' behind 'cobalt-free' as what the textbook calls so."""
    if s.word(i - 1) not in _ELEMENTS_BEFORE:
        return None
    for k in range(max(i - _LOOK_BACK, 0), i):
        told, exact = read_textbook(s, k), _exact(s, k)
        if told and exact and exact.end == i < told.end:
            return told
    return None


_GENERAL = frozenset("material materials crystal compound solid phase family conductor".split())


def _in_parts(s: Sentence, i: int, end: int) -> bool:
    """Tell whether all words of a phrase are said by exact ones in a row."""
    inner, k = s.upto(end), i
    while k < end:
        found = _exact(inner, k)
        if found is None and (k == i or s.word(k).removesuffix("s") not in _GENERAL):
            return False
        k = found.end if found else k + 1
    return True


@remembered
def _exact(s: Sentence, i: int) -> Found | None:
    """Return what the reader that takes most words reads at a position; the first of equals."""
    best = None
    for read in _READERS:
        found = read(s, i)
        if found and (best is None or found.end > best.end):
            best = found
    if best and s.word(i) in _BEFORE and best.end > i + 1:
        inner = _exact(s, i + 1)
        best = None if inner and inner.end > best.end else best
    within = _begun_within(s, i, best) if best else 0
    return _exact(s.upto(within), i) if within else best


_BEFORE = frozenset(("a", "an", "is", "are", "be"))
"""words that are left where what follows says more without them: 'a metal-only compound'"""


_LONG = 4


def _begun_within(s: Sentence, i: int, found: Found) -> int:
    """Return where something longer begins in a phrase, or 0.

    It is a number ('with a band gap' before 'of 1 eV') or a description in many words.
    """
    if found.end == i + 1 or s.word(found.end) == "":
        return 0
    phrase = found in (read_phrase(s, i), read_wording(s, i))
    for k in range(i + 1, found.end):
        amount = read_quantity(s, k) if phrase else None
        wording = read_wording(s, k)
        if amount and amount.end > found.end:
            return k
        if wording and wording.end > max(found.end, k + _LONG - 1):
            return k
    return 0
