"""Plain English to constraints: what a query says for certain, and the words that are left.

A word is read only where it has one meaning; all others are left to the encoder. A constraint on a
property holds for crystals of which the property is known: 'stable' is an energy above hull of at
most 1 meV/atom, and a crystal without one is neither stable nor unstable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from clac.data.chemistry import ANION_NOUNS
from index.filters import All, Any, Filter, Test
from index.reading.composition import read_composition, read_listed
from index.reading.constituents import read_constituent
from index.reading.formulas import in_order
from index.reading.negation import between, excluded_behind, negate, read_negation
from index.reading.phrases import read_phrase
from index.reading.quantities import read_quantity
from index.reading.saying import say
from index.reading.sentence import Found, Reader, Sentence, cut
from index.reading.structures import TYPE_LABELS
from index.reading.surroundings import read_surroundings
from index.reading.symmetry import read_symmetry
from index.reading.textbook import WISHED, is_announced, read_textbook
from index.reading.wordings import read_wording

LONGEST_TEXT = 2000
"""letters of a query that are read for constraints; what stands behind them is left as it is"""
_READERS: tuple[Reader, ...] = (
    read_quantity, read_symmetry, read_surroundings, read_wording, read_phrase, read_composition,
    read_constituent,
)  # fmt: skip
_JOINTS = frozenset((",", "or", "and", "/", "either", "a", "an", "nor", "the", "with"))
_APART = frozenset((",", ";", "+", "/", "|", "&"))
"""signs behind what is excluded: 'no cobalt + lithium manganese oxide'"""
_EXAMPLES = frozenset(
    (("such", "as"), ("similar", "to"), ("compared", "to"), ("analogous", "to"), ("related", "to"),
     ("compared", "with"), ("isostructural", "to"))
)  # fmt: skip
"""words before what is only an example"""
_SYMBOL = re.compile("[A-Z][a-z]?")
_DESCRIBED = 4
"""words of a description of a class, which may be shorter"""
_WISHES = frozenset("would i'd i we we'd you you'd d might should to".split())
_SINGLE = frozenset(
    ("crystal_system", "prototype", "space_group_number", "dimensionality", "centring", "formula",
     "anonymous_formula", "nelements", "chemical_system", "point_group", "pearson")
)  # fmt: skip
"""columns with one value for each crystal: 'cubic and tetragonal' can only mean either"""
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What was read in the tokens from start to end."""

    start: int
    end: int
    filter: Filter
    negated: bool = False
    worded: bool = False
    """said in words, not with a number"""
    wider: Filter | None = None
    """see `sentence.Found`"""
    silent: bool = False
    """understood, but nothing to ask for"""


def understand(text: str) -> Understood:
    """Read what a query says for certain; never raises."""
    s = cut(text[:LONGEST_TEXT])
    constraints = tuple(_constraint(text, s, part) for part in _joined(s, _settled(_parts(s))))
    return Understood(constraints, _rest(text, constraints), text)


def _constraint(text: str, s: Sentence, part: _Part) -> Constraint:
    start, end = s.starts[part.start], s.ends[part.end - 1]
    return Constraint(text[start:end], start, end, part.filter, say(part.filter))


def _parts(s: Sentence) -> list[_Part]:
    parts: list[_Part] = []
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
    while end < len(s.words) and (found := _read(s, end)):
        end = found.end
        following = s.skip(end, (",", "and", "or", "/"))
        if following == end or not _is_example(s, following):
            break
        end = following
    return max(end, i + 1)


def _is_example(s: Sentence, i: int) -> bool:
    found = _read(s, i) if i < len(s.words) else None
    return bool(found) and found is not None and _columns(found.filter) == {"formula"}


def _positive(s: Sentence, i: int) -> _Part | None:
    found = _read(s, i)
    if found is None:
        return None
    worded = _is_worded(s, i, found)
    excluded = excluded_behind(s, found.end)
    if excluded and _is_wish(found.filter):
        return _Part(i, excluded, found.filter, silent=True)
    if excluded:
        return _Part(i, excluded, negate(_either(found.filter)), True, worded)
    return _Part(i, found.end, found.filter, worded=worded, wider=found.wider)


