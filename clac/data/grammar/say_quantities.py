"""What can be said of sizes and properties, as numbers with units and as words.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

import math

from clac.data.facts import Facts
from clac.data.grammar.quantity_words import NUMBERS, OTHER_UNITS, WORDS
from clac.data.grammar.say_composition import vary
from clac.data.grammar.voice import Form, Voice, article


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


def volume(v: Voice, form: Form) -> str:
    """Say the volume per atom."""
    if not v.numbers or form == "adjective":
        return ""
    digits = f"{v.facts.volume_per_atom_ang3:.1f}"
    claim_number(v, "volume_per_atom", digits)
    text = f"a volume of {digits} angstrom^3 per atom"
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
    what = v.pick(spec.labels)
    unit = f" {spec.unit}" if spec.unit else ""
    if v.dice() < 0.15 and spec.unit in OTHER_UNITS:
        unit = f" {v.pick(OTHER_UNITS[spec.unit])}"
    if quantity in ("band_gap", "density") and not fine and v.dice() < 0.25:
        bound = _bound(v, quantity, value)
        if bound:
            text = f"{what} {bound}{unit}"
            return f"has {article(text)}" if form == "predicate" else text
    digits = f"{value:.{spec.decimals[-1] if fine else v.pick(spec.decimals)}f}"
    digits = digits.lstrip("-") if not digits.strip("-0.") else digits
    claim_number(v, quantity, digits)
    relation = vary(v, (" of about ", " of ", " of ", " around ", " near "), _RELATIONS, 0.4)
    if form == "predicate":
        return f"has {article(what)}{relation}{digits}{unit}"
    if quantity == "band_gap" and v.dice() < 0.2:
        return f"{v.pick(('', '', '~', 'about ', 'roughly '))}{digits}{unit} {what}"
    return f"{what}{v.pick((relation, relation, ' ', ' = ', ': '))}{digits}{unit}"


_RELATIONS = (" close to ", " of ~", " of approximately ", " of roughly ", " of around ",
              " equal to ")  # fmt: skip
_OVER = ("over", "more than", "greater than", "exceeding", "at least", "higher than", "of at least")
_UNDER = ("under", "less than", "at most", "lower than", "up to", "of at most")
_BOUNDS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def claim_number(v: Voice, quantity: str, digits: str) -> None:
    """Claim a number as it was written: half a unit of its last digit may be missing."""
    half = 0.5001 * 10.0 ** -len(digits.partition(".")[2])
    stated = float(digits)
    v.claim(quantity, low=stated - half, high=stated + half, stated=stated)


def _bound(v: Voice, quantity: str, value: float) -> str:
    below = [b for b in _BOUNDS if b < value]
    above = [b for b in _BOUNDS if b > value]
    dice = v.dice()
    if below and above and dice < 0.3:
        v.claim(quantity, low=below[-1], high=above[0])
        return vary(v, ("between {:g} and {:g}",),
                    ("from {:g} to {:g}", "of {:g} to {:g}", "{:g} to {:g}", "{:g}-{:g}",
                     "in the range {:g} to {:g}")).format(below[-1], above[0])  # fmt: skip
    if below and dice < 0.75:
        bound = v.pick(below[-2:])
        v.claim(quantity, low=bound)
        over = vary(v, ("above", ">", "larger than"), _OVER)
        return f"{over} {bound:g}"
    if above and value > 0.0:
        bound = v.pick(above[:2])
        v.claim(quantity, high=bound)
        under = vary(v, ("below", "<", "smaller than"), _UNDER)
        return f"{under} {bound:g}"
    return ""


def words(v: Voice, form: Form, quantity: str) -> str:
    """Say a quantity in words, by the table of limits."""
    value = value_of(v, quantity)
    if value is None:
        return ""
    plain, more = [], []
    for rule in WORDS:
        if rule.quantity != quantity or not rule.low <= value < rule.high:
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
    v.claim(quantity, low=rule.low, high=math.nextafter(rule.high, -math.inf))
    return word


def all_words(facts: Facts) -> tuple[str, ...]:
    """Return every word of the table of limits that holds for a crystal."""
    known = {**facts.properties, "density": facts.density_g_cm3}
    return tuple(dict.fromkeys(
        word for rule in WORDS
        if rule.quantity in known and rule.low <= known[rule.quantity] < rule.high
        for word in rule.adjectives
    ))  # fmt: skip
