"""One speaker of captions: what it knows, its dice, and what it must not say."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, TypeVar

from clac.data.chemistry import CLASSES, FAMILIES
from clac.data.claims import INF, Claim
from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS
from clac.data.facts import Facts
from clac.data.structure_types import structure_types
from clac.errors import ConfigError

T = TypeVar("T")
Form = Literal["adjective", "fragment", "predicate"]
"""before a noun; after one or alone; after 'It'"""

MASKS: frozenset[str] = frozenset(
    ("formula", "elements", "numbers", "symmetry", "properties", "names")
)
SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal",
           "cubic")  # fmt: skip


class Voice:
    """One speaker: the facts, the dice, and what must not be said."""

    __slots__ = (
        "claims",
        "dice",
        "elements",
        "facts",
        "formulas",
        "names",
        "numbers",
        "properties",
        "symmetry",
    )  # fmt: skip

    def __init__(self, facts: Facts, rng: random.Random, hide: frozenset[str]) -> None:
        """Raise ConfigError for an unknown mask."""
        if not hide <= MASKS:
            raise ConfigError(
                f"unknown caption mask {sorted(hide - MASKS)}; known: {', '.join(sorted(MASKS))}"
            )
        self.facts = facts
        self.claims: list[Claim] = []
        self.dice = rng.random
        self.elements = "elements" not in hide
        self.formulas = self.elements and "formula" not in hide
        self.numbers = "numbers" not in hide
        self.symmetry = "symmetry" not in hide
        self.properties = "properties" not in hide
        self.names = "names" not in hide

    def claim(
        self, kind: str, word: str = "", low: float = -INF, high: float = INF,
        negated: bool = False, stated: float = math.nan,
    ) -> None:  # fmt: skip
        """Note what the words that are being made will claim."""
        self.claims.append(Claim(kind, word, low, high, negated, stated))

    def unsay(self, mark: int) -> None:
        """Forget the claims after the first `mark`."""
        del self.claims[mark:]

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of the options."""
        return options[int(self.dice() * len(options))]

    def may_say(self, words: str) -> bool:
        """Tell whether words from a table or a record show nothing that is hidden."""
        return (
            (self.elements or not _shows_elements(words))
            and (self.formulas or not _shows_formula(words))
            and (self.numbers or not _shows_digits(words))
            and (self.symmetry or not _shows_symmetry(words))
        )

    def pick_words(self, options: Sequence[str]) -> str:
        """Draw one of the options that show nothing hidden, or ''."""
        allowed = [words for words in options if self.may_say(words)]
        return self.pick(allowed) if allowed else ""


_NAME = re.compile(
    r"\b(?:" + "|".join((
        *ELEMENT_NAMES.values(), *OTHER_SPELLINGS.values(), *CLASSES, *FAMILIES,
        "ferri", "ferro", "cupr", "sulf", "sulph", "phosph", "oxid", "silic", "alumin", "titan",
        "carb", "nitr", "chlor", "fluor", "lithi", "plumb", "stann",
    )) + ")",
    re.IGNORECASE,
)  # fmt: skip
_SYMBOL = "|".join(sorted(ELEMENT_NAMES, key=len, reverse=True))
_SYMBOLS = re.compile(rf"\b(?:(?:{_SYMBOL})\d*(?:\.\d+)?)+\b")


@lru_cache(maxsize=65536)
def _shows_elements(words: str) -> bool:
    return bool(_NAME.search(words) or _SYMBOLS.search(words))


@lru_cache(maxsize=65536)
def _shows_formula(words: str) -> bool:
    return bool(_SYMBOLS.search(words))


@lru_cache(maxsize=65536)
def _shows_digits(words: str) -> bool:
    return any(map(str.isdigit, words))


@lru_cache(maxsize=65536)
def _shows_symmetry(words: str) -> bool:
    text = f" {words.lower()} "
    named = (w.lower() for kind in structure_types() for w in (kind.name, *kind.words))
    return any(word in text for word in (*named, *SYSTEMS, "rhombohedral"))


def join(parts: Sequence[str]) -> str:
    """Write 'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def article(words: str) -> str:
    """Put 'a' or 'an' before words."""
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"
