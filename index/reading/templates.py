"""Phrases with gaps, such as '{n} in {a} coordination', found in a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from index.reading.sentence import SILENT, Sentence, parts_of

T = TypeVar("T")
Slot = Callable[[Sentence, int], "tuple[int, object] | None"]
"""reads what fills a gap at a position: its end and its value"""

_GAP = re.compile(r"\{(\w+)\}")
_ARTICLES = frozenset(("a", "an", "the", "its", "their"))
_IRREGULAR: Mapping[str, tuple[str, ...]] = {
    "is": ("are", "be", "being"), "has": ("have", "having"), "does": ("do",),
    "contains": ("contain", "containing"), "carries": ("carry",), "mixes": ("mix",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a template."""

    name: str


Form = tuple["str | Gap", ...]


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A template that was found, with what stands in its gaps."""

    end: int
    meaning: T
    values: Mapping[str, object]
    last: int
    """where the last gap begins that ends the template, else its end"""


class Templates(Generic[T]):
    """Templates and what they mean; hyphens, capitals and articles before gaps do not matter."""

    def __init__(self, table: Iterable[tuple[str, T]], slots: Mapping[str, Slot]) -> None:
        """Take templates and a reader for each name of a gap. The first of equals wins."""
        self._slots = slots
        self._by_first: dict[str | Gap, dict[Form, T]] = {}
        for text, meaning in table:
            form = _form(text)
            self._by_first.setdefault(form[0], {}).setdefault(form, meaning)

    def find(
        self, s: Sentence, i: int, accept: Callable[[Match[T]], bool] | None = None
    ) -> Match[T] | None:
        """Return the longest template at a position, of those that are accepted."""
        best = None
        for form, meaning in self._starting(s, i):
            found = self._follow(s, i, form)
            if found and (best is None or found[0] > best.end):
                match = Match(found[0], meaning, found[1], found[2])
                best = match if accept is None or accept(match) else best
        return best

    def _starting(self, s: Sentence, i: int) -> Iterator[tuple[Form, T]]:
        yield from self._by_first.get(s.word(i), {}).items()
        for name, slot in self._slots.items():
            forms = self._by_first.get(Gap(name))
            if forms and slot(s, i):
                yield from forms.items()

    def _follow(self, s: Sentence, i: int, form: Form) -> tuple[int, dict[str, object], int] | None:
        values: dict[str, object] = {}
        last = i
        for k, part in enumerate(form):
            i += bool(k) and s.word(i) in SILENT and s.glued(i)
            if not isinstance(part, Gap):
                if s.word(i) != part:
                    return None
                i += 1
                last = i
                continue
            last = s.skip(i, _ARTICLES) if k else i
            found = self._slots[part.name](s, last)
            if found is None:
                return None
            i, values[part.name] = found
        return i, values, last


def _form(text: str) -> Form:
    parts = _GAP.split(text)
    form: list[str | Gap] = []
    for k, part in enumerate(parts):
        form += [Gap(part)] if k % 2 else list(parts_of(part))
    return tuple(form)


def spoken(predicate: str) -> Iterator[str]:
    """Write 'has a gap' as it stands behind 'it', 'they' and 'must', and as a participle."""
    verb, _, rest = predicate.partition(" ")
    if verb == "is" and rest.startswith("not "):
        yield f"not be {rest[4:]}"
    for form in (verb, *_IRREGULAR.get(verb, (verb.removesuffix("s"),))):
        yield f"{form} {rest}".strip()
