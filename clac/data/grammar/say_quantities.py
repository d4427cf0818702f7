"""What can be said of sizes and properties, as numbers with units and as words.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from clac.data.facts import Facts
from clac.data.grammar.number_words import (
    ABOUT,
    ATOM_BOUNDS,
    BETWEEN_ATOMS,
    CELL_FRAGMENTS,
    CELL_PREDICATES,
    CELL_SIZES,
    COUNTED,
    FEWER_ATOMS,
    IN_CELL,
    LABEL_UNITS,
    MORE_ATOMS,
    NUMBERS,
    OTHER_UNITS,
    OVER,
    RANGES,
    THOUSANDTHS,
    UNDER,
    VERBS,
    VOLUME,
    Numbers,
)
from clac.data.grammar.quantity_words import METAL_BELOW_EV, WORDS, Words
from clac.data.grammar.say_composition import vary
from clac.data.grammar.voice import Form, Voice, article


def atoms(v: Voice, form: Form) -> str:
    """Count the atoms of the primitive cell."""
    if not v.numbers:
        return ""
    n = v.facts.n_atoms
    v.claim("n_atoms", low=n, high=n)
    if form == "adjective":
        return f"{n}-atom primitive cell"
    dice = v.dice()
    if dice < 0.06:
        text = f"{n}-atom primitive {v.pick(('cell', 'cell', 'unit cell'))}"
        an = "an" if n in (8, 11, 18) or 80 <= n < 90 else "a"
        return f"has {an} {text}" if form == "predicate" else text
    if dice < 0.1 and form == "fragment":
        cell = v.pick(("atoms in the primitive cell", "atoms per primitive cell"))
        return f"{v.pick(('number of ', 'no. of ', ''))}{cell}{v.pick((': ', ' = '))}{n}"
    number = COUNTED[n] if n < len(COUNTED) and v.dice() < 0.25 else f"{n}"
    if n == 1 and v.dice() < 0.3:
        number = v.pick(("a single", "only one", "just one"))
    return _in_cell(v, form, f"{number} atom{'' if n == 1 else 's'}")


def _in_cell(v: Voice, form: Form, count: str) -> str:
    """Say that the primitive cell has as many atoms as are counted."""
    if v.dice() < 0.3:
        return v.pick(CELL_PREDICATES if form == "predicate" else CELL_FRAGMENTS).format(count)
    text = f"{count} {vary(v, *IN_CELL, 0.25)}"
    return f"has {text}" if form == "predicate" else text


def atoms_bound(v: Voice, form: Form) -> str:
    """Say that the primitive cell is large or small, beside a round number or in words."""
    if form == "adjective":
        return ""
    n, dice = v.facts.n_atoms, v.dice()
    if dice < 0.2 or not v.numbers:
        return _cell_size(v, form)
    if dice < 0.35:
        below, above = ATOM_BOUNDS[: bisect_right(ATOM_BOUNDS, n)], _bounds_from(n)
        if below and above:
            low, high = v.pick(below[-3:]), v.pick(above[:3])
            if low < high:
                v.claim("n_atoms", low=low, high=high)
                return _in_cell(v, form, vary(v, *BETWEEN_ATOMS, 0.3).format(a=low, b=high))
    below, above = _around(ATOM_BOUNDS, n)
    size = ""
    if above and (not below or v.dice() < 0.5):
        bound = v.pick(above[:4])
        v.claim("n_atoms", high=bound - 1)
        count = vary(v, *FEWER_ATOMS, 0.3).format(b=bound, a=bound - 1)
        size = "small " if n <= _SMALL_CELL and v.dice() < 0.3 else ""
    elif below:
        bound = v.pick(below[-3:])
        v.claim("n_atoms", low=bound + 1)
        count = vary(v, *MORE_ATOMS, 0.3).format(b=bound, a=bound + 1)
        size = "large " if n >= _LARGE_CELL and v.dice() < 0.3 else ""
    else:
        return ""
    count = re.sub(r"(?<!\d)1 atoms", "1 atom", count)
    if size:
        text = f"{size}primitive cell of {count}"
        return f"has a {text}" if form == "predicate" else text
    return _in_cell(v, form, count)


_SMALL_CELL, _LARGE_CELL = 8, 40


def _bounds_from(n: int) -> Sequence[int]:
    return ATOM_BOUNDS[bisect_left(ATOM_BOUNDS, n) :]


def _cell_size(v: Voice, form: Form) -> str:
    """Call the primitive cell large or small, without a number."""
    fit = [row for row in CELL_SIZES if row[0] <= v.facts.n_atoms <= row[1]]
    if not fit:
        return ""
    low, high, called, count = v.pick(fit)
    v.claim("n_atoms", low=low, high=high)
    if v.dice() < 0.35:
        return _in_cell(v, form, count)
    text = f"{v.pick(called)} primitive {v.pick(('cell', 'cell', 'unit cell'))}"
    return f"has a {text}" if form == "predicate" else text


def volume(v: Voice, form: Form) -> str:
    """Say the volume per atom."""
    if not v.numbers or form == "adjective":
        return ""
    return _number(v, form, "volume_per_atom", VOLUME, v.facts.volume_per_atom_ang3, False)


def value_of(v: Voice, quantity: str) -> float | None:
    """Return the number behind a quantity, or None where unknown or hidden."""
    if quantity == "density":
        return v.facts.density_g_cm3
    return v.facts.properties.get(quantity) if v.properties else None


def number(v: Voice, form: Form, quantity: str, fine: bool = False) -> str:
    """Say a quantity with its number and unit; fine: as exactly as it is ever said."""
    value = value_of(v, quantity)
    if value is None or not v.numbers:
        return ""
    return _number(v, form, quantity, NUMBERS[quantity], value, fine)


_BEFORE_NOUNS = ("band_gap", "density", "bulk_modulus")


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its unit, as it stands behind a label and behind 'whose gap'."""

    text: str
    told: str
    exact: bool
    """one number, stated exactly or roughly"""


