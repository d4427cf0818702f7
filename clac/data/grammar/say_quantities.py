"""What can be said of sizes and properties, as numbers with units and as words.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from clac.data.facts import Facts
from clac.data.grammar.quantity_words import (
    METAL_BELOW_EV,
    NUMBERS,
    OTHER_UNITS,
    WORDS,
    Numbers,
    Words,
)
from clac.data.grammar.say_composition import vary
from clac.data.grammar.voice import Form, Voice, article

_ATOM_BOUNDS = (3, 4, 6, 8, 10, 15, 20, 30, 40, 50, 80, 100)
_VOLUME_BOUNDS = (8, 10, 12, 15, 20, 25, 30, 40)


def atoms(v: Voice, form: Form) -> str:
    """Count the atoms of the primitive cell."""
    if not v.numbers or form == "adjective":
        return ""
    n = v.facts.n_atoms
    v.claim("n_atoms", low=n, high=n)
    count = f"{n} atom{'' if n == 1 else 's'}"
    if v.dice() < 0.25:
        text = v.pick((f"primitive cell of {count}", f"primitive cell with {count}"))
        return f"has a {text}" if form == "predicate" else text
    text = f"{count} {v.pick(('per', 'in the'))} primitive cell"
    return f"has {text}" if form == "predicate" else text


def atoms_bound(v: Voice, form: Form) -> str:
    """Say that the primitive cell has more or fewer atoms than a round number."""
    if not v.numbers or form == "adjective":
        return ""
    n = v.facts.n_atoms
    below, above = _around(_ATOM_BOUNDS, n)
    if above and (not below or v.dice() < 0.5):
        bound = v.pick(above[:3])
        v.claim("n_atoms", high=bound - 1)
        count = v.pick(
            (
                "fewer than {b} atoms",
                "less than {b} atoms",
                "at most {a} atoms",
                "up to {a} atoms",
                "no more than {a} atoms",
            )
        ).format(b=bound, a=bound - 1)
        size = "small " if n <= _SMALL_CELL and v.dice() < 0.4 else ""
    else:
        bound = v.pick(below[-2:])
        v.claim("n_atoms", low=bound + 1)
        count = v.pick(
            ("more than {b} atoms", "over {b} atoms", "at least {a} atoms", "> {b} atoms")
        ).format(b=bound, a=bound + 1)
        size = "large " if n >= _LARGE_CELL and v.dice() < 0.4 else ""
    if size or v.dice() < 0.3:
        text = f"{size}primitive cell of {count}"
        return f"has a {text}" if form == "predicate" else text
    text = f"{count} {v.pick(('per', 'in the', 'in its'))} primitive cell"
    return f"has {text}" if form == "predicate" else text


_SMALL_CELL, _LARGE_CELL = 8, 40


def volume(v: Voice, form: Form) -> str:
    """Say the volume per atom."""
    if not v.numbers or form == "adjective":
        return ""
    value = v.facts.volume_per_atom_ang3
    below, above = _around(_VOLUME_BOUNDS, value)
    if v.dice() < 0.2 and above:
        v.claim("volume_per_atom", high=above[0])
        digits = f"{v.pick(('less than', 'below', 'under'))} {above[0]}"
    elif v.dice() < 0.1 and below:
        v.claim("volume_per_atom", low=below[-1])
        digits = f"{v.pick(('more than', 'above', 'over'))} {below[-1]}"
    else:
        digits = f"{value:.1f}"
        claim_number(v, "volume_per_atom", digits)
        digits = f"of {digits}"
    text = f"a volume {digits} angstrom^3 per atom"
    return f"has {text}" if form == "predicate" else text[2:]


def value_of(v: Voice, quantity: str) -> float | None:
    """Return the number behind a quantity, or None where unknown or hidden."""
    if quantity == "density":
        return v.facts.density_g_cm3
    return v.facts.properties.get(quantity) if v.properties else None


def number(v: Voice, form: Form, quantity: str, fine: bool = False) -> str:
    """Say a quantity with its number and unit; fine: as exactly as it is ever said."""
    value = value_of(v, quantity)
    if value is None or not v.numbers or form == "adjective":
        return ""
    spec = NUMBERS[quantity]
    what = vary(v, spec.labels, spec.more, 0.0 if fine else 0.25)
    unit = f" {spec.unit}" if spec.unit else ""
    if v.dice() < 0.15 and spec.unit in OTHER_UNITS:
        unit = f" {v.pick(OTHER_UNITS[spec.unit])}"
    if spec.bounds and not fine and v.dice() < 0.3:
        bound = _bound(v, quantity, value, unit)
        if bound:
            text = f"{what} {bound}"
            return f"has {article(text)}" if form == "predicate" else text
    if spec.step and not fine and abs(value) > 3 * spec.step and v.dice() < 0.25:
        return _rough(v, form, quantity, value, f"{what}|{unit}")
    digits = f"{value:.{spec.decimals[-1] if fine else v.pick(spec.decimals)}f}"
    digits = digits.lstrip("-") if not digits.strip("-0.") else digits
    text = _with_number(v, form, spec, what, f"{digits}{unit}", fine)
    step = spec.step if _ABOUT.search(text) and not fine else 0.0
    if step and abs(float(digits) / step - round(float(digits) / step)) < 1e-6:
        # The words are those of a rough number, so the claim is too.
        _claim_rough(v, quantity, float(digits), step)
    else:
        claim_number(v, quantity, digits)
    return text


_ABOUT = re.compile("about|around|near|close to|~|approximately|roughly")


def _with_number(v: Voice, form: Form, spec: Numbers, what: str, number: str, fine: bool) -> str:
    relation = vary(v, (" of about ", " of ", " of ", " around ", " near "), _RELATIONS, 0.4)
    if form == "predicate":
        return f"has {article(what)}{relation}{number}"
    if spec.unit and not fine and v.dice() < 0.15:
        return f"{v.pick(('', '', '~', 'about ', 'roughly '))}{number} {what}"
    # 'B' and 'K' would look like elements where those are hidden.
    if spec.letter and v.formulas and not fine and v.dice() < 0.1:
        what = spec.letter if spec.letter == what else f"{what} {spec.letter}"
        return f"{what} = {number}"
    return f"{what}{v.pick((relation, relation, ' ', ' = ', ': '))}{number}"


_RELATIONS = (" close to ", " of ~", " of approximately ", " of roughly ", " of around ",
              " equal to ")  # fmt: skip
_ROUGHLY = ("about {}", "around {}", "roughly {}", "approx. {}", "~{}", "close to {}",
            "of about {}", "near {}", "of {} or so", "of ca. {}", "of some {}",
            "approximately {}")  # fmt: skip
_OVER = ("over {}", "more than {}", "greater than {}", "exceeding {}", "at least {}",
         "higher than {}", "of at least {}", "of {} or more", "of more than {}", ">= {}", ">{}",
         "not below {}", "bigger than {}")  # fmt: skip
_UNDER = ("under {}", "less than {}", "at most {}", "lower than {}", "up to {}", "of at most {}",
          "of {} or less", "of less than {}", "<= {}", "<{}", "not above {}",
          "no more than {}")  # fmt: skip
_RANGES = ("from {} to {}", "of {} to {}", "{} to {}", "{}-{}", "in the range {} to {}",
           "somewhere between {} and {}")  # fmt: skip


def _rough(v: Voice, form: Form, quantity: str, value: float, words: str) -> str:
    """Say about how large a quantity is; words: its label and unit, parted by a bar."""
    what, unit = words.split("|")
    step = NUMBERS[quantity].step
    stated = round(value / step) * step
    _claim_rough(v, quantity, stated, step)
    if form == "fragment" and v.dice() < 0.2:
        about = v.pick(("about ", "around ", "~", "roughly "))
        return f"{about}{stated:g}{unit} {what}"
    text = f"{what} {v.pick(_ROUGHLY).format(f'{stated:g}{unit}')}"
    return f"has {article(text)}" if form == "predicate" else text


def _claim_rough(v: Voice, quantity: str, stated: float, step: float) -> None:
    v.claim(quantity, low=stated - step / 2, high=stated + step / 2, stated=stated)


def claim_number(v: Voice, quantity: str, digits: str) -> None:
    """Claim a number as it was written: half a unit of its last digit may be missing."""
    half = 0.5001 * 10.0 ** -len(digits.partition(".")[2])
    stated = float(digits)
    v.claim(quantity, low=stated - half, high=stated + half, stated=stated)


def _around(bounds: Sequence[float], value: float) -> tuple[Sequence[float], Sequence[float]]:
    """Part round numbers into those below and those above a value."""
    return bounds[: bisect_left(bounds, value)], bounds[bisect_right(bounds, value) :]


_LEAST = {"band_gap": METAL_BELOW_EV}


def _bound(v: Voice, quantity: str, value: float, unit: str) -> str:
    below, above = _around(NUMBERS[quantity].bounds, value)
    dice = v.dice()
    if below and above and dice < 0.3:
        low, high = below[-1], above[0]
        v.claim(quantity, low=low, high=high)
        if low < 0:
            return f"between {low:g} and {high:g}{unit}"
        return vary(v, ("between {} and {}",), _RANGES).format(f"{low:g}", f"{high:g}{unit}")
    if below and dice < 0.75:
        bound = v.pick(below[-2:])
        v.claim(quantity, low=bound)
        return vary(v, ("above {}", "> {}", "larger than {}"), _OVER).format(f"{bound:g}{unit}")
    # Who asks for a band gap below 1 eV does not mean metals.
    least = _LEAST.get(quantity, -math.inf)
    if above and value >= least:
        bound = v.pick(above[:2])
        v.claim(quantity, low=least, high=bound)
        return vary(v, ("below {}", "< {}", "smaller than {}"), _UNDER).format(f"{bound:g}{unit}")
    return ""


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
