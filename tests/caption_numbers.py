"""Reads numbers out of captions: quantities with units, bounds and ranges, atoms and volumes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from caption_quantities import LETTERS, ROUND_STEPS, UNIT_NAMES, UNITS
from caption_words import NUMBER_WORDS

if TYPE_CHECKING:
    from caption_parser import Truth

ABOUT = (
    "in the region of|in the vicinity of|approximately|approx\\.|approx|roughly|around|about|circa"
    "|ca\\.|some|near|close to|~"
)
_OR_SO = " (?:or so|or thereabouts)"
OVER = (
    "not less than|no less than|no fewer than|at least|above|>=|larger than|over|more than"
    "|greater than|exceeding|exceeds|higher than|bigger than|not below|in excess of|goes beyond"
    "|beyond|upwards of|a minimum of|min\\.|>"
)
UNDER = (
    "not more than|no more than|at most|below|<=|smaller than|under|less than|lower than|up to"
    "|not above|fewer than|not exceeding|does not exceed|no larger than|no higher than"
    "|a maximum of|max\\.|<"
)
_OR_MORE = r" (?:(?:or|and) (?:more|higher|above|up|greater)|minimum|at least)\b"
_OR_LESS = r" (?:(?:or|and) (?:less|lower|below|smaller|fewer)|maximum|at most)\b"
_MAY_EQUAL = re.compile(r"(?:no|not|at|up|a|>=|<=|does not|min\.|max\.)(?: |$)|>=|<=")
_N = r"(-?\d+(?:\.\d+)?)(?![\w])"
_UNIT = (
    r"((?: (?:meV/atom|eV/atom|meV|eV|GPa|C/m\^2|g/cm3|kg/m3|angstrom\^3 per atom|angstrom\^3))?)"
)
_IS = r"(?: ?[:=]| \(| (?:of|is|lies|falls|stays|equals|amounts to|comes to|equal to)\b)*"
_RANGE = r"(?: (?:somewhere between|anywhere from|between|from|within the range|in the range of"
_RANGE += r"|in the range|in the|within|of))?"
_THOUSANDS = {"meV": "eV", "meV/atom": "eV/atom", "kg/m3": "g/cm3"}


def plain_units(text: str) -> str:
    """Write units and labels one way."""
    for careless, proper in (("poisson", "Poisson"), ("fermi", "Fermi"), (r"\bgpa", "GPa"),
                             (r"\bev\b", "eV"), (r"(?<=\d)(?=(?:eV|GPa)\b)", " ")):  # fmt: skip
        text = re.sub(careless, proper, text)
    for name in sorted(UNIT_NAMES, key=len, reverse=True):
        text = text.replace(f" {name}", f" {UNIT_NAMES[name]}")
    sign = rf"(?:(?:{OVER}|{UNDER}|{ABOUT}|between|from) ?)?"
    then = rf"(?: (?:and|but) (?:{UNDER}) ?| and | to | - |-)"
    after = rf"(?:{_OR_MORE}|{_OR_LESS}|{_OR_SO})?"
    amount = rf"({sign}{_N}{_UNIT}(?:{then}{_N}{_UNIT})?{after})"
    if "above the" in text:
        text = re.sub(rf"(?:\b(?:lies?|sits?|is|are) )?{amount} above the (?:convex )?hull\b",
                      r"energy above hull \1", text)  # fmt: skip
    return re.sub(r"\b(?:weighs?|weighing)(?= [^a]| a[^ ])(?!\w* (?:a lot|little))",
                  ", density", text)  # fmt: skip


class NumberReader:
    """What reads quantities and counts; the caption's reader has the text and the truth."""

    text: str
    truth: Truth
    eat: Callable[[str, Callable[[re.Match[str]], bool | None]], None]

    def numbers(self) -> None:
        """Judge every quantity that is said with a number."""
        self.text = plain_units(self.text)
        labels = "|".join(sorted(UNITS, key=len, reverse=True))
        letters = "|".join(sorted(LETTERS, key=len, reverse=True))
        kinds = r"(?:electronic (?=band)|mass (?=dens))?"
        letter = rf"(?:{letters})(?= ?[=<>~])"
        head = rf"(?<![\w-]){kinds}(?:({labels})(?: {letter})?|({letter}))"
        low, high = rf" ?(?:{OVER}) ?", rf" (?:and|but) (?:{UNDER}) ?"
        self.eat(rf"{head}{_IS}{low}{_N}{_UNIT}{high}{_N}{_UNIT}", self._between)
        span = rf"{_RANGE} ?{_N}{_UNIT}(?: and | to |-| - )(?:and )?{_N}{_UNIT}"
        self.eat(rf"{head}{_IS}{span}(?: range)?", self._between)
        self.eat(
            rf"(?<![\w.-])()(){_N}()(?:-| - | to ){_N}{_UNIT} {kinds}({labels})\b", self._between
        )
        self.eat(rf"{head}{_IS} ?(?P<sign>{OVER}|{UNDER}) ?(?P<n>{_N})(?P<u>{_UNIT})", self._bound)
        self.eat(rf"{head}{_IS} ?(?P<n>{_N})(?P<u>{_UNIT})"
                 rf"(?:(?P<more>{_OR_MORE})|{_OR_LESS})", self._bound)  # fmt: skip
        self.eat(rf"(?<![\w.-])(?P<about>(?:{ABOUT}) ?)?(?P<n>{_N})(?P<u>{_UNIT})"
                 rf"(?P<so>{_OR_SO})? {kinds}({labels})\b", self._equal)  # fmt: skip
        self.eat(rf"{head}{_IS} ?(?P<about>{ABOUT})? ?(?P<n>{_N})(?P<u>{_UNIT})"
                 rf"(?P<so>{_OR_SO})?\)?", self._equal)  # fmt: skip

    def _named(self, m: re.Match[str]) -> tuple[str, float | None]:
        """Return the quantity's unit and its value, of a label or a letter."""
        label = next(g for g in m.groups() if g in UNITS or g in LETTERS)
        name, unit = UNITS.get(label) or LETTERS[label]
        if name == "volume_per_atom":
            return unit, self.truth.volume_per_atom
        return unit, self.truth.quantities.get(name)

    def _name(self, m: re.Match[str]) -> str:
        label = next(g for g in m.groups() if g in UNITS or g in LETTERS)
        return (UNITS.get(label) or LETTERS[label])[0]

    def _scale(self, said: str, unit: str) -> float:
        """Return how many of the unit that was said the usual one is, or 0 for a wrong one."""
        said = said.strip()
        return 1.0 if said == unit else 1000.0 if _THOUSANDS.get(said) == unit else 0.0

    def _between(self, m: re.Match[str]) -> bool:
        unit, value = self._named(m)
        ends = [float(g) for g in m.groups() if g and re.fullmatch(_N, g)]
        units = [g.strip() for g in m.groups() if g and g.startswith(" ")]
        scale = self._scale(units[-1] if units else "", unit)
        return bool(scale) and len(ends) == 2 and ends[0] <= value * scale <= ends[1]

    def _bound(self, m: re.Match[str]) -> bool:
        unit, value = self._named(m)
        scale, bound = self._scale(m["u"], unit), float(m["n"])
        sign = m.groupdict().get("sign")
        above = sign in _plain(OVER) if sign else bool(m["more"])
        said = value * scale
        return bool(scale) and (said > bound if above else said < bound)

    def _equal(self, m: re.Match[str]) -> bool:
        unit, value = self._named(m)
        scale, digits = self._scale(m["u"], unit), m["n"]
        step = 10.0 ** -len(digits.partition(".")[2]) / (scale or 1)
        name, said = self._name(m), float(digits) / (scale or 1)
        if m["u"].strip() == "kg/m3":  # written to tens or hundreds
            step = 0.1 if digits.endswith("00") else 0.01
        if (m["about"] or m["so"]) and name in ROUND_STEPS and said % ROUND_STEPS[name] == 0:
            step = max(step, ROUND_STEPS[name])
        # Tables of atomic masses differ in the fifth digit.
        slack = 1e-3 * abs(value) * (name in ("density", "volume_per_atom"))
        return bool(scale) and abs(said - value) <= 0.5001 * step + slack

    def cells(self) -> None:
        """Judge what is said of the atoms of the primitive cell."""
        for i in range(12, 0, -1):
            self.text = re.sub(rf"(?<![\w-]){NUMBER_WORDS[i]}(?= atoms?\b)", str(i), self.text)
        self.text = re.sub(
            r"\b(?:a single|only 1|just 1|only one|just one)(?= atom\b)", "1", self.text
        )
        t, cell = self.truth, r"primitive (?:unit )?cells?"
        of = rf"{cell}(?:: | of | with | has | contains? | containing | that contains? )"
        where = rf" (?:per|in the|in its|in an?|in each) {cell}"
        counts = (
            (rf"(?P<sign>{OVER}|{UNDER}) (?P<n>\d+) atoms?", self._so_many),
            (r"(?P<n>\d+) (?:or (?:more|fewer) atoms|atoms? (?:or (?:more|fewer|less)|at most))",
             self._so_many),
            (r"(?:at least|somewhere between|between|from)? ?(?P<n>\d+)"
             r"(?: to |-| and (?:at most )?)(?P<m>\d+) atoms",
             lambda m: int(m["n"]) <= t.n_atoms <= int(m["m"])),
            (r"(?P<n>\d+) atoms?", lambda m: int(m["n"]) == t.n_atoms),
            (r"very many atoms", lambda m: t.n_atoms >= 100),
            (r"many atoms", lambda m: t.n_atoms >= 40),
            (r"only a few atoms", lambda m: t.n_atoms <= 3),
            (r"few atoms", lambda m: t.n_atoms <= 8),
        )  # fmt: skip
        for pattern in ("at least", *range(len(counts))):
            at = 2 if pattern == "at least" else pattern
            if pattern == "at least":  # 'at least 3 and at most 8' is no bound
                told = counts[at][0].replace(" to |-| and (?:at most )?", " and at most ")
            else:
                told = counts[at][0]
            self.eat(rf"{told}{where}", counts[at][1])
            self.eat(rf"(?:small |large )?{of}{told}", counts[at][1])
        self.eat(rf"(\d+)-atom {cell}", lambda m: int(m[1]) == t.n_atoms)
        self.eat(rf"(?:number of |no\. of )?atoms (?:in the|per) {cell}(?:: | = )(\d+)",
                 lambda m: int(m[1]) == t.n_atoms)  # fmt: skip
        for words, low, high in (("very small|tiny", 0, 3), ("very large|huge", 100, 1e9),
                                 ("small|compact", 0, 8), ("large|big", 40, 1e9)):  # fmt: skip
            self.eat(rf"\b(?:{words}) {cell}",
                     lambda m, a=low, b=high: a <= t.n_atoms <= b)  # fmt: skip

    def _so_many(self, m: re.Match[str]) -> bool:
        n, bound = self.truth.n_atoms, int(m["n"])
        sign = m.groupdict().get("sign")
        if not sign:
            return n >= bound if "or more" in m[0] else n <= bound
        if n == bound:
            return bool(_MAY_EQUAL.match(sign))
        return (n > bound) == (sign in _plain(OVER))


def _plain(signs: str) -> list[str]:
    return signs.replace("\\", "").split("|")