def _is_worded(s: Sentence, i: int, found: Found) -> bool:
    """Tell whether something is said in words, not with a number."""
    return found in (read_phrase(s, i), read_wording(s, i))


def _either(filter: Filter) -> Filter:
    """Turn 'Cd and Pb' into either of them, before 'excluded'."""
    if isinstance(filter, Test) and filter.op == "has_all":
        return Test(filter.column, "has_any", filter.value)
    return filter


def _settled(parts: list[_Part]) -> list[_Part]:
    """Let a number win over a word on the side that it bounds: 'heavy, 6 g/cm3 or more'."""
    sides = {side for part in parts if not part.worded for side in _sides(part.filter)}
    settled = []
    for part in map(lambda part: _widened(part, parts), parts):
        own = _sides(part.filter) if part.worded else set()
        if not own & sides:
            settled.append(part)
        elif isinstance(part.filter, All):
            kept = [test for test in part.filter.parts if not _sides(test) & sides]
            if len(kept) == 1:
                settled.append(replace(part, filter=kept[0]))
    return settled


def _widened(part: _Part, parts: list[_Part]) -> _Part:
    """Let 'ternary lithium oxide' be any oxide with lithium that is ternary."""
    if part.wider is None:
        return part
    own = _elements(part.filter)
    others = (other.filter for other in parts if other is not part)
    if any((_columns(f) & {"nelements", "elements"} and not _elements(f) <= own)
           or _columns(f) == {"nelements"} for f in others):  # fmt: skip
        return replace(part, filter=part.wider)
    return part


def _elements(filter: Filter) -> set[str]:
    """Return the elements that a filter speaks of."""
    match filter:
        case Test("chemical_system", _, value):
            return set(str(value).split("-"))
        case Test("elements"):
            return set(map(str, _values(filter)))
        case Test("formula", _, value):
            return set(_SYMBOL.findall(str(value)))
        case Test("classes", "has_all", (word,)):
            return {symbol for symbol, nouns in ANION_NOUNS.items() if word == nouns[0]}
        case All(parts) | Any(parts):
            return set().union(*map(_elements, parts))
    return set()


def _sides(filter: Filter) -> set[tuple[str, str]]:
    """Return the columns that a filter bounds, with '<' or '>'."""
    match filter:
        case Test(column, op):
            return {(column, op[0])} if op[0] in "<>" else set()
        case All(parts):
            return set().union(*map(_sides, parts))
    return set()


def _is_wish(filter: Filter) -> bool:
    return WISHED.issuperset(_columns(filter))


def _read(s: Sentence, i: int) -> Found | None:
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
    phrase = found == read_phrase(s, i)
    for k in range(i + 1, found.end):
        amount = read_quantity(s, k) if phrase else None
        wording = read_wording(s, k)
        if amount and amount.end > found.end:
            return k
        if wording and wording.end > max(found.end, k + _LONG - 1):
            return k
    return 0


def _negative(s: Sentence, i: int) -> _Part | None:
    """Read a negating word and what it negates."""
    behind = read_negation(s, i)
    if not behind:
        return None
    for place in range(
        i + 1, behind
    ):  # 'but not metallic': 'not metallic' has a meaning of its own
        if whole := read_phrase(s, place):
            return _Part(i, whole.end, whole.filter, worded=True)
    for place in between(s, behind):
        if place >= len(s.words):
            break
        inner = read_negation(s, place)  # 'does not contain any', 'no other'
        place = inner or place
        listed = read_listed(s, place) if place < len(s.words) else None
        found = _read(s, place) if place < len(s.words) else None
        apart = bool(listed) and s.word(listed[0]) in _APART
        if listed and (found is None or apart or listed[0] >= found.end):
            return _Part(i, listed[0], Test("elements", "has_none", in_order(listed[1])), True)
        if found and _is_wish(found.filter):
            # That the textbook does not call it toxic says nothing.
            return _Part(i, found.end, found.filter, silent=True)
        if found:
            worded = _is_worded(s, place, found)
            return _Part(i, found.end, negate(found.filter), True, worded)
    return None


