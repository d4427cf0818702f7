"""Plain English to constraints: what a query says for certain, and the words that are left.

A word is read only where it has one meaning; all others are left to the encoder. A constraint on a
property holds for crystals of which the property is known: 'stable' is an energy above hull of at
most 1 meV/atom, and a crystal without one is neither stable nor unstable.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.filters import All, Filter, Test
from index.reading.choice import is_wish, read_words
from index.reading.composition import read_listed
from index.reading.formulas import in_order
from index.reading.joining import joined
from index.reading.negation import between, excluded_behind, negate, read_negation
from index.reading.parts import Part, columns_said, settled
from index.reading.phrases import read_phrase
from index.reading.saying import say
from index.reading.sentence import Found, Sentence, cut
from index.reading.structures import TYPE_LABELS
from index.reading.wordings import read_wording

LONGEST_TEXT = 2000
"""letters of a query that are read for constraints; what stands behind them is left as it is"""
_APART = frozenset((",", ";", "+", "/", "|", "&"))
"""signs behind what is excluded: 'no cobalt + lithium manganese oxide'"""
_EXAMPLES = frozenset(
    (("such", "as"), ("similar", "to"), ("compared", "to"), ("analogous", "to"), ("related", "to"),
     ("compared", "with"), ("isostructural", "to"))
)  # fmt: skip
"""words before what is only an example"""
_WISHES = frozenset("would i'd i we we'd you you'd d might should to".split())
_GLUE = frozenset(
    "a an the with and or of in is are be that which has have having but also it its as for to "
    "both either contains containing contain include including made from whose , ; : . ? ! - ( ) "
    "/ & + they them by at on where this these there than must should can".split()
)
"""words that mean nothing by themselves"""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that a query says for certain."""

    text: str
    """the words of the query that said it"""
    start: int
    end: int
    """text == query[start:end]"""
    filter: Filter
    says: str
    """canonical English, as 'band gap 1 to 2 eV'"""


@dataclass(frozen=True, slots=True)
class Understood:
    """A query in two parts."""

    constraints: tuple[Constraint, ...]
    """in the order of the text, without overlap"""
    rest: str
    """the words that no constraint took, for the encoder; '' where none means anything"""
    text: str
    """the whole query"""

    @property
    def filter(self) -> Filter | None:
        """Join all constraints; None where there is none."""
        if len(self.constraints) < 2:
            return self.constraints[0].filter if self.constraints else None
        return All(tuple(constraint.filter for constraint in self.constraints))


def understand(text: str) -> Understood:
    """Read what a query says for certain; never raises."""
    s = cut(text[:LONGEST_TEXT])
    constraints = tuple(_constraint(text, s, part) for part in joined(s, settled(_parts(s))))
    return Understood(constraints, _rest(text, constraints), text)


def _constraint(text: str, s: Sentence, part: Part) -> Constraint:
    start, end = s.starts[part.start], s.ends[part.end - 1]
    return Constraint(text[start:end], start, end, part.filter, say(part.filter))


def _parts(s: Sentence) -> list[Part]:
    parts: list[Part] = []
    i = 0
    while i < len(s.words):
        part = _positive(s, i) or _negative(s, i)
        if part and not part.silent:
            parts.append(part)
        i = part.end if part else _behind_example(s, i)
    return parts


def _behind_example(s: Sentence, i: int) -> int:
    """Step over a word, and over what only serves as an example: 'like NaCl', 'than diamond'."""
    words = s.word(i), s.word(i + 1)
    wish = words[0] == "like" and s.word(i - 1) in _WISHES
    label = TYPE_LABELS.find(s, i)
    used = words == ("such", "as") and s.word(i - 1) in ("uses", "applications")
    step = 2 if words in _EXAMPLES and not used else label[0] - i if label else 0
    if words[0] in ("like", "than", "resembling") and not wish:
        step = 1
    end = s.skip(i + step, ("a", "an", "the", "that", "of"))
    if not step:
        return i + 1
    while end < len(s.words) and (found := read_words(s, end)):
        end = found.end
        following = s.skip(end, (",", "and", "or", "/"))
        if following == end or not _is_example(s, following):
            break
        end = following
    return max(end, i + 1)


def _is_example(s: Sentence, i: int) -> bool:
    found = read_words(s, i) if i < len(s.words) else None
    return bool(found) and found is not None and columns_said(found.filter) == {"formula"}


def _positive(s: Sentence, i: int) -> Part | None:
    found = read_words(s, i)
    if found is None:
        return None
    worded = _is_worded(s, i, found)
    excluded = excluded_behind(s, found.end)
    if excluded and is_wish(found.filter):
        return Part(i, excluded, found.filter, silent=True)
    if excluded:
        return Part(i, excluded, negate(_either(found.filter)), True, worded)
    return Part(i, found.end, found.filter, worded=worded, wider=found.wider)


def _is_worded(s: Sentence, i: int, found: Found) -> bool:
    """Tell whether something is said in words, not with a number."""
    return found in (read_phrase(s, i), read_wording(s, i))


def _either(filter: Filter) -> Filter:
    """Turn 'Cd and Pb' into either of them, before 'excluded'."""
    if isinstance(filter, Test) and filter.op == "has_all":
        return Test(filter.column, "has_any", filter.value)
    return filter


def _negative(s: Sentence, i: int) -> Part | None:
    """Read a negating word and what it negates."""
    behind = read_negation(s, i)
    if not behind:
        return None
    for place in range(
        i + 1, behind
    ):  # 'but not metallic': 'not metallic' has a meaning of its own
        if whole := read_phrase(s, place):
            return Part(i, whole.end, whole.filter, worded=True)
    for place in between(s, behind):
        if place >= len(s.words):
            break
        inner = read_negation(s, place)  # 'does not contain any', 'no other'
        place = inner or place
        listed = read_listed(s, place) if place < len(s.words) else None
        found = read_words(s, place) if place < len(s.words) else None
        apart = bool(listed) and s.word(listed[0]) in _APART
        if listed and (found is None or apart or listed[0] >= found.end):
            return Part(i, listed[0], Test("elements", "has_none", in_order(listed[1])), True)
        if found and is_wish(found.filter):
            # That the textbook does not call it toxic says nothing.
            return Part(i, found.end, found.filter, silent=True)
        if found:
            worded = _is_worded(s, place, found)
            return Part(i, found.end, negate(found.filter), True, worded)
    return None


def _rest(text: str, constraints: tuple[Constraint, ...]) -> str:
    """Join what stands between constraints, without pieces that mean nothing by themselves."""
    pieces, place = [], 0
    for start, end in [*((c.start, c.end) for c in constraints), (len(text), len(text))]:
        pieces.append(text[place:start])
        place = end
    if not constraints:
        return " ".join(text.split())
    return " ".join(filter(None, map(_told, pieces)))


def _told(piece: str) -> str:
    s = cut(piece)
    if all(word in _GLUE for word in s.words):
        return ""
    return " ".join(piece.split()).strip(" ,;:")
