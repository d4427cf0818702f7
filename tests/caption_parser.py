"""Reads facts back out of captions and says which are false: knows English, not the grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from caption_bonds import ATOMS, COORDINATION, DIMENSIONS, NO_LAYERS, counts_in
from caption_composition import REWRITTEN, judged, symbol_of
from caption_numbers import NumberReader
from caption_quantities import QUANTITY_WORDS
from caption_symmetry import CENTRED, PHRASES, SYSTEMS, centred, group, is_so, typed
from caption_words import (
    ALL_METALS,
    GLUE,
    GROUPS,
    ONE_ELEMENT,
    PER_FAMILY,
    compiled,
    is_metallic,
    plainly,
)
from pymatgen.core import Composition


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


def falsehoods(caption: str, truth: Truth) -> list[str]:
    """List what the caption says that is not so, and the words that are not understood."""
    reader = _Reader(caption, truth)
    for step in (
        reader.descriptions, reader.makeup, reader.cells, reader.numbers, reader.coordination,
        reader.names, reader.dimension, reader.symmetry, reader.kinds, reader.quantity_words,
        reader.composition,
    ):  # fmt: skip
        step()
    rest = [w for w in re.findall(r"[^\s,;:.?|()/]+", reader.text) if w.lower() not in GLUE]
    return reader.wrong + [f"not understood: {word}" for word in rest]


_PLURALS = {"is": "are", "has": "have", "does": "do", "carries": "carry"}


class _Reader(NumberReader):
    def __init__(self, text: str, truth: Truth) -> None:
        self.text, self.truth, self.wrong = plainly(text), truth, []

    def eat(
        self, pattern: str | re.Pattern[str], check: Callable[[re.Match[str]], bool | None]
    ) -> None:
        """Take out what matches; note it where the check says no; leave it where it says None."""

        def judge(match: re.Match[str]) -> str:
            so = check(match)
            if so is False:
                self.wrong.append(match.group(0))
            return match.group(0) if so is None else " , "

        self.text = compiled(pattern).sub(judge, self.text)

    def eat_words(self, words: Sequence[str], check: Callable[[str], bool]) -> None:
        for word in sorted(words, key=len, reverse=True):
            verb, _, rest = word.partition(" ")
            if (rest or verb) not in self.text:  # spares the making of many patterns
                continue
            many = f"|{_PLURALS.get(verb, verb.removesuffix('s'))} {re.escape(rest)}"
            self.eat(rf"(?<![\w-])(?:{re.escape(word)}{many if rest else ''})s?(?![\w-])",
                     lambda m, w=word: check(w))  # fmt: skip

    def descriptions(self) -> None:
        self.eat(PHRASES, lambda m: is_so(m[0], self.truth))

    def makeup(self) -> None:
        self.text = plainly(self.text, REWRITTEN)
        for pattern, check in judged(self.truth):
            self.eat(pattern, check)

    def coordination(self) -> None:
        for pattern in COORDINATION:
            self.eat(pattern, self._coordinates)

    def _element(self, name: str) -> bool:
        return symbol_of(name) in {e.symbol for e in self.truth.composition}

    def _coordinates(self, m: re.Match[str]) -> bool | None:
        t, who = self.truth, m["who"]
        if who not in ATOMS and not self._element(who):
            return None  # its words are not understood then
        said = counts_in(m["n"])
        everything = frozenset().union(*t.coordination.values())
        if ATOMS.get(who) == "all":
            return said == everything
        if ATOMS.get(who) == "anion":
            return said == t.coordination[t.anion]
        if ATOMS.get(who) == "cation":
            return said == frozenset().union(
                *(n for s, n in t.coordination.items() if s != t.anion)
            )
        return said == t.coordination[who if who in t.coordination else symbol_of(who)]

    def dimension(self) -> None:
        t = self.truth
        self.eat(NO_LAYERS, lambda m: t.dimension != "2D")
        for dimension, pattern in DIMENSIONS.items():
            self.eat(rf"(?<![\w-])(?:{pattern})(?![\w-])(?! (?:perov|rock))",
                     lambda m, d=dimension: t.dimension == d)  # fmt: skip

    def symmetry(self) -> None:
        t = self.truth
        self.eat(r"prototype (\S+_\S+)(?<![.,;?])", lambda m: m[1] == t.label)
        self.eat(r"Pearson symbol (\w+)", lambda m: m[1] == t.pearson)
        polar = t.point_group in "1 2 m mm2 4 4mm 3 3m 6 6mm".split()
        self.eat(r"polar (?:point group|crystal class|axis)|\bpolar\b|spontaneous polari[sz]ation",
                 lambda m: polar)  # fmt: skip
        self.eat(r"(?:point group symmetry|point group|crystal class) ([\w/-]+)",
                 lambda m: m[1] == t.point_group)  # fmt: skip
        self.eat(r"(?:space group |SG )?([A-Z][\w/-]*) \((?:No\. )?(\d+)\)",
                 lambda m: group(m[1]) == int(m[2]) == t.space_group)  # fmt: skip
        self.eat(
            r"(?:(?:space ?group|SG|Hermann-Mauguin symbol) )?\b([PABCIFR]"
            r"(?:(?: (?:-?\d(?:_?\d)?(?:/[a-z])?|[a-z])(?![\w/-]))+"
            r"| (?:-?\d(?:_?\d)?(?:/[a-z])?|[a-z]){2,6}(?![\w-])))",
            self._in_parts,
        )
        self.eat(r"(?:space[ -]group type|symmetry group|"
                 r"(?:Hermann-Mauguin|international|space group) symbol|"
                 r"space-group symmetry|space group(?::| =)|SG:) ([A-Z][\w/-]*(?! [-\da-z]\b))",
                 lambda m: group(m[1]) == t.space_group)  # fmt: skip
        self.eat(r"number (\d+) in the International Tables|international number (\d+)",
                 lambda m: int(m[1] or m[2]) == t.space_group)  # fmt: skip
        self.eat(r"(?:(?:space[ -]?)?group|SG|sg)(?: number| no\.?)? #?(\d+)|(?:No\.? |#)(\d+)",
                 lambda m: int(m[1] or m[2]) == t.space_group)  # fmt: skip
        self.eat(r"([A-Z][\w/-]*) space group",
                 lambda m: group(m[1]) == t.space_group if group(m[1]) else None)  # fmt: skip
        self.eat(r"\b([PABCIFRpabcifr][\w/-]*) space group",
                 lambda m: typed(m[1]) == t.space_group if typed(m[1]) else None)  # fmt: skip
        self.eat(
            r"(?:space ?group|SG|sg) ([A-Zpabcifr][\w/-]*)",
            lambda m: typed(m[1]) == t.space_group if m[1].lower() not in GLUE else None,
        )
        self.eat(r"(?<![\w-])([PABCIFRpabcifr][\w/-]{3,})",
                 lambda m: (typed(m[1]) == t.space_group) if typed(m[1]) else None)  # fmt: skip
        self.eat(r"(?:space ?group|SG) ([A-Z][\w/-]*)", lambda m: group(m[1]) == t.space_group)
        self.eat(r"\b([PIFACR])(?:-cent(?:re|ere)d|(?= (?:Bravais )?lattice))",
                 lambda m: m[1] == t.centring)  # fmt: skip
        self.eat(r"\b(?:(FCC|fcc)|BCC|bcc) (?:Bravais )?lattice", lambda m:
                 t.crystal_system == "cubic" and t.centring == ("F" if m[1] else "I"))  # fmt: skip
        self.eat(r"\b[PABCIFR]-?[1-6abcdemn][\w/-]*(?![\w/(])", self._bare_symbol)
        self.eat(r"(body|face)-cent(?:re|ere)d cubic (?:Bravais )?lattice", lambda m:
                 t.crystal_system == "cubic" and t.centring == "FI"[m[1] == "body"])  # fmt: skip
        self.eat(r"(?:has |have )?(?:atoms )?arranged as in|isotypic (?:with|to)", lambda m: True)
        self.eat(r"isometric", lambda m: t.crystal_system == "cubic")
        self.eat(rf"({CENTRED}) (\w+) (?:Bravais )?lattice", lambda m: t.crystal_system == m[2]
                 and centred(m[1], t.centring) if m[2] in SYSTEMS else None)  # fmt: skip
        self.eat_words(SYSTEMS, lambda w: w == t.crystal_system)
        inversion = t.point_group in "-1 2/m mmm 4/m 4/mmm -3 -3m 6/m 6/mmm m-3 m-3m".split()
        centre = r"(?:inversion cent(?:re|er)|cent(?:re|er) of (?:symmetry|inversion))"
        self.eat(rf"(?:no|(?:lack\w+|without) an?) {centre}|not (?:centro|inversion-)symmetric"
                 r"|no inversion symmetry|br\w+ inversion symmetry|not symmetric under inversion"
                 r"|(?:inversion-a|non-inversion-)symmetric", lambda m: not inversion)  # fmt: skip
        self.eat(r"without inversion( symmetry)?|lack\w* inversion( symmetry)?|non-?centrosymmetric"
                 r"|acentric|lacks inversion symmetry", lambda m: not inversion)  # fmt: skip
        self.eat(rf"{centre}|(?:symmetric|invariant|maps? onto itself) under inversion"
                 r"|unchanged by inversion|with inversion(?! [cs])"
                 r"|centro-?symmetric(?: space group)?|inversion[- ]symmetr(?:y|ic)",
                 lambda m: inversion)  # fmt: skip
        self.eat(rf"({CENTRED}) (?:Bravais )?lattice", lambda m: centred(m[1], t.centring))

    def _in_parts(self, m: re.Match[str]) -> bool | None:
        symbol = re.sub(r"^(\w) 1 (.+) 1$", r"\1 \2", m[1]).replace(" ", "")
        return group(symbol) == self.truth.space_group if group(symbol) else None

    def _bare_symbol(self, m: re.Match[str]) -> bool | None:
        if group(m[0]) == self.truth.space_group:
            return True
        symbols = {e.symbol for e in self.truth.composition}
        if set(re.findall(r"[A-Z][a-z]?", m[0])) <= symbols:  # Pm the element, not the group
            return None
        return False if group(m[0]) else None

    def names(self) -> None:
        t = self.truth
        numbered = {*t.structure_words, *(w.replace("_", "") for w in t.structure_words)}
        self.eat(r"Strukturbericht (?:type |symbol |designation )?(\S+?)(?=[.,;?!)]*(?:\s|$))",
                 lambda m: m[1] in numbered)  # fmt: skip
        typed = {w.lower() for w in t.structure_words if re.fullmatch(r"(?:[A-Z][a-z]?\d*)+", w)}
        words = sorted({*t.words, *numbered, *typed}, key=len, reverse=True)
        known = "|".join(map(re.escape, words)) or "(?!)"
        after = r"s?(?:-type|-like|-structured)?(?![\w-])(?: crystals?(?![a-z]| c))?(?: structure)?"
        self.eat(rf"(?<![\w-])(?:{known}){after}", lambda m: True)

    def kinds(self) -> None:
        """Read what is made of metals, of one element, of an element's ions."""
        t = self.truth
        symbols = [e.symbol for e in t.composition]
        self.eat_words(ALL_METALS, lambda w: "intermetallic" in t.classes)
        self.eat_words(ONE_ELEMENT, lambda w: len(symbols) == 1)
        self.eat(r"(?<![\w-])pure metals?", lambda m: len(symbols) == 1 and is_metallic(symbols[0]))
        some = any(map(is_metallic, symbols))
        kinds = r"alkali|alkaline|earth|transition|group|coinage|rare|noble|no|not a|like a"
        self.eat(rf"(?<![\w-])(?<!{')(?<!'.join(f'{k} ' for k in kinds.split('|'))})metal"
                 r"(?= \w*(?:ide|hydride)s?\b)", lambda m: some)  # fmt: skip
        self.eat(r"\b(\w+)-(?:type|class) (?:compound|material)s?", lambda m: self._class(m[1])
                 if m[1].endswith(("ide", "ate")) else None)  # fmt: skip
        self.eat(r"(\w+ate) salts?", lambda m: self._class(m[1]))

    def quantity_words(self) -> None:
        def holds(word: str) -> bool:
            name, low, high = QUANTITY_WORDS[word]
            return low <= self.truth.quantities.get(name, np.nan) <= high

        self.text = re.sub(r"(?<=energy|.ratio) is (?=below|above)", " ", self.text)
        self.text = re.sub(r"(?<=gap) is (?=zero|a fraction)", " of ", self.text)
        self.text = re.sub(r"(?<=gap) is (?=in |at |below one)", " ", self.text)
        kinds = r"(?<!alkali )(?<!earth )(?<!transition )(?<!group )(?<!coinage )(?<!elemental )"
        self.eat(rf"{kinds}(?<![\w-])metals?(?![\w-])", lambda m: None if (
            re.search(r"(?:like|not) an? $", self.text[: m.start()])
        ) else holds("metal"))  # fmt: skip
        self.eat_words([word for word in QUANTITY_WORDS if word not in ("metal", "metals")], holds)

    def composition(self) -> None:
        t = self.truth
        symbols = {e.symbol for e in t.composition}
        kinds = "alkali|alkaline|earth|transition|group|coinage|rare|noble"
        self.text = re.sub(rf"\b({kinds})-(?=metal|earth|gas)", r"\1 ", self.text)
        self.eat(r"\b((?:Si|As|Ge|Mo|Cr|[CNSPVW])O[34]|OH) (?:groups|units|anions)",
                 lambda m: GROUPS[m[1]] in t.classes)  # fmt: skip
        self.eat(r"(?:neither (\w+) nor|(?:without|free of|contain(?:ing)? no|not contain|no) (\w+)"
                 r" (?:or|and)) (?!no\b)(\w+)", lambda m:
                 not {symbol_of(m[1] or m[2]), symbol_of(m[3])} & symbols)  # fmt: skip
        self.eat(r"(\w+)- and (\w+)-(free|containing|bearing|based)", lambda m: all(
            (symbol_of(x) in symbols) == (m[3] != "free") for x in m.groups()[:2]))  # fmt: skip
        some = r"(?:not contain(?:ing)?|without) any"
        for word, test in PER_FAMILY.items():
            present = any(map(test, t.composition))
            self.eat(rf"(?:does )?{some} {word}", lambda m, p=present: not p)
            self.eat(rf"(?<![\w-])no {word}", lambda m, p=present: not p)
            self.eat(rf"(?<![\w-]){word}-free", lambda m, p=present: not p)
            self.eat(rf"(?<![\w-]){word}(?:-(?:containing|bearing|based)| element)?(?![\w-])",
                     lambda m, p=present: p)  # fmt: skip
        self.eat(r"(?:with |contains )?no (\w+)|(\w+)[- ]free(?! of (?!the))"
                 r"|(?:without any|without|free of|(?:does )?not contain(?:ing)?) (\w+)",
                 lambda m: symbol_of(m[1] or m[2] or m[3]) not in symbols)  # fmt: skip
        self.eat(r"\b((?:[A-Z][a-z]?-)+[A-Z][a-z]?) system",
                 lambda m: set(m[1].split("-")) == symbols)  # fmt: skip
        self.eat(
            r"(?<!\S)(\w+?)-(?:containing|bearing|based)\b", lambda m: symbol_of(m[1]) in symbols
        )
        self.eat(r"\b[A-Z][A-Za-z]*[\w()]*", self._formula)
        self.eat(r"\b(di|tri|tetr)(a?)(oxide|fluoride|sulfide|sulphide|chloride|selenide|telluride"
                 r"|iodide|bromide|boride|silicide|carbide|hydride|nitride|phosphide|arsenide"
                 r"|antimonide|germanide)s?", self._prefixed)  # fmt: skip
        self.eat(r"\b[a-z]+\b", self._word)
        self.eat(r" (compound|phase)\b", lambda m: True)

    def _formula(self, m: re.Match[str]) -> bool:
        # '(elements Bi, Te and S)' ends with no bracket of a formula.
        word = m[0].removesuffix(")") if m[0].count(")") > m[0].count("(") else m[0]
        if word.lower() in GLUE:
            return True
        if word in {e.symbol for e in self.truth.composition}:
            return True
        said = Composition(word).reduced_composition
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
        if word in GLUE or word in ("compound", "phase"):
            return True
        if word.removesuffix("s").endswith(("ide", "ate", "intermetallic")):
            return self._class(word.removesuffix("s"))
        return symbol_of(word) in {e.symbol for e in self.truth.composition}
