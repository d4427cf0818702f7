"""Numbers as people write them: digits and words, comparisons, ranges and units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clac.data.counting import VALUES
from index.reading.sentence import Phrases, Sentence

_OPERATORS = Phrases(
    {
        **dict.fromkeys(
            (">", "above", "over", "more than", "greater than", "larger than", "higher than",
             "bigger than", "wider than", "exceeding", "exceeds", "exceed", "in excess of",
             "beyond", "upwards of", "stronger than", "less negative than"), ">"),
        **dict.fromkeys(
            (">=", "=>", "≥", "at least", "no less than", "not less than", "not below",
             "no smaller than", "not smaller than", "no fewer than", "not fewer than", "minimum",
             "min", "min.", "a minimum of", "minimum of", "no lower than", "not lower than",
             "at or above", "at or over", "not under", "starting at", "starting from",
             "greater than or equal to",
             "larger than or equal to", "more than or equal to"), ">="),
        **dict.fromkeys(
            ("<", "below", "under", "less than", "smaller than", "lower than", "fewer than",
             "narrower than", "short of", "beneath", "more negative than"), "<"),
        **dict.fromkeys(
            ("<=", "=<", "≤", "at most", "up to", "no more than", "not more than", "not above",
             "no larger than", "not larger than", "not exceeding", "does not exceed",
             "doesn't exceed", "not over", "no higher than", "not higher than", "no greater than",
             "not greater than", "max", "max.", "maximum", "a maximum of", "maximum of",
             "no bigger than", "less than or equal to", "smaller than or equal to",
             "at or below", "at or under", "no heavier than", "no denser than", "not heavier than",
             "no wider than"), "<="),
        **dict.fromkeys(
            ("~", "about", "around", "roughly", "approximately", "approx", "approx.", "close to",
             "near", "circa", "ca", "ca.", "c.", "in the region of", "in the vicinity of",
             "of the order of", "some"), "~"),
        **dict.fromkeys(("exactly", "precisely"), "="),
    }
)  # fmt: skip
_BEHIND = Phrases(
    {
        **dict.fromkeys(
            ("min", "or heavier", "or denser", "or wider", "or stiffer", "or harder", "or more",
             "up", "upward", "or beyond", "and beyond", "or above", "or higher", "or greater",
             "or larger", "or over", "and up",
             "and above", "and more", "and higher", "or up", "upwards", "minimum", "at least",
             "at the least", "or bigger", "+"), ">="),
        **dict.fromkeys(
            ("or lighter", "or narrower", "or softer", "or under", "or less", "or fewer",
             "or below", "or lower", "or smaller", "and below",
             "and less", "and lower", "maximum", "at most", "at the most", "max", "tops"), "<="),
        **dict.fromkeys(("or so", "or thereabouts"), "~"),
    }
)  # fmt: skip
_FILLERS = frozenset(
    "is are of be being should must that which lies lie lying somewhere anywhere value values a an "
    "the to has equal equals amounts comes falls ranging ranges in range within at : = just well "
    "only it its needs window interval has having strictly with energy".split()
)
_MOST_FILLERS = 7
_AND = frozenset(("and", "to", "-", "&"))
_TO = frozenset(("to", "-", "until", "through", "till", "…", "...", ".."))
_NUMERIC = re.compile(r"\.?\d")
_SPOKEN = frozenset((*VALUES, "half", "a", "an", "dozen"))
_SIDE = {">": 1, ">=": 1, "<": -1, "<=": -1}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, and the factor to the house's own unit."""

    kind: str
    """'energy' (eV), 'energy per atom' (eV/atom), 'pressure' (GPa), 'density' (g/cm3),
    'volume per atom' (angstrom^3), 'charge' (C/m^2) or '' where none was given"""
    factor: float


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or range that was said: (operator, value) pairs in the unit that was said."""

    end: int
    bounds: tuple[tuple[str, float], ...]
    """operators '>', '>=', '<', '<=', '~' and '='; a bare number has '='"""
    unit: Unit
    marked: bool
    """whether a comparison or a range was said, not only a number"""


NO_UNIT = Unit("", 1.0)
_ATOM = r"\s*(?:/|per|-)?\s*(?:atoms?|at\.?)(?:\^?-1)?"
_UNITS: tuple[tuple[re.Pattern[str], Unit], ...] = tuple(
    (re.compile(rf"[\s-]?\s*(?:{pattern})(?![a-z0-9])", re.IGNORECASE), Unit(kind, factor))
    for pattern, kind, factor in (
        (rf"(?:mev|milli-?electron[\s-]?volts?){_ATOM}", "energy per atom", 1e-3),
        (rf"(?:ev|electron[\s-]?volts?){_ATOM}", "energy per atom", 1.0),
        (r"kj\s*(?:/|per )\s*mol|kj\s+mol\^?-1", "energy per atom", 1 / 96.48533212),
        (r"kcal\s*(?:/|per )\s*mol", "energy per atom", 4.184 / 96.48533212),
        (r"mev|milli-?electron[\s-]?volts?", "energy", 1e-3),
        (r"evs?|electron[\s-]?volts?", "energy", 1.0),
        (r"gpa|giga[\s-]?pascals?", "pressure", 1.0),
        (r"mpa|mega[\s-]?pascals?", "pressure", 1e-3),
        (r"tpa|tera[\s-]?pascals?", "pressure", 1e3),
        (r"kbar|kilobars?", "pressure", 0.1),
        (r"g\s?/\s?cm\s?\^?3|g\s?/\s?cc|g\s?/\s?ml|g\s+cm\s?\^?-3|g\s+per\s+(?:cm\^?3|cc)"
         r"|gcm-3|grams?\s*(?:/|per)\s*(?:cm\^?3|cc|cubic[\s-](?:centimet(?:re|er)|cm)|ml)",
         "density", 1.0),
        (r"kg\s?/\s?m\s?\^?3|kg\s+m\s?\^?-3|(?:kg|kilograms?)\s+per\s+(?:m\^?3|cubic\s+met(?:re|er))",
         "density", 1e-3),
        (r"kg\s?/\s?l|t\s?/\s?m\^?3|kg/dm\^?3", "density", 1.0),
        (rf"(?:[aå]|ang|angstroms?)\s?\^?3(?:{_ATOM})?"
         rf"|cubic\s+(?:[aå]ngstr[oö]ms?|[aå])(?:{_ATOM})?", "volume per atom", 1.0),
        (rf"nm\s?\^?3(?:{_ATOM})?|cubic\s+nanomet(?:re|er)s?(?:{_ATOM})?",
         "volume per atom", 1e3),
        (r"c\s?/\s?m\s?\^?2|c\s+m\s?\^?-2|coulombs?\s+per\s+square\s+met(?:re|er)", "charge", 1.0),
    )
)  # fmt: skip


def read_unit(s: Sentence, i: int) -> tuple[int, Unit]:
    """Return the end and the unit that stands right behind a number; NO_UNIT where none does."""
    if i < 1 or i > len(s.words):
        return i, NO_UNIT
    place = s.ends[i - 1]
    for pattern, unit in _UNITS:
        match = pattern.match(s.text, place)
        if match and match.end() in s.ends:
            return s.token_at(match.end()), unit
    return i, NO_UNIT


def read_number(s: Sentence, i: int) -> tuple[int, float] | None:
    """Return the end and the value of a number at a position, in digits or in words."""
    word = s.word(i)
    if word in ("-", "+") and _NUMERIC.match(s.word(i + 1)) and s.glued(i + 1):
        number = read_number(s, i + 1)
        return number and (number[0], -number[1] if word == "-" else number[1])
    if word == "minus" and (_NUMERIC.match(s.word(i + 1)) or s.word(i + 1) in _SPOKEN):
        number = read_number(s, i + 1)
        return number and (number[0], -number[1])
    if _NUMERIC.match(word) and word.isascii():
        # A number inside a word ('B12', '2D', '3d') is a part of it.
        if i and s.glued(i) and s.word(i - 1)[-1:].isalpha():
            return None
        if s.word(i + 1) == "d" and s.glued(i + 1):
            return None
        return i + 1, float(word.replace(",", ""))
    number = _in_words(s, i)
    # 'small-gap two-dimensional': what counts is no amount
    return None if number and s.word(number[0] + 1) == "dimensional" else number


def _in_words(s: Sentence, i: int) -> tuple[int, float] | None:
    word = s.word(i)
    if word == "half" and s.word(i + 1) in ("a", "an"):
        return i + 2, 0.5
    for article in (0, 1):
        value = 1 if article and word in ("a", "an") else VALUES.get(word, 0)
        value = value or (1 if word in ("a", "an") else 2 if word == "couple" else 0)
        if value and s.word(i + 1) == "dozen":
            return i + 2, 12.0 * value
        if value and s.word(i + 1) == "hundred":
            return _hundreds(s, i + 2, 100 * value)
    if word == "dozen":
        return i + 1, 12.0
    small = _below_hundred(s, i)
    return small and _tail(s, *small)


def _hundreds(s: Sentence, i: int, value: float) -> tuple[int, float]:
    rest = _below_hundred(s, i + 1) if s.word(i) == "and" else _below_hundred(s, i)
    return (rest[0], value + rest[1]) if rest else (i, float(value))


def _below_hundred(s: Sentence, i: int) -> tuple[int, float] | None:
    value = VALUES.get(s.word(i))
    if value is None:
        return None
    i += 1
    k = i + 1 if s.word(i) == "-" else i
    if value >= 20 and 0 < VALUES.get(s.word(k), 0) < 10:
        return k + 1, float(value + VALUES[s.word(k)])
    return i, float(value)


def _tail(s: Sentence, i: int, value: float) -> tuple[int, float]:
    if s.words[i : i + 3] == ("and", "a", "half"):
        return i + 3, value + 0.5
    if s.word(i) == "point":
        digits, k = "", i + 1
        while VALUES.get(s.word(k), 10) < 10:
            digits, k = digits + str(VALUES[s.word(k)]), k + 1
        if digits:
            return k, float(f"{value:.0f}.{digits}")
    return i, value


def read_amount(s: Sentence, i: int, *, counted: bool = False) -> Amount | None:
    """Read a comparison or range at a position, with its unit: 'is at least 1.5 eV', '2 to 3'.

    With counted, both ends may be numbers of atoms: 'at least 15 and at most 24 atoms'.
    """
    operator, i = _operator(s, i)
    if s.word(i) in ("between", "from"):
        found = _range(s, i + 1, _AND if s.word(i) == "between" else _TO)
        if found:
            return found
        if s.word(i) == "between":
            return None
        i += 1
    found = _range(s, i, _TO)
    if found and operator in ("", "~", "="):
        return found
    number = read_number(s, i)
    if number is None:
        return None
    i, value = number
    i, unit = read_unit(s, i)
    if s.word(i) in ("+/-", "±") and (spread := read_number(s, i + 1)):
        end, other = read_unit(s, spread[0])
        bounds = ((">=", value - spread[1]), ("<=", value + spread[1]))
        return Amount(end, bounds, _known(unit, other), True)
    behind = None if operator else read_behind(s, i)
    if behind:
        i, operator = behind
        if unit == NO_UNIT:
            i, unit = read_unit(s, i)
    first = ((operator or "=", value),)
    return _second(s, Amount(i, first, unit, bool(operator)), counted)


def read_behind(s: Sentence, i: int) -> tuple[int, str] | None:
    """Read a comparison behind a number: 'or more', and a plus that stands right behind it."""
    found = _BEHIND.find(s, i)
    return None if found and s.word(i) == "+" and not s.glued(i) else found


def _operator(s: Sentence, i: int) -> tuple[str, int]:
    """Skip what may stand before a number; return the last comparison and the place behind it."""
    operator, fillers = "", 0
    while fillers <= _MOST_FILLERS:
        found = _OPERATORS.find(s, i)
        if found and not (found[1] == "~" and operator):
            i, operator = found
        elif s.word(i) in _FILLERS and not read_number(s, i):
            i += 1
        else:
            break
        fillers += 1
    return operator, i


def _range(s: Sentence, i: int, middles: frozenset[str]) -> Amount | None:
    first = read_number(s, i)
    if first is None:
        return None
    i, unit = read_unit(s, first[0])
    if s.words[i : i + 2] == ("up", "to"):
        i += 1
    if s.word(i) not in middles:
        return None
    second = read_number(s, i + 1)
    if second is None:
        return None
    end, other = read_unit(s, second[0])
    low, high = first[1], second[1]
    known = _known(unit, other)
    if unit.kind and other.kind and unit.factor != other.factor:
        low *= unit.factor / other.factor
    if low > high:
        return None
    if s.word(end) in ("range", "window", "interval"):
        end += 1
    return Amount(end, ((">=", low), ("<=", high)), known, True)


def _known(unit: Unit, other: Unit) -> Unit:
    return other if other.kind else unit


def _second(s: Sentence, first: Amount, counted: bool) -> Amount:
    """Add the other end of 'above 1 and below 2 eV'."""
    side = _SIDE.get(first.bounds[0][0], 0)
    i = s.skip(first.end, (",", "and", "but"))
    found = _OPERATORS.find(s, i)
    if not side or i == first.end or not found or _SIDE.get(found[1], 0) != -side:
        return first
    number = read_number(s, found[0])
    if number is None:
        return first
    end, other = read_unit(s, number[0])
    if first.unit.kind and other.kind and first.unit != other:
        return first
    # 'gap above 3 and fewer than 5 atoms': the second number counts something else.
    counts = s.word(end) in _COUNTED and not (counted and s.word(end).startswith("atom"))
    if not other.kind and (first.unit.kind or counts):
        return first
    bounds = (*first.bounds, (found[1], number[1]))
    return Amount(end, bounds, _known(first.unit, other), True)


_COUNTED = frozenset("atoms atom elements element components - different chemical".split())
