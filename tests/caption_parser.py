"""Reads facts back out of captions and says which are false: knows English, not the grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pymatgen.core import Composition, Element
from pymatgen.symmetry.groups import sg_symbol_from_int_number

INF = float("inf")
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four"
).split()
_COUNT = rf"(?:\d+|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_RELATION = r"(?:of about|of|around|near|=)?"
_GLUE = set(
    "it the crystal compound this material materials structure is has have and with a an in of "
    "crystallizes system symmetry contains containing made consists elements formula composition "
    "type adopts belongs to known as used for uses such mineral occurs lattice point group space "
    "number no without pure element elemental forms from gain energy free built its gas ordered "
    "alloy metal what which something find looking for search show me any examples".split()
)


@dataclass(frozen=True)
class Truth:
    """What is so, found without the code under test."""

    composition: Composition
    space_group: int
    crystal_system: str
    point_group: str
    centring: str
    pearson: str
    label: str
    n_atoms: int
    volume_per_atom: float
    quantities: Mapping[str, float]
    coordination: Mapping[str, frozenset[int]]
    dimension: str
    structure_words: frozenset[str]
    classes: frozenset[str]
    anion: str
    second_anions: frozenset[str]
    """-ide words that are right beside the anion's"""
    words: tuple[str, ...]


# phrase -> quantity, low, high: said only where low <= value <= high
QUANTITY_WORDS: Mapping[str, tuple[str, float, float]] = {
    **dict.fromkeys(("metallic", "gapless", "has no band gap", "conducts like a metal",
                     "is a metal"), ("band_gap", 0, 0.005)),
    **dict.fromkeys(("semiconducting", "is a semiconductor", "semiconductor"),
                    ("band_gap", 0.1, 3.0)),
    **dict.fromkeys(("narrow-gap semiconductor", "narrow-gap", "small-gap", "narrow band gap"),
                    ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("wide-gap insulator", "insulator with a wide gap", "wide-gap",
                     "wide band gap", "large-gap", "insulating"), ("band_gap", 3.0, INF)),
    **dict.fromkeys(("stiff", "incompressible", "hard to compress", "high bulk modulus"),
                    ("bulk_modulus", 200, INF)),
    **dict.fromkeys(("soft and easily compressed", "low bulk modulus", "soft", "compressible"),
                    ("bulk_modulus", 0, 30)),
    **dict.fromkeys(("mechanically hard", "hard material", "hard", "high shear modulus"),
                    ("shear_modulus", 150, INF)),
    **dict.fromkeys(("auxetic", "negative Poisson ratio"), ("poisson_ratio", -1, 0)),
    **dict.fromkeys(("high-index", "highly refractive", "high refractive index",
                     "bends light strongly"), ("refractive_index", 2.4, 10)),
    **dict.fromkeys(("high-k dielectric", "high-k", "high-permittivity",
                     "high dielectric constant"), ("dielectric_total", 20, INF)),
    **dict.fromkeys(("low-k dielectric", "low-k", "low dielectric constant"),
                    ("dielectric_total", 1, 4)),
    **dict.fromkeys(("shows piezoelectricity", "piezoelectric"), ("piezoelectric", 0.1, INF)),
    **dict.fromkeys(("negative formation energy", "forms from the elements with a gain of energy"),
                    ("formation_energy", -INF, -1e-9)),
    **dict.fromkeys(("positive formation energy", "costs energy to form from the elements"),
                    ("formation_energy", 1e-3, INF)),
    **dict.fromkeys(("thermodynamically stable", "stable", "lies on the convex hull"),
                    ("energy_above_hull", 0, 1e-3)),
    "metastable": ("energy_above_hull", 1e-3, 0.1),
    "unstable": ("energy_above_hull", 0.1, INF),
    "lies far above the convex hull": ("energy_above_hull", 0.1, INF),
    **dict.fromkeys(("high-density", "heavy for its size", "dense", "heavy", "high density"),
                    ("density", 8.0, INF)),
    **dict.fromkeys(("low-density", "light for its size", "lightweight", "light",
                     "low density"), ("density", 0, 2.5)),
}  # fmt: skip

