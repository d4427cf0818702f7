"""Quantities with numbers: 'gap between 1 and 2 eV', 'denser than 5 g/cm3', '20 atoms or fewer'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clac.data.grammar.number_words import NUMBERS
from clac.data.grammar.quantity_words import METAL_BELOW_EV
from index.filters import All, Filter, Test
from index.reading.amounts import Amount, read_amount, read_behind, read_number, read_unit
from index.reading.sentence import Found, Phrases, Sentence, remembered

ABOUT = 0.1
"""a number that is not compared, or said with 'about', holds within this fraction"""
ON_HULL_EV = 0.001
"""on the convex hull within rounding"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column and the units that its numbers may carry."""

    column: str
    kinds: tuple[str, ...]
    """kinds of `amounts.Unit`, '' for none"""
    counted: bool = False
    """whole numbers, which are exact where nothing else is said"""


_ENERGIES = ("", "energy per atom", "energy")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "band_gap": ("", "energy"), "fermi_energy": ("", "energy"), "formation_energy": _ENERGIES,
    "energy_above_hull": _ENERGIES, "bulk_modulus": ("", "pressure"),
    "shear_modulus": ("", "pressure"), "density": ("", "density"), "piezoelectric": ("", "charge"),
    "volume_per_atom": ("", "volume per atom"),
}  # fmt: skip
_Q: Mapping[str, Quantity] = {
    **{name: Quantity(name, _KINDS.get(name, ("",))) for name in NUMBERS},
    "volume_per_atom": Quantity("volume_per_atom", _KINDS["volume_per_atom"]),
    "n_atoms": Quantity("n_atoms", ("",), True),
    "nelements": Quantity("nelements", ("",), True),
}
_MORE_LABELS: Mapping[str, tuple[str, ...]] = {
    "band_gap": ("direct band gap", "indirect band gap", "direct gap", "indirect gap", "band gaps",
                 "bandgaps", "gaps", "optical gap", "fundamental gap", "eg", "band energy gap"),
    "fermi_energy": ("ef", "e f"),
    "energy_above_hull": ("e above hull", "ehull", "energy over hull", "energy over the hull",
                          "hull energy", "decomposition energy", "distance above hull",
                          "distance above the hull", "distance from the convex hull",
                          "energy above the ground state", "instability"),
    "formation_energy": ("heat of formation per atom", "enthalpy of formation per atom", "e form",
                         "formation energies", "eform", "energy to form"),
    "bulk_modulus": ("bulk moduli", "compression modulus", "incompressibility"),
    "shear_modulus": ("shear moduli", "hardness"),
    "density": ("densities", "mass densities"),
    "refractive_index": ("refractive indices", "ior"),
    "dielectric_total": ("dielectric constants",),
    "volume_per_atom": ("volume per atom", "atomic volume", "mean atomic volume",
                        "average volume per atom", "volume for each atom"),
    "n_atoms": ("number of atoms", "atoms per cell", "atoms per unit cell",
                "atoms per primitive cell", "atoms in the unit cell", "atoms in the cell",
                "atoms in the primitive cell", "atom count", "cell size", "n atoms", "nsites",
                "number of sites", "natoms", "primitive cell", "unit cell"),
    "nelements": ("number of elements", "nelements", "number of different elements",
                  "number of components", "element count"),
}  # fmt: skip
_SYMBOLS = {"K": "bulk_modulus", "B": "bulk_modulus", "G": "shear_modulus", "n": "refractive_index",
            "k": "dielectric_total", "ε": "dielectric_total", "epsilon": "dielectric_total",
            "nu": "poisson_ratio", "ν": "poisson_ratio", "rho": "density",
            "ρ": "density", "d": "density", "D": "density", "N": "n_atoms"}  # fmt: skip