def _number(v: Voice, form: Form, quantity: str, spec: Numbers, value: float, fine: bool) -> str:
    what = vary(v, spec.labels, spec.more, 0.0 if fine else 0.25)
    unit, decimals, scale = _unit(v, quantity, spec, what, value, fine)
    if form == "adjective":
        # '1.5 eV gap' before a noun
        if quantity not in _BEFORE_NOUNS or value < 0.1:
            return ""
        digits = _digits(v, quantity, value, spec.decimals[0], 1.0)
        # 'an 8 GPa' needs another article than 'a 9 GPa'.
        return "" if digits[0] in "18" else f"{digits} {spec.unit} {spec.labels[0]}"
    amount = None
    if spec.bounds and not fine and v.dice() < 0.35:
        amount = _bound(v, quantity, spec, value, unit, scale)
    amount = amount or _one_number(v, quantity, spec, value, (unit, decimals, scale), fine)
    if form == "predicate":
        if _alone(spec.verbs, what, amount) and not fine and v.dice() < 0.2:
            return v.pick(spec.verbs).format(amount.text)
        verb = vary(v, ("has",), ("shows", "exhibits", "features"), 0.1)
        return f"{verb} {article(what)}{_link(v, amount)}{amount.text}"
    return _fragment(v, spec, what, unit, amount, fine)


def _unit(
    v: Voice, quantity: str, spec: Numbers, what: str, value: float, fine: bool
) -> tuple[str, int, float]:
    """Choose a unit with its blank, the decimals, and how many of it the usual unit is."""
    decimals = spec.decimals[-1] if fine else v.pick(spec.decimals)
    unit = LABEL_UNITS.get(what, spec.unit)
    if not unit:
        return "", decimals, 1.0
    if quantity in THOUSANDTHS and unit == spec.unit and not fine:
        names, fewer, below = THOUSANDTHS[quantity]
        if value < below and v.dice() < (0.3 if quantity == "energy_above_hull" else 0.06):
            return f" {v.pick_words(names)}", v.pick(fewer), 1000.0
    if v.dice() < 0.15 and unit in OTHER_UNITS:
        # 'cubic centimetres' look like a crystal system where those are hidden.
        unit = v.pick_words(OTHER_UNITS[unit]) or unit
    return f" {unit}", decimals, 1.0