UNITS = {
    "band gap": ("band_gap", "eV"), "gap": ("band_gap", "eV"),
    "formation energy": ("formation_energy", "eV/atom"),
    "energy above hull": ("energy_above_hull", "eV/atom"), "Fermi energy": ("fermi_energy", "eV"),
    "bulk modulus": ("bulk_modulus", "GPa"), "shear modulus": ("shear_modulus", "GPa"),
    "elastic anisotropy": ("elastic_anisotropy", ""), "Poisson ratio": ("poisson_ratio", ""),
    "refractive index": ("refractive_index", ""),
    "electronic dielectric constant": ("dielectric_electronic", ""),
    "dielectric constant": ("dielectric_total", ""),
    "piezoelectric modulus": ("piezoelectric", "C/m^2"), "density": ("density", "g/cm3"),
}  # fmt: skip

_PER_FAMILY: Mapping[str, Callable[[Element], bool]] = {
    "alkaline earth metal": lambda e: e.group == 2,
    "alkali metal": lambda e: e.is_alkali,
    "post-transition metal": lambda e: e.symbol in "Al Ga In Sn Tl Pb Bi".split(),
    "platinum-group metal": lambda e: e.symbol in "Ru Rh Pd Os Ir Pt".split(),
    "coinage metal": lambda e: e.symbol in "Cu Ag Au".split(),
    "transition metal": lambda e: e.is_transition_metal and 3 <= e.group <= 11
    and not e.is_lanthanoid and not e.is_actinoid,
    "rare earth": lambda e: e.is_rare_earth and not e.is_actinoid,
    "lanthanide": lambda e: e.is_lanthanoid,
    "actinide": lambda e: e.is_actinoid,
    "metalloid": lambda e: e.symbol in "B Si Ge As Sb Te".split(),
    "pnictogen": lambda e: e.group == 15 and e.row < 7,
    "chalcogen": lambda e: e.group == 16 and e.row < 6,
    "halogen": lambda e: e.group == 17 and e.row < 6,
    "noble gas": lambda e: e.group == 18,
}  # fmt: skip


def falsehoods(caption: str, truth: Truth) -> list[str]:
    """List what the caption says that is not so, and the words that are not understood."""
    reader = _Reader(caption, truth)
    for step in (
        reader.numbers, reader.cells, reader.coordination, reader.names, reader.dimension,
        reader.symmetry, reader.quantity_words, reader.composition,
    ):  # fmt: skip
        step()
    rest = [w for w in re.findall(r"[^\s,;.?|()]+", reader.text) if w.lower() not in _GLUE]
    return reader.wrong + [f"not understood: {word}" for word in rest]