"""letters that stand for a quantity where a comparison sign follows"""
_SIGNS = frozenset(("=", "<", ">", "<=", ">=", "≥", "≤", "~", "=>", "=<"))
_LABELS = Phrases(
    {
        **{
            label: name
            for name, numbers in NUMBERS.items()
            for label in (*numbers.labels, *numbers.more)
        },
        **{label: name for name, labels in _MORE_LABELS.items() for label in labels},
    }
)
_THAN = Phrases(
    {
        **dict.fromkeys(("denser than", "heavier than", "more dense than"), ("density", ">")),
        **dict.fromkeys(("lighter than", "less dense than"), ("density", "<")),
        **dict.fromkeys(("stiffer than", "less compressible than", "more rigid than",
                         "more incompressible than"), ("bulk_modulus", ">")),
        **dict.fromkeys(("softer than", "more compressible than"), ("bulk_modulus", "<")),
        **dict.fromkeys(("harder than",), ("shear_modulus", ">")),
    }
)  # fmt: skip
_OF_HULL = Phrases(
    dict.fromkeys(
        (f"{word}{the} {hull}" for word in ("above", "of", "from", "off", "over", "to")
         for the in ("", " the") for hull in ("convex hull", "hull", "ground state")), True
    )
)  # fmt: skip
_PER_CELL = Phrases(
    dict.fromkeys(
        (f"{place} {the}{kind}cell" for place in ("per", "in", "in a", "in each", "a")
         for the in ("", "the ", "its ") for kind in ("", "unit ", "primitive ",
                                                      "primitive unit ")), True
    )
)  # fmt: skip
_ELEMENTS = Phrases(
    dict.fromkeys(
        ("elements", "element", "components", "component", "different elements",
         "chemical elements", "kinds of atoms", "types of atoms", "distinct elements",
         "constituents", "species", "different chemical elements", "constituent elements"), True
    )
)  # fmt: skip


@remembered
def read_quantity(s: Sentence, i: int) -> Found | None:
    """Read a quantity and its number, in either order, at a position."""
    return _label_first(s, i) or _than(s, i) or _label_between(s, i) or _number_first(s, i)


def _label_between(s: Sentence, i: int) -> Found | None:
    """Read '1.0 < gap < 2.0' and '3 >= band gap'."""
    number = read_number(s, i)
    if number is None:
        return None
    end, unit = read_unit(s, number[0])
    turned = _TURNED.get(s.word(end))
    label = _LABELS.find(s, end + 1) if turned else None
    if turned is None or label is None:
        return None
    bounds = ((turned, number[1]),)
    amount = read_amount(s, label[0]) if s.word(label[0]) in _TURNED else None
    if amount:
        unit = amount.unit if amount.unit.kind else unit
        return _found(s, _Q[label[1]], Amount(0, bounds + amount.bounds, unit, True), amount.end)
    return _found(s, _Q[label[1]], Amount(0, bounds, unit, True), label[0])


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "≤": ">=", "≥": "<="}


def _label_first(s: Sentence, i: int) -> Found | None:
    label = _LABELS.find(s, i)
    name = label[1] if label else _SYMBOLS.get(s.raw[i], "")
    end = label[0] if label else i + 1
    if not name or (not label and not _signed(s, end, name)):
        return None
    if s.word(end) == "(":  # 'band gap (eV) > 3'
        close = next((k for k in range(end + 1, end + 6) if s.word(k) == ")"), 0)
        end = close + 1 if close else end
    amount = read_amount(s, end, counted=name == "n_atoms")
    if amount is None or (name == "n_atoms" and s.word(i).endswith(("cell", "it", "primitive"))
                          and s.word(amount.end) not in ("atoms", "atom")):  # fmt: skip
        return None
    counts = s.word(s.skip(amount.end, ("-",)))
    if counts.startswith("coordinat") or counts == "fold":
        return None
    if counts in ("elements", "element", "atoms", "atom") and name != "n_atoms":
        return None
    if name == "fermi_energy" and amount.unit.kind == "energy per atom":
        name = "formation_energy"  # 'E_f' is either
    end = amount.end + (s.word(amount.end) == "atoms")
    more = read_behind(s, end) if end > amount.end else None
    if more and amount.bounds[0][0] == "=":  # 'primitive cell: 24 atoms or fewer'
        amount = Amount(more[0], ((more[1], amount.bounds[0][1]),), amount.unit, True)
        end = more[0]
    return _found(s, _Q[name], amount, end)


def _signed(s: Sentence, i: int, name: str) -> bool:
    """Tell whether a letter is a quantity: a sign follows, or a number with the right unit."""
    if s.word(i) in _SIGNS:
        return True
    amount = read_amount(s, i)
    if amount is None:
        return False
    return amount.unit.kind == "pressure" or (name == "poisson_ratio" and amount.marked)


def _than(s: Sentence, i: int) -> Found | None:
    found = _THAN.find(s, i)
    if found is None:
        return None
    end, (name, operator) = found
    amount = read_amount(s, end)
    if amount is None or amount.bounds[0][0] not in ("=", "~"):
        return None
    quantity = _Q[name]
    if amount.unit.kind == "density":
        quantity = _Q["density"]
    bound = ((operator, amount.bounds[0][1]),)
    return _found(s, quantity, Amount(amount.end, bound, amount.unit, True), amount.end)


