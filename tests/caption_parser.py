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
_RELATION = (
    r"(?:of about|of approximately|of roughly|of around|of ~|of|around|near|close to|equal to|=)?"
)
_OVER = "of at least|at least|above|>|larger than|over|more than|greater than|exceeding|higher than"
_UNDER = "of at most|at most|below|<|smaller than|under|less than|lower than|up to"
_UNIT_NAMES = {
    "g/cm^3": "g/cm3", "grams per cm^3": "g/cm3", "electronvolts": "eV",
    "eV per atom": "eV/atom", "gigapascals": "GPa",
}  # fmt: skip
_GLUE = set(
    "it the crystal compound this material materials structure is has have and with a an in of "
    "crystallizes system symmetry contains containing made consists elements formula composition "
    "type adopts belongs to known as used for uses such mineral occurs lattice point group space "
    "number no without pure element elemental forms from gain energy free built its gas ordered "
    "alloy metal what which something find looking for search show me any examples "
    "crystallises forms crystals phase cell unit bravais crystallographic takes shares same as "
    "isostructural lattice composed up from comprises includes on that some based lies "
    "family".split()
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
    **dict.fromkeys(("zero-gap", "electrically conducting", "no band gap", "zero band gap",
                     "with no gap", "has no gap", "conducts electricity like a metal"),
                    ("band_gap", 0, 0.005)),
    **dict.fromkeys(("non-metallic", "nonmetallic", "gapped", "not metallic", "with a band gap",
                     "has a band gap", "is not a metal"), ("band_gap", 0.1, INF)),
    **dict.fromkeys(("electrically insulating", "wide-bandgap", "electrical insulator",
                     "transparent to visible light", "large band gap",
                     "electrical insulator with a wide gap"), ("band_gap", 3.0, INF)),
    **dict.fromkeys(("low-gap", "small gap", "small band gap"), ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("hard-to-compress", "resists compression", "hardly gives way under pressure"),
                    ("bulk_modulus", 200, INF)),
    **dict.fromkeys(("formation energy below zero", "lower in energy than its elements"),
                    ("formation_energy", -INF, -1e-9)),
    **dict.fromkeys(("formation energy above zero", "higher in energy than its elements"),
                    ("formation_energy", 1e-3, INF)),
    **dict.fromkeys(("on the convex hull", "on the hull",
                     "does not decompose into other phases"), ("energy_above_hull", 0, 1e-3)),
    **dict.fromkeys(("thermodynamically unstable", "far above the convex hull", "unstable"),
                    ("energy_above_hull", 0.1, INF)),
    "heavyweight": ("density", 8.0, INF), "light-weight": ("density", 0, 2.5),
    **dict.fromkeys(("semiconducting", "is a semiconductor", "semiconductor",
                     "behaves as a semiconductor", "semiconducts"),
                    ("band_gap", 0.1, 3.0)),
    **dict.fromkeys(("narrow-gap semiconductor", "narrow-gap", "small-gap", "narrow band gap"),
                    ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("wide-gap insulator", "insulator with a wide gap", "wide-gap",
                     "wide band gap", "large-gap", "insulating"), ("band_gap", 3.0, INF)),
    **dict.fromkeys(("stiff", "incompressible", "hard to compress", "high bulk modulus"),
                    ("bulk_modulus", 200, INF)),
    **dict.fromkeys(("soft and easily compressed", "low bulk modulus", "soft", "compressible",
                     "easily compressed", "squashy", "easy to compress", "easily squeezed"),
                    ("bulk_modulus", 0, 30)),
    **dict.fromkeys(("mechanically hard", "hard material", "hard", "high shear modulus",
                     "resists shear"), ("shear_modulus", 150, INF)),
    **dict.fromkeys(("auxetic", "negative Poisson ratio", "gets thicker when stretched"),
                    ("poisson_ratio", -1, 0)),
    **dict.fromkeys(("high-index", "highly refractive", "high refractive index",
                     "bends light strongly", "strongly refracting", "refracts light strongly"),
                    ("refractive_index", 2.4, 10)),
    **dict.fromkeys(("high-k dielectric", "high-k", "high-permittivity",
                     "high dielectric constant", "high-kappa", "large permittivity"),
                    ("dielectric_total", 20, INF)),
    **dict.fromkeys(("low-k dielectric", "low-k", "low dielectric constant", "small permittivity"),
                    ("dielectric_total", 1, 4)),
    **dict.fromkeys(("shows piezoelectricity", "piezoelectric", "piezo",
                     "charges up when squeezed"), ("piezoelectric", 0.1, INF)),
    **dict.fromkeys(("negative formation energy", "forms from the elements with a gain of energy"),
                    ("formation_energy", -INF, -1e-9)),
    **dict.fromkeys(("positive formation energy", "costs energy to form from the elements"),
                    ("formation_energy", 1e-3, INF)),
    **dict.fromkeys(("thermodynamically stable", "stable", "lies on the convex hull"),
                    ("energy_above_hull", 0, 1e-3)),
    **dict.fromkeys(("metastable", "slightly above the convex hull"),
                    ("energy_above_hull", 1e-3, 0.1)),
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
        for name, unit in _UNIT_NAMES.items():
            self.text = self.text.replace(f" {name}", f" {unit}")
        unit = r"((?: (?:eV/atom|eV|GPa|C/m\^2|g/cm3))?)"
        span = rf"(?:between|from|of|in the range)? ?{number}(?: and | to |-){number}"
        self.eat(rf"{head}{span}{unit}", self._between)
        self.eat(rf"{head}({_OVER}|{_UNDER}) {number}{unit}", self._bound)
        head = head.replace(") ", "):? ")
        self.eat(rf"(?<![\w.-])(?:about |roughly |~)?{number} eV (?:electronic band |band )?gap\b",
                 lambda m: self._near("band_gap", m[1]))  # fmt: skip
        self.eat(rf"{head}{_RELATION} ?{number}{unit}", self._equal)

    def _between(self, m: re.Match[str]) -> bool:
        name, unit = UNITS[m[1]]
        return float(m[2]) < self.truth.quantities[name] < float(m[3]) and m[4].strip() == unit

    def _bound(self, m: re.Match[str]) -> bool:
        name, unit = UNITS[m[1]]
        value, bound = self.truth.quantities[name], float(m[3])
        above = m[2] in _OVER.split("|")
        return (value > bound if above else value < bound) and m[4].strip() == unit

    def _equal(self, m: re.Match[str]) -> bool:
        name, unit = UNITS[m[1]]
        return self._near(name, m[2]) and m[3].strip() == unit

    def _near(self, name: str, digits: str) -> bool:
        step = 10.0 ** -len(digits.partition(".")[2])
        value = self.truth.quantities[name]  # Tables of atomic masses differ in the fifth digit.
        return abs(float(digits) - value) <= 0.5001 * step + 1e-3 * abs(value) * (name == "density")

    def cells(self) -> None:
        t = self.truth
        self.eat(r"(\d+) atoms? (?:per|in the) primitive cell", lambda m: int(m[1]) == t.n_atoms)
        self.eat(r"primitive cell (?:of|with) (\d+) atoms?", lambda m: int(m[1]) == t.n_atoms)
        self.eat(r"volume of ([\d.]+) angstrom\^3 per atom",
                 lambda m: abs(float(m[1]) - t.volume_per_atom) < 0.051)  # fmt: skip

    def coordination(self) -> None:
        self.eat(rf"((?:{_COUNT}-(?:, | and )?)+)(?:fold coordinated|coordinated?) (\w+)",
                 self._coordinates)  # fmt: skip
        self.eat(rf"({_COUNT}) (?:nearest )?neighbou?rs around (\w+)", self._coordinates)
        self.eat(rf"(?P<who>\w+) (?:with|surrounded by|bonded to) (?P<n>{_COUNT})"
                 r" (?:neighbou?rs|atoms)", self._coordinates)  # fmt: skip

    def _coordinates(self, m: re.Match[str]) -> bool:
        t, named = self.truth, m.groupdict()
        counts, who = (named["n"], named["who"]) if named else (m[1], m[2])
        parts = re.findall(_COUNT, counts)
        said = {int(p) if p.isdigit() else NUMBER_WORDS.index(p) for p in parts}
        everything = frozenset().union(*t.coordination.values())
        if who in ("sites", "atoms"):
            return said == everything
        if who == "anions":
            return said == t.coordination[t.anion]
        if who == "cations":
            return said == frozenset().union(
                *(n for s, n in t.coordination.items() if s != t.anion)
            )
        return said == t.coordination[who if who in t.coordination else _symbol(who)]

    def dimension(self) -> None:
        for dimension, pattern in {
            "0D": r"molecular|zero-dimensional( clusters)?|isolated( molecular)? units"
            r"|(discrete|separate) molecules or clusters|\b0D clusters|discrete units|cluster-like",
            "1D": r"one-dimensional( chains)?|chain-like|chain structured?|chain-structured"
            r"|chains running through (it|the crystal)|infinite chains|\b1D chains|of chains",
            "2D": r"layered structure|layered|two-dimensional( layers| sheets)?|separate sheets"
            r"|stacked (sheets|layers)|atomic layers|sheets stacked on each other|\b2D\b( layers)?"
            r"|sheet-like|consists of layers",
            "3D": r"three-dimensional( framework| bonded network| network)?"
            r"|bonded in all three directions|(a framework )?bonded in all directions"
            r"|\b3D\b( network| framework)?",
        }.items():
            self.eat(pattern if dimension != "2D" else rf"(?<!-)\b(?:{pattern})(?! (perov|rock))",
                     lambda m, d=dimension: self.truth.dimension == d)  # fmt: skip

    def symmetry(self) -> None:
        t = self.truth
        self.eat(r"prototype (\S+_\S+)(?<![.,;])", lambda m: m[1] == t.label)
        self.eat(r"Pearson symbol (\w+)", lambda m: m[1] == t.pearson)
        self.eat(r"polar (?:point group|crystal class)|\bpolar\b", lambda m: t.point_group in
                 "1 2 m mm2 4 4mm 3 3m 6 6mm".split())  # fmt: skip
        self.eat(r"(?:point group|crystal class) ([\w/-]+)", lambda m: m[1] == t.point_group)
        self.eat(r"(?:space group |SG )?([A-Z][\w/-]*) \((?:No\. )?(\d+)\)",
                 lambda m: _group(m[1]) == int(m[2]) == t.space_group)  # fmt: skip
        self.eat(r"(?:(?:space )?group|SG)(?: number| no\.)? #?(\d+)|(?:No\. |#)(\d+)",
                 lambda m: int(m[1] or m[2]) == t.space_group)  # fmt: skip
        self.eat(r"([A-Z][\w/-]*) space group",
                 lambda m: _group(m[1]) == t.space_group if _group(m[1]) else None)  # fmt: skip
        self.eat(r"(?:space ?group|SG) ([A-Z][\w/-]*)", lambda m: _group(m[1]) == t.space_group)
        self.eat(r"\b([IFAC])-cent(?:re|ere)d", lambda m: m[1] == t.centring)
        self.eat(r"\b(?:(FCC|fcc)|BCC|bcc) (?:Bravais )?lattice", lambda m:
                 t.crystal_system == "cubic" and t.centring == ("F" if m[1] else "I"))  # fmt: skip
        self.eat(r"\b[PABCIFR]-?[1-6abcdemn][\w/-]*(?![\w/(])", self._bare_symbol)
        systems = "triclinic monoclinic orthorhombic tetragonal trigonal hexagonal cubic".split()
        self.eat_words(systems, lambda w: w == t.crystal_system)
        inversion = t.point_group in "-1 2/m mmm 4/m 4/mmm -3 -3m 6/m 6/mmm m-3 m-3m".split()
        centre = r"(?:inversion cent(?:re|er)|cent(?:re|er) of (?:symmetry|inversion))"
        self.eat(rf"(?:no|(?:lack\w+|without) an?) {centre}|not centrosymmetric"
                 r"|no inversion symmetry", lambda m: not inversion)  # fmt: skip
        self.eat(r"without inversion symmetry|non-?centrosymmetric"
                 r"|acentric|lacks inversion symmetry", lambda m: not inversion)  # fmt: skip
        self.eat(rf"{centre}|centrosymmetric|inversion symmetry",
                 lambda m: inversion)  # fmt: skip
        self.eat(r"(primitive|(?:body|face|base)-cent\w+|rhombohedral) (?:Bravais )?lattice",
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
        self.eat(rf"(?<![\w-])(?:{known})(?:-type)?(?![\w-])(?: crystal(?! c|l))?(?: structure)?",
                 lambda m: True)  # fmt: skip

    def quantity_words(self) -> None:
        def holds(word: str) -> bool:
            name, low, high = QUANTITY_WORDS[word]
            return low <= self.truth.quantities.get(name, np.nan) <= high

        self.eat_words(list(QUANTITY_WORDS), holds)

    def composition(self) -> None:
        t = self.truth
        symbols = {e.symbol for e in t.composition}
        some = r"(?:not contain(?:ing)?|without) any"
        for word, test in _PER_FAMILY.items():
            present = any(map(test, t.composition))
            self.eat(rf"(?:does )?{some} {word}", lambda m, p=present: not p)
            self.eat(rf"(?<![\w-])no {word}", lambda m, p=present: not p)
            self.eat(rf"(?<![\w-]){word}(?: element)?(?![\w-])", lambda m, p=present: p)
        self.eat(r"(?:with |contains )?no (\w+)|(\w+)[- ]free(?! of (?!the))"
                 r"|(?:without any|without|free of|(?:does )?not contain(?:ing)?) (\w+)",
                 lambda m: _symbol(m[1] or m[2] or m[3]) not in symbols)  # fmt: skip
        self.eat(r"\b(two|three|four|five)(?:-element\b(?: compound)?|(?: different)? elements)",
                 lambda m: NUMBER_WORDS.index(m[1]) == len(symbols))  # fmt: skip
        self.eat(r"\b(binary|ternary|quaternary|quinary)( compound)?",
                 lambda m: "xx binary ternary quaternary quinary".split().index(m[1])
                 == len(symbols) - 1)  # fmt: skip
        self.eat(r"\b(A\w*) stoichiometry",
                 lambda m: m[1] == t.composition.anonymized_formula)  # fmt: skip
        self.eat(r"\b((?:[A-Z][a-z]?-)+[A-Z][a-z]?) system",
                 lambda m: set(m[1].split("-")) == symbols)  # fmt: skip
        self.eat(
            r"(?<!\S)(\w+?)-(?:containing|bearing|based)\b", lambda m: _symbol(m[1]) in symbols
        )
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