def _digits(v: Voice, quantity: str, value: float, decimals: int, scale: float) -> str:
    """Write a number and claim it as it was written."""
    digits = f"{round(value * scale, decimals):.{max(decimals, 0)}f}"
    digits = digits.lstrip("-") if not digits.strip("-0.") else digits
    _claim_written(v, quantity, float(digits), decimals, scale)
    return digits


def _one_number(
    v: Voice, quantity: str, spec: Numbers, value: float, written: tuple[str, int, float],
    fine: bool,
) -> _Amount:  # fmt: skip
    unit, decimals, scale = written
    about = "{}" if v.dice() < 0.7 else vary(v, *ABOUT, 0.35)
    step = spec.step if not fine and scale == 1.0 and about != "{}" else 0.0
    if step and abs(value) > 3 * step and v.dice() < 0.7:
        stated = round(value / step) * step
        _claim_rough(v, quantity, stated, step)
        digits = f"{stated:g}"
    else:
        mark = len(v.claims)
        digits = _digits(v, quantity, value, decimals, scale)
        if step and abs(float(digits) / step - round(float(digits) / step)) < 1e-6:
            # The words are those of a rough number, so the claim is too.
            v.unsay(mark)
            _claim_rough(v, quantity, float(digits), step)
            digits = f"{float(digits):g}"
    text = about.format(f"{digits}{unit}")
    return _Amount(text, (vary(v, *VERBS["exact"], 0.2) if about == "{}" else "is {}").format(text),
                   True)  # fmt: skip


_NOT_AFTER_OF = re.compile(
    r"above|below|[<>]|(?:larger|smaller|greater|higher|lower|bigger) than|exceeding|not |beyond|"
    r"near|close|no (?:larger|higher)|in |with|from|anywhere|somewhere|min\.|max\."
)


def _alone(wordings: Sequence[str], what: str, amount: _Amount) -> bool:
    """Tell whether a number can be said without its label: 'weighs 5 g/cm3'."""
    return bool(wordings) and what not in LABEL_UNITS and not _NOT_AFTER_OF.match(amount.text)


def _link(v: Voice, amount: _Amount) -> str:
    """Choose what stands between 'a gap' and how large it is."""
    if _NOT_AFTER_OF.match(amount.text):
        return " "
    if amount.exact and amount.text[0].isdigit() and v.dice() < 0.1:
        return " equal to "
    return " of " if amount.exact or amount.text[0] in "-0123456789" else v.pick((" of ", " "))


def _fragment(
    v: Voice, spec: Numbers, what: str, unit: str, amount: _Amount, fine: bool
) -> str:  # fmt: skip
    dice, plain = v.dice(), amount.text[0] in "-0123456789"
    # 'B' and 'K' would look like elements where those are hidden.
    letters = spec.letters if v.formulas and what not in LABEL_UNITS else ()
    if not fine:
        if unit and dice < 0.12 and (amount.exact or plain) and amount.text.endswith(unit):
            # '1.5 eV gap', '1-2 eV gap'
            return f"{amount.text} {what}"
        if 0.12 <= dice < 0.19 and letters and amount.text.endswith(unit):
            letter = v.pick(letters)
            name = letter if letter == what or v.dice() < 0.3 else f"{what} {letter}"
            if plain and amount.exact:
                return f"{name}{v.pick((' = ', ' = ', '='))}{amount.text}"
            if amount.text[0] in "<>~":
                return f"{name} {amount.text}"
        if 0.19 <= dice < 0.25 and _alone(spec.tails, what, amount):
            return v.pick(spec.tails).format(amount.text)
        if 0.25 <= dice < 0.37:
            return f"{v.pick(('whose ', 'whose ', '', 'its '))}{what} {amount.told}"
        if 0.37 <= dice < 0.43:
            return f"with {article(what)}{_link(v, amount)}{amount.text}"
        if 0.43 <= dice < 0.45 and amount.exact:
            return f"{what} ({amount.text})"
    if not amount.exact:
        return f"{what}{_link(v, amount) if v.dice() < 0.2 else ' '}{amount.text}"
    relation = v.pick((_link(v, amount), " of ", " ", " = ", ": ")) if plain else _link(v, amount)
    return f"{what}{relation}{amount.text}"


def _claim_rough(v: Voice, quantity: str, stated: float, step: float) -> None:
    v.claim(quantity, low=stated - step / 2, high=stated + step / 2, stated=stated)