def _number_first(s: Sentence, i: int) -> Found | None:
    amount = _bare_amount(s, i)
    if amount is None:
        return None
    end = s.skip(amount.end, ("-",))
    if not amount.unit.kind:
        return _counted(s, i, amount, end)
    if amount.unit.kind.startswith("energy") and (hull := _OF_HULL.find(s, end)):
        if not amount.marked:  # 'within 50 meV of the hull': a bare number is a limit
            bounds = (("<=" if s.word(hull[0] - 1) else "=", amount.bounds[0][1]),)
            within = any(s.word(k) == "within" for k in range(i, amount.end))
            bounds = bounds if within else amount.bounds
            amount = Amount(amount.end, bounds, amount.unit, True)
        return _found(s, _Q["energy_above_hull"], amount, hull[0])
    label = _LABELS.find(s, end) or _LABELS.find(s, s.skip(end, ("of", "in", "wide", "direct")))
    if label and amount.unit.kind in _Q[label[1]].kinds:
        return _found(s, _Q[label[1]], amount, label[0])
    for name, kind in (("band_gap", "energy"), ("density", "density"),
                       ("volume_per_atom", "volume per atom")):  # fmt: skip
        if amount.unit.kind == kind:
            return _found(s, _Q[name], amount, amount.end)
    return None


_OPENERS = frozenset("is are of be being should must lies within in from the a an has with".split())


def _bare_amount(s: Sentence, i: int) -> Amount | None:
    """Read an amount that no label announces: at its comparison or number, or at 'within'."""
    opens = s.word(i) in _OPENERS and s.word(i) not in ("within", "from", "a")
    if opens and s.words[i : i + 2] != ("in", "excess"):
        return None
    return read_amount(s, i, counted=True)


_AROUND = frozenset("by to bridging between around".split())
"""before the atoms around another atom"""


def _counted(s: Sentence, start: int, amount: Amount, end: int) -> Found | None:
    if s.word(end) in ("atoms", "atom", "sites"):
        end += 1
        cell = _PER_CELL.find(s, end)
        around = s.word(start - 1) in _AROUND or s.word(end) in ("around", "surround")
        if cell is None and around:
            return None
        if cell:
            end = cell[0]
        elif s.words[end : end + 2] in (("unit", "cell"), ("primitive", "cell")):
            end += 2
        elif s.word(end) in ("cell", "cells"):
            end += 1
        more = read_behind(s, end)
        if more and amount.bounds[0][0] == "=":
            amount = Amount(more[0], ((more[1], amount.bounds[0][1]),), amount.unit, True)
            end = more[0]
        return _found(s, _Q["n_atoms"], amount, end)
    elements = _ELEMENTS.find(s, end)
    if elements and s.word(elements[0]) != "of":
        more = read_behind(s, elements[0])
        if more and amount.bounds[0][0] == "=":
            amount = Amount(more[0], ((more[1], amount.bounds[0][1]),), amount.unit, True)
            return _found(s, _Q["nelements"], amount, more[0])
        return _found(s, _Q["nelements"], amount, elements[0])
    label = _LABELS.find(s, end)
    if label and label[1] in ("refractive_index", "poisson_ratio", "dielectric_total",
                              "elastic_anisotropy", "dielectric_electronic"):  # fmt: skip
        return _found(s, _Q[label[1]], amount, label[0]) if amount.marked else None
    return None


def _found(s: Sentence, quantity: Quantity, amount: Amount, end: int) -> Found | None:
    if amount.unit.kind not in quantity.kinds:
        return None
    tests = [
        test
        for operator, value in amount.bounds
        for test in _tests(quantity, operator, value * amount.unit.factor)
    ]
    return Found(end, tests[0] if len(tests) == 1 else All(tuple(tests)))


def _tests(quantity: Quantity, operator: str, value: float) -> list[Filter]:
    """Write one bound as tests of a column; a number that is only near gets a margin."""
    column = quantity.column
    value = float(f"{value:.6g}")
    if quantity.counted:
        if operator == "~":
            return [Test(column, ">=", round(value * (1 - ABOUT))),
                    Test(column, "<=", round(value * (1 + ABOUT)))]  # fmt: skip
        return [Test(column, operator, int(value) if value == int(value) else value)]
    if operator not in ("~", "="):
        return [Test(column, operator, value)]
    if value == 0:
        return [_zero(column)]
    low, high = sorted((value * (1 - ABOUT), value * (1 + ABOUT)))
    return [Test(column, ">=", float(f"{low:.6g}")), Test(column, "<=", float(f"{high:.6g}"))]


def _zero(column: str) -> Test:
    if column == "band_gap":
        return Test(column, "<", METAL_BELOW_EV)
    return Test(column, "<=" if column == "energy_above_hull" else "=",
                ON_HULL_EV if column == "energy_above_hull" else 0.0)  # fmt: skip
