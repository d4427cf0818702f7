"""Chemical symbols and names, and the labels that files wrap them in."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from clac.errors import InputError

_TABLE = """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se
    Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb
    Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm
    Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""
SYMBOLS: tuple[str, ...] = tuple(_TABLE.split())
"""symbol of atomic number z at place z - 1"""

ELEMENT_NAMES: Mapping[str, str] = dict(zip(SYMBOLS, (
    "hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium "
    "magnesium aluminium silicon phosphorus sulfur chlorine argon potassium calcium scandium "
    "titanium vanadium chromium manganese iron cobalt nickel copper zinc gallium germanium "
    "arsenic selenium bromine krypton rubidium strontium yttrium zirconium niobium molybdenum "
    "technetium ruthenium rhodium palladium silver cadmium indium tin antimony tellurium iodine "
    "xenon caesium barium lanthanum cerium praseodymium neodymium promethium samarium europium "
    "gadolinium terbium dysprosium holmium erbium thulium ytterbium lutetium hafnium tantalum "
    "tungsten rhenium osmium iridium platinum gold mercury thallium lead bismuth polonium "
    "astatine radon francium radium actinium thorium protactinium uranium neptunium plutonium "
    "americium curium berkelium californium einsteinium fermium mendelevium nobelium lawrencium "
    "rutherfordium dubnium seaborgium bohrium hassium meitnerium darmstadtium roentgenium "
    "copernicium nihonium flerovium moscovium livermorium tennessine oganesson"
).split(), strict=True))  # fmt: skip
OTHER_SPELLINGS: Mapping[str, str] = {
    "aluminium": "aluminum", "caesium": "cesium", "sulfur": "sulphur",
}  # fmt: skip
AMU_PER_ANG3_IN_G_PER_CM3 = 1.66053906892
"""CODATA 2022, DOI 10.1103/RevModPhys.97.025002"""

_NUMBERS = {symbol: number for number, symbol in enumerate(SYMBOLS, 1)} | {"D": 1, "T": 1}
_LETTERS = re.compile(r"[A-Za-z]+")


def number_of(label: str, known: Container[int] = ()) -> int:
    """Return the atomic number behind a symbol or site label: Fe, FE1, Fe2+, Fe3(2), OW2, D.

    Deuterium and tritium are hydrogen. Where capitals leave two readings (HO1: Ho or H), the one
    among `known` atomic numbers wins, else the longer one.
    Raises InputError without a place for a dummy atom or an unknown element.
    """
    exact = _NUMBERS.get(label)
    if exact is not None:
        return exact
    readings = _readings(label)
    for number in readings:
        if number in known:
            return number
    if readings:
        return readings[0]
    raise InputError("", f"unknown element {label[:20]!r}; name a chemical element")


def _readings(label: str) -> list[int]:
    """List the elements that a label may start with, the longest symbol first."""
    letters = _LETTERS.match(label.strip())
    if letters is None:
        return []
    word = letters.group()
    if word[:1].islower() or word.lower() in {"x", "xx", "vac", "va", "du", "dum", "dummy", "wat"}:
        return [_NUMBERS[word.title()]] if word.title() in _NUMBERS else []
    if len(word) > 1 and word[1].islower():
        return [_NUMBERS[word[:2]]] if word[:2] in _NUMBERS else []
    symbols = (word[:2].title(), word[:1])
    return [_NUMBERS[symbol] for symbol in symbols if symbol in _NUMBERS]