def _joined(s: Sentence, parts: list[_Part]) -> list[_Part]:
    """Join neighbours: 'cubic or tetragonal', 'space groups 14 and 15', 'not cubic or layered'."""
    joined: list[_Part] = []
    k = 0
    while k < len(parts):
        last = k
        while (
            last + 1 < len(parts)
            and _joint(s, parts[last], parts[last + 1])
            and (
                (
                    _column(parts[last]) == _column(parts[last + 1]) != ""
                    and not any(map(_is_described, parts[last : last + 2]))
                )
                or "or" in _joint(s, parts[last], parts[last + 1])
            )
        ):
            last += 1
        joined += _join(s, parts[k : last + 1])
        k = last + 1
    return joined


def _is_described(part: _Part) -> bool:
    """Tell a class in many words, which is no item of a list: 'compound whose anion is oxygen'."""
    return _column(part) == "classes" and part.end - part.start >= _DESCRIBED


def _joint(s: Sentence, first: _Part, second: _Part) -> tuple[str, ...]:
    """Return the words between two parts where they only join, else ()."""
    words = s.words[first.end : second.start]
    if words == ("/",) and not s.glued(first.end) and not _is_value(first.filter):
        return ()  # a stroke between blanks parts the items of a list
    return words if words and _JOINTS.issuperset(words) else ()


def _join(s: Sentence, run: list[_Part]) -> list[_Part]:
    if len(run) < 2:
        return run
    joints = [word for a, b in pairwise(run) for word in _joint(s, a, b)]
    some = "or" in joints or "/" in joints or "nor" in joints
    if run[0].negated:
        if not some:
            return run
        tests = [p.filter if p.negated else negate(p.filter) for p in run]
        return [_Part(p.start, p.end, t, True) for p, t in zip(run, tests)]
    if any(part.negated for part in run):
        return run
    if _column(run[0]) == "classes":
        return [_Part(run[0].start, run[-1].end, _any_class([part.filter for part in run]))]
    if not some and not (_column(run[0]) in _SINGLE and all(_is_value(p.filter) for p in run)):
        return run
    return [_Part(run[0].start, run[-1].end, _any([part.filter for part in run]))]


def _column(part: _Part) -> str:
    """Return the one column that a part tests, 'classes' for a class with its elements, or ''."""
    columns = _columns(part.filter)
    if columns == {"classes", "elements"} and _class_of(part.filter):
        return "classes"
    return columns.pop() if len(columns) == 1 else ""


def _class_of(filter: Filter) -> tuple[tuple[Filter, ...], Test] | None:
    """Part 'oxides of iron' into the tests of its elements and that of its class."""
    parts = filter.parts if isinstance(filter, All) else (filter,)
    classes = [p for p in parts if isinstance(p, Test) and p.column == "classes"]
    others = tuple(p for p in parts if p not in classes)
    return (others, classes[0]) if len(classes) == 1 and classes[0].op == "has_all" else None


def _any_class(filters: list[Filter]) -> Filter:
    """Join classes; in 'nitrides and carbides of tungsten' the elements belong to all of them."""
    split = [found for found in map(_class_of, filters) if found]
    named = [others for others, _ in split if others]
    if len(split) < len(filters) or len(named) > 1:
        return Any(tuple(filters))
    some = _any([test for _, test in split])
    return All((*named[0], some)) if named else some


def _columns(filter: Filter) -> set[str]:
    match filter:
        case Test(column):
            return {column}
        case All(parts) | Any(parts):
            return set().union(*map(_columns, parts))
    return _columns(filter.part)


def _is_value(filter: Filter) -> bool:
    return isinstance(filter, Test) and filter.op in ("=", "in")


def _any(filters: list[Filter]) -> Filter:
    """Join filters by or; values of one column become one test."""
    columns = {column for filter in filters for column in _columns(filter)}
    if len(columns) == 1 and all(isinstance(f, Test) for f in filters):
        (column,) = columns
        tests = [f for f in filters if isinstance(f, Test)]
        values = tuple(dict.fromkeys(value for test in tests for value in _values(test)))
        if all(map(_is_value, tests)) and not isinstance(values[0], bool):
            return Test(column, "in", values) if len(values) > 1 else tests[0]
        if all(t.op in ("has_any", "has_all") and len(_values(t)) == 1 for t in tests):
            return Test(column, "has_any", values)
    return Any(tuple(filters))


def _values(test: Test) -> tuple[object, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


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