def _claim_written(
    v: Voice, quantity: str, stated: float, decimals: int, scale: float = 1.0
) -> None:
    """Claim a number as it was written: half a unit of its last digit may be missing."""
    half = 0.5001 * 10.0**-decimals
    v.claim(quantity, low=(stated - half) / scale, high=(stated + half) / scale,
            stated=stated / scale)  # fmt: skip


def _around(bounds: Sequence[float], value: float) -> tuple[Sequence[float], Sequence[float]]:
    """Part round numbers into those below and those above a value."""
    return bounds[: bisect_left(bounds, value)], bounds[bisect_right(bounds, value) :]


_LEAST = {"band_gap": METAL_BELOW_EV}


def _bound(
    v: Voice, quantity: str, spec: Numbers, value: float, unit: str, scale: float
) -> _Amount | None:
    below, above = _around(spec.bounds, value)
    dice = v.dice()
    if below and above and dice < 0.35:
        low, high = v.pick(below[-3:]), v.pick(above[:3])
        v.claim(quantity, low=low, high=high)
        ends = {"a": f"{low * scale:g}", "b": f"{high * scale:g}", "u": unit}
        text = RANGES[0][int(v.dice() * 2)] if low < 0 else vary(v, *RANGES, 0.4)
        told = VERBS["range"][0][int(v.dice() * 2)] if low < 0 else vary(v, *VERBS["range"], 0.4)
        return _Amount(text.format(**ends), told.format(**ends), False)
    if below and dice < 0.75:
        bound = v.pick(below[-4:])
        v.claim(quantity, low=bound)
        return _compared(v, "over", OVER, f"{bound * scale:g}{unit}")
    # Who asks for a band gap below 1 eV does not mean metals.
    least = _LEAST.get(quantity, -math.inf)
    if above and value >= least:
        bound = v.pick(above[:4])
        v.claim(quantity, low=least, high=bound)
        return _compared(v, "under", UNDER, f"{bound * scale:g}{unit}")
    return None


def _compared(
    v: Voice, kind: str, wordings: tuple[tuple[str, ...], tuple[str, ...]], number: str
) -> _Amount:
    text, told = vary(v, *wordings, 0.4), vary(v, *VERBS[kind], 0.4)
    return _Amount(text.format(number), told.format(number), False)


_RULES = {name: [r for r in WORDS if r.quantity == name] for name in {r.quantity for r in WORDS}}


def words(v: Voice, form: Form, quantity: str) -> str:
    """Say a quantity in words, by the table of limits."""
    value = value_of(v, quantity)
    if value is None:
        return ""
    plain, more = [], []
    for rule in _RULES[quantity]:
        if not rule.low <= value < rule.high:
            continue
        said = rule.predicates if form == "predicate" else rule.adjectives
        rarer = rule.more_predicates if form == "predicate" else rule.more
        if form == "fragment":
            rarer += rule.tails
        plain += [(word, rule) for word in said]
        more += [(word, rule) for word in rarer]
    if not plain and not more:
        return ""
    word, rule = vary(v, plain or more, more, 0.4)
    _claim_rule(v, rule)
    return word


def _claim_rule(v: Voice, rule: Words) -> None:
    v.claim(rule.quantity, low=rule.low, high=math.nextafter(rule.high, -math.inf))


def noun(v: Voice, form: Form) -> str:
    """Name the crystal after what it does: a metal, an insulator."""
    called = [
        (word, rule) for rule in _NOUN_RULES
        if (value := value_of(v, rule.quantity)) is not None and rule.low <= value < rule.high
        for word in rule.nouns
    ]  # fmt: skip
    if not called or form == "adjective":
        return ""
    word, rule = v.pick(called)
    _claim_rule(v, rule)
    return f"is {article(word)}" if form == "predicate" else word


_NOUN_RULES = tuple(rule for rule in WORDS if rule.nouns)


def all_words(facts: Facts) -> tuple[str, ...]:
    """Return every word of the table of limits that holds for a crystal."""
    known = {**facts.properties, "density": facts.density_g_cm3}
    return tuple(dict.fromkeys(
        word for rule in WORDS
        if rule.quantity in known and rule.low <= known[rule.quantity] < rule.high
        for word in rule.adjectives
    ))  # fmt: skip
