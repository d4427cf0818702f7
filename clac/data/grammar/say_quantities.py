"""What can be said of sizes and properties, as numbers with units and as words.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from clac.data.grammar.quantity_words import NUMBERS, WORDS
from clac.data.grammar.voice import Form, Voice, article


def atoms(v: Voice, form: Form) -> str:
    """Count the atoms of the primitive cell."""
    if not v.numbers or form == "adjective":
        return ""
    n = v.facts.n_atoms
    text = f"{n} atom{'' if n == 1 else 's'} {v.pick(('per', 'in the'))} primitive cell"
    return f"has {text}" if form == "predicate" else text


def volume(v: Voice, form: Form) -> str:
    """Say the volume per atom."""
    if not v.numbers or form == "adjective":
        return ""
    text = f"a volume of {v.facts.volume_per_atom_ang3:.1f} angstrom^3 per atom"
    return f"has {text}" if form == "predicate" else text[2:]


def value_of(v: Voice, quantity: str) -> float | None:
    """Return the number behind a quantity, or None where unknown or hidden."""
    if quantity == "density":
        return v.facts.density_g_cm3
    return v.facts.properties.get(quantity) if v.properties else None


def number(v: Voice, form: Form, quantity: str) -> str:
    """Say a quantity with its number and unit."""
    value = value_of(v, quantity)
    if value is None or not v.numbers or form == "adjective":
        return ""
    spec = NUMBERS[quantity]
    what = v.pick(spec.labels)
    unit = f" {spec.unit}" if spec.unit else ""
    if quantity in ("band_gap", "density") and v.dice() < 0.25:
        bound = _bound(v, value)
        if bound:
            text = f"{what} {bound}{unit}"
            return f"has {article(text)}" if form == "predicate" else text
    digits = f"{value:.{v.pick(spec.decimals)}f}"
    digits = digits.lstrip("-") if not digits.strip("-0.") else digits
    relation = v.pick((" of about ", " of ", " of ", " around ", " near "))
    if form == "predicate":
        return f"has {article(what)}{relation}{digits}{unit}"
    return f"{what}{v.pick((relation, ' ', ' = '))}{digits}{unit}"


_BOUNDS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def _bound(v: Voice, value: float) -> str:
    below = [b for b in _BOUNDS if b < value]
    above = [b for b in _BOUNDS if b > value]
    dice = v.dice()
    if below and above and dice < 0.3:
        return f"between {below[-1]:g} and {above[0]:g}"
    if below and dice < 0.75:
        return f"{v.pick(('above', '>', 'larger than'))} {v.pick(below[-2:]):g}"
    if above and value > 0.0:
        return f"{v.pick(('below', '<', 'smaller than'))} {v.pick(above[:2]):g}"
    return ""


def words(v: Voice, form: Form, quantity: str) -> str:
    """Say a quantity in words, by the table of limits."""
    value = value_of(v, quantity)
    if value is None:
        return ""
    options = [
        word
        for rule in WORDS
        if rule.quantity == quantity and rule.low <= value < rule.high
        for word in (rule.predicates if form == "predicate" else rule.adjectives)
    ]
    return v.pick(options) if options else ""
