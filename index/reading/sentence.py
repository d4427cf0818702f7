"""A query cut into words, and phrases looked up in it.

Positions count tokens; spans count characters of the text as it was typed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Generic, TypeVar

from index.filters import Filter

T = TypeVar("T")

_TOKEN = re.compile(
    r"\.{2,}|\d{1,3}(?:,\d{3})+(?![\d.])|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+"
    r"|[^\W\d_]+(?:'[^\W\d_]+)?|[<>=]=|=[<>]|\+/-|\S"
)
_PLAIN = str.maketrans(
    {
        **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789")),
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")),
        **dict.fromkeys("‐‑‒–—−⁻", "-"),
        **dict.fromkeys("’‘`´", "'"),
        **dict.fromkeys("\u00a0\u2009\u202f\t\n\r", " "),
        "≥": "≥", "≤": "≤", "≈": "~", "∼": "~", "Å": "Å", "·": " ", "×": "x",
    }
)  # fmt: skip
"""letters that mean the same; one for one, so that places in the text stay what they are"""
_SPELLING: Mapping[str, str] = {
    "aluminum": "aluminium", "cesium": "caesium", "sulphur": "sulfur", "gray": "grey",
    "center": "centre", "centerd": "centred",
    "centers": "centres", "centered": "centred", "centering": "centring",
    "behavior": "behaviour", "meter": "metre", "meters": "metres", "neighbor": "neighbour",
    "neighbors": "neighbours", "color": "colour", "colored": "coloured", "vertex": "corner",
    "vertices": "corners", "hexaflouride": "hexafluoride", "favorable": "favourable",
    "unfavorable": "unfavourable", "polarization": "polarisation", "pnicogen": "pnictogen",
    "flouride": "fluoride", "centrosymetric": "centrosymmetric",
}  # fmt: skip

_EASY = re.compile(r"[A-Za-z]+(?:[ -][A-Za-z]+)*")
"""a phrase that is cut at its blanks and hyphens"""
_FIRST = re.compile(r"([A-Za-z]+)(?:[ -]|$)")
SILENT = ("-", "_")
"""signs inside a phrase that do not matter"""
_GREEK: Mapping[str, str] = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and its tokens."""

    text: str
    """as typed, with typographic variants of letters made plain"""
    words: tuple[str, ...]
    """tokens in lower case and in one spelling"""
    raw: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    read: dict[tuple[Reader, int], Found | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    """what readers understood at positions"""

    def word(self, i: int) -> str:
        """Return the word at a position, '' beyond the ends."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def glued(self, i: int) -> bool:
        """Tell whether a token follows the one before it without a blank."""
        return 0 < i < len(self.words) and self.starts[i] == self.ends[i - 1]

    def skip(self, i: int, words: Iterable[str]) -> int:
        """Return the first position from i on whose word is none of some words."""
        while self.word(i) in words and i < len(self.words):
            i += 1
        return i

    def upto(self, i: int) -> Sentence:
        """Return the sentence that ends before a position."""
        return Sentence(self.text, self.words[:i], self.raw[:i], self.starts[:i], self.ends[:i])

    def token_at(self, place: int) -> int:
        """Return the first token that starts at or behind a place in the text."""
        return bisect_left(self.starts, place)


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader understood: up to, but without, a position."""

    end: int
    filter: Filter
    wider: Filter | None = None
    """what is meant where the text speaks of further elements: 'lithium oxide', 'ternary'"""


Reader = Callable[[Sentence, int], Found | None]


def remembered(reader: Reader) -> Reader:
    """Let a reader read each position of a sentence once: others come back to what it read."""

    @wraps(reader)
    def read(s: Sentence, i: int) -> Found | None:
        key = reader, i
        if key not in s.read:
            s.read[key] = reader(s, i)
        return s.read[key]

    return read


def cut(text: str) -> Sentence:
    """Cut a text into words, numbers and signs."""
    plain = text.translate(_PLAIN)
    matches = list(_TOKEN.finditer(plain))
    raw = tuple(match.group() for match in matches)
    return Sentence(
        plain,
        tuple(_spelled(word.lower()) for word in raw),
        raw,
        tuple(match.start() for match in matches),
        tuple(match.end() for match in matches),
    )


def _spelled(word: str) -> str:
    if word in _GREEK:
        return _GREEK[word]
    if word.startswith("sulph") or word.startswith("oxysulph"):
        word = word.replace("sulph", "sulf")
    return _SPELLING.get(word, word)


@lru_cache(maxsize=8192)
def parts_of(phrase: str) -> tuple[str, ...]:
    """Cut a phrase of a table into words, without the signs that do not matter."""
    if _EASY.fullmatch(phrase):
        return tuple(_spelled(word) for word in phrase.lower().replace("-", " ").split())
    return tuple(word for word in cut(phrase).words if word not in SILENT)


class Phrases(Generic[T]):
    """Phrases and what they mean; hyphens and capitals do not matter."""

    def __init__(self, table: Mapping[str, T], *, plural: bool = False) -> None:
        """Take phrases; with plural, an s behind each is read too. The first of equals wins."""
        self._plural = plural
        # Thousands of phrases are cut into words only when a text has their first word.
        self._whole: dict[str, list[tuple[str, T]]] = {}
        self._cut: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, meaning in table.items():
            for first in _first_words(phrase, plural):
                self._whole.setdefault(first, []).append((phrase, meaning))

    def find(self, s: Sentence, i: int) -> tuple[int, T] | None:
        """Return the end and the meaning of the longest phrase at a position."""
        word = s.word(i)
        for form, meaning in self._cut.get(word) or self._starting(word):
            end = i + 1 if len(form) == 1 else _follow(s, i, form)
            if end:
                return end, meaning
        return None

    def _starting(self, word: str) -> list[tuple[tuple[str, ...], T]]:
        """Return the phrases that begin with a word, the longest first."""
        if word not in self._whole:
            return []
        if word not in self._cut:
            forms: dict[tuple[str, ...], T] = {}
            for phrase, meaning in self._whole[word]:
                parts = parts_of(phrase)
                forms.setdefault(parts, meaning)
                if self._plural:
                    forms.setdefault((*parts[:-1], _plural(parts[-1])), meaning)
            fitting = ((form, meaning) for form, meaning in forms.items() if form[0] == word)
            self._cut[word] = sorted(fitting, key=lambda entry: -len(entry[0]))
        return self._cut[word]


def _first_words(phrase: str, plural: bool) -> tuple[str, ...]:
    """Return the word that a phrase begins with, and its plural where there is no other word."""
    plain = _FIRST.match(phrase)
    parts = (_spelled(plain[1].lower()),) if plain else parts_of(phrase)[:1]
    if plural and parts and len(parts_of(phrase)) == 1:
        return parts[0], _plural(parts[0])
    return parts


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeo":
        return word[:-1] + "ies"
    return word + "s"


def _follow(s: Sentence, i: int, form: tuple[str, ...]) -> int:
    """Return the end of a phrase whose first word stands at i, or 0.

    Hyphens between its words are skipped.
    """
    words, count = s.words, len(s.words)
    for word in form[1:]:
        i += 1
        if i < count and words[i] in SILENT and s.glued(i):
            i += 1
        if i >= count or words[i] != word:
            return 0
    return i + 1