class _Reader:
    def __init__(self, text: str, truth: Truth) -> None:
        self.text, self.truth, self.wrong = text, truth, []

    def eat(self, pattern: str, check: Callable[[re.Match[str]], bool | None]) -> None:
        """Take out what matches; note it where the check says no; leave it where it says None."""

        def judge(match: re.Match[str]) -> str:
            so = check(match)
            if so is False:
                self.wrong.append(match.group(0))
            return match.group(0) if so is None else " , "

        self.text = re.sub(pattern, judge, self.text)

    def eat_words(self, words: Sequence[str], check: Callable[[str], bool]) -> None:
        for word in sorted(words, key=len, reverse=True):
            self.eat(rf"(?<![\w-]){re.escape(word)}(?![\w-])", lambda m, w=word: check(w))

    def numbers(self) -> None:
        labels = "|".join(sorted(UNITS, key=len, reverse=True))
        number = r"(-?\d+(?:\.\d+)?)(?![\w])"
        head = rf"(?:electronic (?=band)|mass )?({labels}) "
        unit = r"((?: (?:eV/atom|eV|GPa|C/m\^2|g/cm3))?)"
        self.eat(rf"{head}between {number} and {number}{unit}", self._between)
        self.eat(rf"{head}(above|>|larger than|below|<|smaller than) {number}{unit}", self._bound)
        self.eat(rf"{head}{_RELATION} ?{number}{unit}", self._equal)

    def _between(self, m: re.Match[str]) -> bool:
        name, unit = UNITS[m[1]]
        return float(m[2]) < self.truth.quantities[name] < float(m[3]) and m[4].strip() == unit

    def _bound(self, m: re.Match[str]) -> bool:
        name, unit = UNITS[m[1]]
        value, bound = self.truth.quantities[name], float(m[3])
        above = m[2] in ("above", ">", "larger than")
        return (value > bound if above else value < bound) and m[4].strip() == unit

    def _equal(self, m: re.Match[str]) -> bool:
        name, unit = UNITS[m[1]]
        step = 10.0 ** -len(m[2].partition(".")[2])
        value = self.truth.quantities[name]
        # Tables of atomic masses differ in the fifth digit.
        near = abs(float(m[2]) - value) <= 0.5001 * step + 1e-3 * abs(value) * (name == "density")
        return near and m[3].strip() == unit

    def cells(self) -> None:
        t = self.truth
        self.eat(r"(\d+) atoms? (?:per|in the) primitive cell", lambda m: int(m[1]) == t.n_atoms)
        self.eat(r"volume of ([\d.]+) angstrom\^3 per atom",
                 lambda m: abs(float(m[1]) - t.volume_per_atom) < 0.051)  # fmt: skip

    def coordination(self) -> None:
        self.eat(rf"((?:{_COUNT}-(?:, | and )?)+)coordinate (\w+)", self._coordinates)

    def _coordinates(self, m: re.Match[str]) -> bool:
        t = self.truth
        parts = re.findall(_COUNT, m[1])
        said = {int(p) if p.isdigit() else NUMBER_WORDS.index(p) for p in parts}
        everything = frozenset().union(*t.coordination.values())
        if m[2] in ("sites", "atoms"):
            return said == everything
        if m[2] == "anions":
            return said == t.coordination[t.anion]
        if m[2] == "cations":
            return said == frozenset().union(
                *(n for s, n in t.coordination.items() if s != t.anion)
            )
        return said == t.coordination[m[2] if m[2] in t.coordination else _symbol(m[2])]

    def dimension(self) -> None:
        for dimension, pattern in {
            "0D": r"molecular|zero-dimensional( clusters)?|isolated( molecular)? units",
            "1D": r"one-dimensional( chains)?|chain-like|chain structure",
            "2D": r"layered structure|layered|two-dimensional( layers)?|separate sheets",
            "3D": r"three-dimensional( framework| bonded network| network)?",
        }.items():
            self.eat(pattern if dimension != "2D" else rf"(?<!-)\b(?:{pattern})(?! (perov|rock))",
                     lambda m, d=dimension: self.truth.dimension == d)  # fmt: skip

    def symmetry(self) -> None:
        t = self.truth
        self.eat(r"prototype (\S+_\S+)(?<![.,;])", lambda m: m[1] == t.label)
        self.eat(r"Pearson symbol (\w+)", lambda m: m[1] == t.pearson)
        self.eat(r"polar point group|\bpolar\b", lambda m: t.point_group in
                 "1 2 m mm2 4 4mm 3 3m 6 6mm".split())  # fmt: skip
        self.eat(r"point group ([\w/-]+)", lambda m: m[1] == t.point_group)
        self.eat(r"(?:space group )?([A-Z][\w/-]*) \(No\. (\d+)\)",
                 lambda m: _group(m[1]) == int(m[2]) == t.space_group)  # fmt: skip
        self.eat(r"space group(?: number)? (\d+)", lambda m: int(m[1]) == t.space_group)
        self.eat(r"space group ([A-Z][\w/-]*)", lambda m: _group(m[1]) == t.space_group)
        self.eat(r"\b[PABCIFR]-?[1-6abcdemn][\w/-]*(?![\w/(])", self._bare_symbol)
        systems = "triclinic monoclinic orthorhombic tetragonal trigonal hexagonal cubic".split()
        self.eat_words(systems, lambda w: w == t.crystal_system)
        inversion = t.point_group in "-1 2/m mmm 4/m 4/mmm -3 -3m 6/m 6/mmm m-3 m-3m".split()
        self.eat(r"no cent(?:re|er) of symmetry|without inversion symmetry|non-?centrosymmetric"
                 r"|acentric|lacks inversion symmetry", lambda m: not inversion)  # fmt: skip
        self.eat(r"cent(?:re|er) of symmetry|centrosymmetric|inversion symmetry",
                 lambda m: inversion)  # fmt: skip
        self.eat(r"(primitive|body-cent\w+|face-cent\w+|base-cent\w+|rhombohedral) lattice",
                 lambda m: t.centring in {"p": "P", "b": "IAC", "f": "F", "r": "R"}[m[1][0]]
                 and (m[1][:2] != "bo" or t.centring == "I")
                 and (m[1][:2] != "ba" or t.centring in "AC"))  # fmt: skip

    def _bare_symbol(self, m: re.Match[str]) -> bool | None:
        if _group(m[0]) == self.truth.space_group:
            return True
        symbols = {e.symbol for e in self.truth.composition}
        if set(re.findall(r"[A-Z][a-z]?", m[0])) <= symbols:  # Pm the element, not the group
            return None
        return False if _group(m[0]) else None

    def names(self) -> None:
        t = self.truth
        self.eat(r"Strukturbericht (\S+?)(?=[.,;]?(?:\s|$))", lambda m: m[1] in t.structure_words)
        words = sorted({*t.words, *t.structure_words}, key=len, reverse=True)
        known = "|".join(map(re.escape, words)) or "(?!)"
        self.eat(rf"(?<![\w-])(?:{known})(?:-type)?(?![\w-])(?: crystal)?(?: structure)?",
                 lambda m: True)  # fmt: skip

    def quantity_words(self) -> None:
        def holds(word: str) -> bool:
            name, low, high = QUANTITY_WORDS[word]
            return low <= self.truth.quantities.get(name, np.nan) <= high

        self.eat_words(list(QUANTITY_WORDS), holds)

    def composition(self) -> None:
        t = self.truth
        symbols = {e.symbol for e in t.composition}
        for word, test in _PER_FAMILY.items():
            present = any(map(test, t.composition))
            self.eat(rf"(?<![\w-])no {word}", lambda m, p=present: not p)
            self.eat(rf"(?<![\w-]){word}(?: element)?(?![\w-])", lambda m, p=present: p)
        self.eat(r"(?:with |contains )?no (\w+)|(\w+)-free|without (\w+)",
                 lambda m: _symbol(m[1] or m[2] or m[3]) not in symbols)  # fmt: skip
        self.eat(r"\b(binary|ternary|quaternary|quinary)( compound)?",
                 lambda m: "xx binary ternary quaternary quinary".split().index(m[1])
                 == len(symbols) - 1)  # fmt: skip
        self.eat(r"\b(A\w*) stoichiometry",
                 lambda m: m[1] == t.composition.anonymized_formula)  # fmt: skip
        self.eat(r"\b((?:[A-Z][a-z]?-)+[A-Z][a-z]?) system",
                 lambda m: set(m[1].split("-")) == symbols)  # fmt: skip
        self.eat(r"(?<![\w-])(\w+?)-containing", lambda m: _symbol(m[1]) in symbols)
        self.eat(r"\b[A-Z][A-Za-z]*[\w()]*", self._formula)
        self.eat(r"\b(di|tri|tetr)(a?)(oxide|fluoride|sulfide|sulphide|chloride|selenide|telluride"
                 r"|iodide|bromide|boride|silicide|carbide|hydride|nitride|phosphide|arsenide"
                 r"|antimonide|germanide)", self._prefixed)  # fmt: skip
        self.eat(r"\b[a-z]+\b", self._word)
        self.eat(r" (compound|phase)\b", lambda m: True)

    def _formula(self, m: re.Match[str]) -> bool:
        if m[0].lower() in _GLUE:
            return True
        if m[0] in {e.symbol for e in self.truth.composition}:
            return True
        said = Composition(m[0]).reduced_composition
        return said.almost_equals(self.truth.composition.reduced_composition)

    def _prefixed(self, m: re.Match[str]) -> bool:
        amounts = self.truth.composition.reduced_composition.get_el_amt_dict()
        n = {"di": 2, "tri": 3, "tetr": 4}[m[1]]
        return sorted(amounts.values()) == [1, n] and self._class(m[3])

    def _class(self, word: str) -> bool:
        word = word.replace("sulph", "sulf")
        return bool({word, f"oxy{word}"} & self.truth.classes) or word in self.truth.second_anions

    def _word(self, m: re.Match[str]) -> bool:
        word = m[0]
        if word in _GLUE or word in ("compound", "phase"):
            return True
        if word.endswith(("ide", "ate", "intermetallic")):
            return self._class(word)
        return _symbol(word) in {e.symbol for e in self.truth.composition}


_SYMBOLS = {Element.from_Z(z).long_name.lower(): Element.from_Z(z).symbol for z in range(1, 104)}
_SYMBOLS |= {"aluminium": "Al", "caesium": "Cs", "sulphur": "S"}
_GROUPS = {
    re.sub(r"^(\w)1(.+)1$", r"\1\2", sg_symbol_from_int_number(n).replace("_", "")): n
    for n in range(1, 231)
}
_OLD = {"Cmca": "Cmce", "Abm2": "Aem2", "Aba2": "Aea2", "Cmma": "Cmme", "Ccca": "Ccce"}
_GROUPS |= {_OLD[s]: n for s, n in _GROUPS.items() if s in _OLD}
_GROUPS |= {old: _GROUPS[new] for old, new in _OLD.items() if new in _GROUPS}


def _symbol(name: str) -> str:
    return _SYMBOLS.get(name, name)


def _group(symbol: str) -> int:
    return _GROUPS.get(symbol.replace("_", ""), 0)
