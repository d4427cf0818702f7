"""Chemical formulas: read as people type them, written as the catalog's column has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import gcd, inf

from clac.data.elements import SYMBOLS

# fmt: off
_PAULING = (
    2.2, inf, 0.98, 1.57, 2.04, 2.55, 3.04, 3.44, 3.98, inf, 0.93, 1.31, 1.61, 1.9, 2.19, 2.58,
    3.16, inf, 0.82, 1, 1.36, 1.54, 1.63, 1.66, 1.55, 1.83, 1.88, 1.91, 1.9, 1.65, 1.81, 2.01,
    2.18, 2.55, 2.96, 3, 0.82, 0.95, 1.22, 1.33, 1.6, 2.16, 1.9, 2.2, 2.28, 2.2, 1.93, 1.69, 1.78,
    1.96, 2.05, 2.1, 2.66, 2.6, 0.79, 0.89, 1.1, 1.12, 1.13, 1.14, 1.13, 1.17, 1.2, 1.2, 1.1, 1.22,
    1.23, 1.24, 1.25, 1.1, 1.27, 1.3, 1.5, 2.36, 1.9, 2.2, 2.2, 2.28, 2.54, 2, 1.62, 2.33, 2.02, 2,
    2.2, 2.2, 0.7, 0.9, 1.1, 1.3, 1.5, 1.38, 1.36, 1.28, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3,
    1.3,
)
# fmt: on
"""electronegativity of element z at place z - 1 (Pauling's scale, as in pymatgen)"""
_X: Mapping[str, float] = dict(zip(SYMBOLS, _PAULING))
_ORDER: Mapping[str, int] = {symbol: z for z, symbol in enumerate(SYMBOLS)}
_WHOLE: Mapping[str, str] = {
    "LiO": "Li2O2", "NaO": "Na2O2", "KO": "K2O2", "HO": "H2O2", "CsO": "Cs2O2", "RbO": "Rb2O2",
    "O": "O2", "N": "N2", "F": "F2", "Cl": "Cl2", "H": "H2",
}  # fmt: skip
"""formulas that pymatgen does not reduce"""
_PIECE = re.compile(r"([A-Z][a-z]?)(\d*)|([(\[])|[)\]](\d*)")
_ACRONYMS = frozenset(
    "UV PV CN CIF SOC IR NIR HCP FCC BCC NO CO IN OH HO VI IV SC SCF VCO PBC COF HOF POSCAR SI II "
    "OF ON OS HIS NOW HOW WHY WHO CASH CAN SO US".split()
)
"""capitals that are no formula"""
_GROUPS = frozenset("SO4 PO4 CO3 NO3 SiO4 BO3 BO4 NH4 OH ClO4 VO4 MoO4 WO4 CrO4 AsO4 P2O7 GeO4 "
                    "AlO4 NO2 AlO6 TiO6 SeO4 TeO4 IO3 BH4 PS4 PF6 BF4".split())  # fmt: skip
"""ions and polyhedra, which are no compounds"""
_CN = re.compile(r"CN\W?\d+$|CN\(")
_LOWER = frozenset("nacl kcl licl csi gaas gan zno mgo sic zns znse cds cdte cdse inp inas aln "
                   "mgb csnc nio feo coo mno lif naf".split())  # fmt: skip
"""formulas without a number that are read in lower case"""


def read_formula(text: str) -> dict[str, int] | None:
    """Count the atoms of a formula such as 'LiCoO2', 'Mg(OH)2' or 'licoo2'; None for other words.

    Single elements ('O2', 'B1') are no formula here: space groups and structure types look alike.
    """
    if not text or len(text) > 40 or not (text[0].isalpha() or text[0] in "(["):
        return None
    if text in _GROUPS or _CN.match(text):
        return None
    exact = text if any(map(str.islower, text)) and not text.islower() else ""
    if not exact and text.isupper():
        exact = text if text not in _ACRONYMS else ""
        if not any(map(str.isdigit, text)) and len(text) > 2:
            exact = ""
    counts = _counted(exact) if exact else None
    if counts is None:
        counts = _segmented(text.lower()) if text.islower() or text.isupper() else None
    return counts if counts and len(counts) > 1 else None


@lru_cache(maxsize=4096)
def _counted(text: str) -> dict[str, int] | None:
    stack: list[dict[str, int]] = [{}]
    place = 0
    while place < len(text):
        match = _PIECE.match(text, place)
        if match is None:
            return None
        symbol, count, opens, times = match.groups()
        if symbol:
            if symbol not in _ORDER or count.startswith("0"):
                return None
            stack[-1][symbol] = stack[-1].get(symbol, 0) + int(count or 1)
        elif opens:
            stack.append({})
        else:
            if len(stack) < 2:
                return None
            for inner, number in stack.pop().items():
                stack[-1][inner] = stack[-1].get(inner, 0) + number * int(times or 1)
        place = match.end()
    whole = stack[0] if len(stack) == 1 else None
    return whole if whole and all(0 < n < 1000 for n in whole.values()) else None


@lru_cache(maxsize=4096)
def _segmented(text: str) -> dict[str, int] | None:
    """Read a formula without capitals: the fewest symbols, each once, none of them rare."""
    if not text.isascii() or not text.isalnum() or len(text) > 20:
        return None
    if text not in _LOWER and not any(map(str.isdigit, text)):
        return None
    readings = [r for r in _readings(text) if len({s for s, _ in r}) == len(r)]
    if not readings:
        return None
    best = min(readings, key=lambda r: (len(r), sum(_ORDER[s] > 82 for s, _ in r)))
    return dict(best)


def _readings(text: str) -> list[tuple[tuple[str, int], ...]]:
    if not text:
        return [()]
    found = []
    for length in (2, 1):
        symbol = text[:length].title()
        if len(text) >= length and symbol in _ORDER:
            digits = re.match(r"\d*", text[length:]).group()  # type: ignore[union-attr]
            if digits.startswith("0") or len(digits) > 3:
                continue
            rest = _readings(text[length + len(digits) :])
            found += [((symbol, int(digits or 1)), *tail) for tail in rest[:8]]
    return found


def reduced_formula(counts: Mapping[str, int]) -> str:
    """Write counts as pymatgen's reduced formula, without its half second of import.

    Elements stand by electronegativity; the last two in brackets where they repeat as a group.
    """
    formula = _reduced(counts)
    return _WHOLE.get(formula, formula)


def _reduced(counts: Mapping[str, int]) -> str:
    order = sorted(counts, key=lambda symbol: (_X.get(symbol, 1.3), symbol))
    factor = gcd(*counts.values())
    amounts = {symbol: counts[symbol] // factor for symbol in order}
    group = ""
    if len(order) >= 3 and _X.get(order[-1], 1.3) - _X.get(order[-2], 1.3) < 1.65:
        times = gcd(amounts[order[-2]], amounts[order[-1]])
        if times != 1:
            inner = _reduced({symbol: amounts[symbol] for symbol in order[-2:]})
            group, order = f"({inner}){times}", order[:-2]
    return "".join(f"{s}{amounts[s] if amounts[s] > 1 else ''}" for s in order) + group


_PATTERN = re.compile(r"(?:[A-Z][a-z]?\d*){2,6}")
_LETTER = re.compile(r"([A-Z][a-z]?)(\d*)")
_HOLDERS = frozenset("A B C D E M X Y Z R T Q".split())
_TELLING = frozenset("A M X Z R Q D".split())
"""letters that are no element"""


def read_pattern(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Read a general formula ('ABX3', 'ABO3'): its anonymous form and the elements it names."""
    if not _PATTERN.fullmatch(text) or not any(map(str.isdigit, text)):
        return None
    parts = _LETTER.findall(text)
    letters = [letter for letter, _ in parts]
    if len(set(letters)) != len(letters) or not _TELLING & set(letters):
        return None
    if any(letter not in _HOLDERS and letter not in _ORDER for letter in letters):
        return None
    counts = [int(n or 1) for _, n in parts]
    if min(counts) < 1 or max(counts) > 99:
        return None
    named = tuple(x for x in letters if x in _ORDER and x not in {"B", "C", "Y"})
    if named and len(letters) < 3:  # 'FeX6' is an octahedron
        return None
    return anonymous(counts), named


def anonymous(counts: list[int]) -> str:
    """Write amounts as letters, the smallest first: [3, 1, 1] -> 'ABC3'."""
    factor = gcd(*counts)
    amounts = sorted(n // factor for n in counts)
    return "".join(f"{letter}{n if n > 1 else ''}" for letter, n in zip("ABCDEFGH", amounts))


def system(symbols: set[str] | frozenset[str]) -> str:
    """Join symbols in alphabetical order: 'Co-Li-O'."""
    return "-".join(sorted(symbols))


def in_order(symbols: set[str] | frozenset[str]) -> tuple[str, ...]:
    """Sort symbols by atomic number."""
    return tuple(sorted(symbols, key=_ORDER.__getitem__))
