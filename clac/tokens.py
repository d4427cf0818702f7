"""Texts to token ids: formulas are spelled out, numbers kept whole, then WordPiece is applied.

An uncased vocabulary tears formulas apart ('LiCoO2' -> 'lic ##oo ##2') and cannot tell Co from CO;
spelled out ('lithium cobalt oxygen 2') they meet the words that people and captions use. It tears
numbers apart too ('5.27' -> '5 . 27'): here a number is one token that carries its value, and an
element of a formula carries its amount.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer as WordPieces

from clac.data.counting import VALUES, in_digits
from clac.data.elements import ELEMENT_NAMES
from clac.errors import ConfigError, ModelError

_AMERICAN = {"aluminium": "aluminum", "caesium": "cesium"}
NAMES = {symbol: _AMERICAN.get(name, name) for symbol, name in list(ELEMENT_NAMES.items())[:103]}
"""symbols up to lawrencium and the names that formulas are spelled with"""

_SYMBOL = "(?:" + "|".join(sorted(NAMES, key=len, reverse=True)) + ")"
_COUNT = r"(?:\d+(?:\.\d+)?)?"
_PART = rf"(?:{_SYMBOL}{_COUNT}|\((?:{_SYMBOL}{_COUNT})+\){_COUNT})"
_WORDS = {"As", "At", "Be", "He", "In", "No", "Am", "Pa", "Ho", "Co", "Fm", "Pm", "Cm"}
_LONE = "|".join(symbol for symbol in NAMES if len(symbol) == 2 and symbol not in _WORDS)
# 'P1', 'P212121', 'C2' and 'I4' are space groups before they are molecules.
_SPACE_GROUP = r"(?:P[1-6]+|C2(?:221?)?|I(?:4[1-6]*|2\d+)|F(?:23|222|4[1-6]+)|[PF]m3|Pa3)"
# Two parts or more ('LiCoO2', 'Cu Zn Sn S4', 'Li-Co-O'), one with a count ('O2'), or a symbol that
# is no English word ('Li'): a lone 'In' or 'As' stays.
_FORMULA = re.compile(
    rf"(?<![\w(]){_PART}{{2,}}(?![\w)/])"
    rf"|(?<![\w(-]){_SYMBOL}{_COUNT}"
    rf"(?:[ -](?!{_SPACE_GROUP}\b|No\b){_SYMBOL}{_COUNT}(?![\w/.]|-\d))+"
    rf"|(?<!\w)(?!{_SPACE_GROUP}\b){_SYMBOL}\d+(?![\w/])"
    rf"|(?<!\w)(?:{_LONE})(?![\w'])"
)
_PIECE = re.compile(rf"({_SYMBOL})|(\d+(?:\.\d+)?)|([()])")
# '5.27', '-1.3', '6' of '6-coordinate' and both ends of '1-2'; no digit of 'P6_3/mmc' or 'cm3'.
_NUMBER = re.compile(r"(?:(?<![\w.^/_-])[-+]?|(?<=\d[-\u2013]))\d+(?:\.\d+)?(?![\w^/_]|\.\d)")
_GLUED_UNIT = re.compile(r"(?<=\d)(?=(?:m?ev|gpa|g/cm|angstrom)\b)", re.IGNORECASE)
INPUTS = ("ids", "mask", "values")
"""what `pad` returns, and the inputs of text.onnx"""
NUMBER_TOKEN = "[MASK]"
"""what stands for a number that is no word piece; masks are not used otherwise"""
LARGEST = 1e30
"""longer rows of digits stand for this: a model needs finite numbers"""
_NOT_FORMULAS = frozenset(
    "BCC FCC HCP CCP USB CPU PV UV VIS CIF POSCAR HIP BUS OF IN IS OR NO ON II III IV VI VII SC "
    "CN HCN PIN NIR SOFC OK I-V".split()
)

SPELLED: Mapping[str, int] = {word: n for word, n in VALUES.items() if n > 1}
"""words that carry a value too; 'one' is more often no number"""

_AMOUNT = "\ue000"
"""what stands around an amount behind an element's name on the way to tokens; no text holds it"""
_AMOUNTS = re.compile(rf"{_AMOUNT}([\d.]+){_AMOUNT}")
_MOST = 1e6
"""larger amounts stand for this"""
_ION = re.compile(rf"(?<!\w)({_SYMBOL})(\d?)([+]|-(?!\w))")
_VALUE = re.compile(rf"{_AMOUNTS.pattern}|{_NUMBER.pattern}")
_SCREW = re.compile(r"(?<!\w)[PCFIRApcfira][-/a-z\d]*\d_\d[-/_a-z\d]*")
_PEARSON = re.compile(r"\b([amothc][PCFIRSAB])(?=\d+\b)")
# 'licoo2', but no orbital ('sp3'), coordination number ('cn6'), Pearson symbol or space group.
_NOT_LOWER = (
    r"(?:sp|cn|run|con|case|sin|is|version)\d|[amothc][pcfirsab]\d+\b|(?:c1c1|ccc2|cmc21|i41cd|i41md"
    r"|i4cm|iba2|p1c1|p31c|p3c1|p42bc|p42cm|p4cc|p4nc|p63cm|p6cc|pba2|pca21|pcc2|pmc21|pmn21|pna21"
    r"|pnc2|pnn2)\b"
)
_LOWER = re.compile(
    rf"(?<![\w(])(?=[a-z]+\d)(?!{_NOT_LOWER})(?:{_SYMBOL.lower()}{_COUNT}){{2,}}(?![\w)/])"
)
_LOWER_PIECE = re.compile(rf"({_SYMBOL.lower()})({_COUNT})")
_ANGSTROM = re.compile(r"(?<!\w)(?:[\u00c5\u212b]|A\u030a)(?!\w)")
_SHOUTED = 5
"""letters of a word in capitals that is no formula: 'CUBIC' is not C2UBI"""
_PLAIN_SIGNS = str.maketrans({
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789")), "≥": ">=", "≤": "<=", "≈": "~",
    "\u2212": "-", "³": "^3",
})  # fmt: skip
"""what people type and the vocabulary lacks"""

# Words that the general vocabulary would break; their first vectors are the mean of their pieces.
TERMS = tuple(
    "oxide nitride carbide boride hydride fluoride chloride bromide iodide sulfide selenide "
    "telluride phosphide arsenide antimonide silicide germanide halide chalcogenide pnictide "
    "carbonate sulfate phosphate silicate borate titanate niobate tantalate vanadate tungstate "
    "molybdate intermetallic lanthanide actinide halogen alkali alkaline pnictogen chalcogen "
    "metalloid binary ternary quaternary quinary triclinic monoclinic orthorhombic tetragonal "
    "trigonal hexagonal rhombohedral cubic centrosymmetric noncentrosymmetric polar "
    "wurtzite zincblende sphalerite fluorite antifluorite perovskite spinel rutile anatase "
    "brookite corundum ilmenite garnet zircon scheelite pyrochlore delafossite chalcopyrite "
    "skutterudite heusler laves pyrite marcasite halite galena cuprite olivine calcite aragonite "
    "barite bixbyite elpasolite kesterite stannite tetradymite stibnite matlockite cotunnite "
    "semiconductor insulator metallic bandgap dielectric piezoelectric ferroelectric "
    "ferromagnetic superconductor thermoelectric scintillator cathode anode electrolyte "
    "phosphor photovoltaic layered polymorph coordination octahedral tetrahedral anisotropy "
    "modulus gpa ev angstrom stoichiometry".split()
)


def spell_formulas(text: str) -> str:
    """Write each formula in a text as element names and counts: 'Fe2O3' -> 'iron 2 oxygen 3'.

    Brackets are multiplied out: 'Ca(OH)2' -> 'calcium oxygen 2 hydrogen 2'.
    """
    return _AMOUNTS.sub(lambda m: "" if m[1] == "1" else f" {m[1]}", _spell(text))


def _spell(text: str) -> str:
    """Spell formulas, each element followed by its amount where the formula says amounts.

    Screw axes are written one way: 'P6_3/mmc' -> 'P63/mmc', long numbers in digits.
    """
    text = in_digits(text.replace(_AMOUNT, " ").translate(_PLAIN_SIGNS))
    text = _ANGSTROM.sub("angstrom", text)
    text = _SCREW.sub(lambda match: match.group().replace("_", ""), text)
    # 'Fe3+' is an ion, not three atoms.
    text = _ION.sub(lambda m: f"{NAMES[m[1]]} {m[2]}{m[3]}", text)
    return _FORMULA.sub(_spelled, _LOWER.sub(_capitalised, text))


def _spelled(match: re.Match[str]) -> str:
    formula = match.group()
    shouted = len(formula) >= _SHOUTED and formula.isalpha() and formula.isupper()
    if shouted or formula in _NOT_FORMULAS:
        return formula
    amounts = _amounts(formula)
    # 'Li-Co-O' and 'Li' name elements and say nothing of how much of them there is.
    if formula in NAMES or (set(" -") & set(formula) and not any(map(str.isdigit, formula))):
        return " ".join(NAMES[symbol] for symbol in amounts)
    return " ".join(
        f"{NAMES[symbol]}{_AMOUNT}{_plain(n)}{_AMOUNT}" for symbol, n in amounts.items()
    )


def _plain(amount: float) -> str:
    return f"{min(amount, _MOST):.4f}".rstrip("0").rstrip(".")


def _capitalised(match: re.Match[str]) -> str:
    """Write 'licoo2' as 'LiCoO2', where the longest symbols in a row read all of it."""
    pieces = _LOWER_PIECE.findall(match.group())
    whole = "".join(symbol + count for symbol, count in pieces) == match.group()
    if not whole or len(pieces) < 2:
        return match.group()
    return "".join(symbol.capitalize() + count for symbol, count in pieces)


def _amounts(formula: str) -> dict[str, float]:
    """Count the atoms of a formula, elements in the order of their first mention."""
    levels: list[list[tuple[str, float]]] = [[]]
    last: list[tuple[str, float]] = []
    for symbol, count, bracket in _PIECE.findall(formula):
        if count:
            levels[-1] += [(s, n * float(count)) for s, n in last]
            last = []
            continue
        levels[-1] += last
        last = [(symbol, 1.0)] if symbol else []
        if bracket == "(":
            levels.append([])
        elif bracket == ")" and len(levels) > 1:
            last = levels.pop()
    total: dict[str, float] = {}
    for symbol, count in [*(pair for level in levels for pair in level), *last]:
        total[symbol] = total.get(symbol, 0) + count
    return total


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text as tokens."""

    ids: Sequence[int]
    values: Sequence[float]
    """the number that a token stands for, NaN for a word"""

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.ids)


class Tokenizer:
    """Turn texts into padded token ids and the numbers that they stand for."""

    def __init__(self, pieces: WordPieces, max_tokens: int, values: bool = True) -> None:
        """Wrap a vocabulary; texts are cut after `max_tokens`.

        Numbers are words like others without `values`, or where there is no NUMBER_TOKEN.
        """
        self._pieces = pieces
        self._max_tokens = max_tokens
        # An amount is a token of its own until it is moved to its element.
        self._pieces.enable_truncation(2 * max_tokens)
        self._pieces.no_padding()
        self._number = pieces.token_to_id(NUMBER_TOKEN) if values else None
        self._spelled = {pieces.token_to_id(word): float(n) for word, n in SPELLED.items()}

    @classmethod
    def load(cls, path: Path, max_tokens: int, values: bool = True) -> Tokenizer:
        """Read a tokenizer.json. Raises ModelError where it is missing or damaged."""
        try:
            return cls(WordPieces.from_str(path.read_text(encoding="utf-8")), max_tokens, values)
        except Exception as error:  # the library raises bare Exception
            raise ModelError(f"{path}: not a tokenizer ({error})") from error

    def save(self, path: Path) -> None:
        """Write a tokenizer.json."""
        path.write_text(self._pieces.to_str(), encoding="utf-8")

    def encode(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, not padded."""
        if self._number is None:
            encoded = self._pieces.encode_batch_fast([spell_formulas(text) for text in texts])
            return [self._cut(e.ids, [math.nan] * len(e.ids)) for e in encoded]
        spelled = [_PEARSON.sub(r"\1 ", _spell(text)) for text in texts]
        plain = [_GLUED_UNIT.sub(" ", text.replace(NUMBER_TOKEN, " ")) for text in spelled]
        numbers = [[m.group() for m in _VALUE.finditer(text)] for text in plain]
        encoded = self._pieces.encode_batch_fast(
            [_VALUE.sub(f" {NUMBER_TOKEN} ", text) for text in plain]
        )
        return [self._with_values(e.ids, found) for e, found in zip(encoded, numbers)]

    def pieces(self, tokens: Tokens) -> list[str]:
        """Return what each token shows: a piece of a word, a number, an element and its amount."""
        shown = []
        for token, value in zip(tokens.ids, tokens.values, strict=True):
            piece = self._pieces.id_to_token(token) or ""
            if not math.isnan(value) and piece not in SPELLED:
                amount = f"{value:g}"
                piece = amount if token == self._number else piece.removesuffix(amount)
                piece = piece if piece == amount else f"{piece} {amount}".strip()
            shown.append(piece)
        return shown

    def _with_values(self, ids: Sequence[int], numbers: Sequence[str]) -> Tokens:
        """Put each number's value in its place, and each amount on the element before it."""
        kept, values, found = list[int](), list[float](), iter(numbers)
        for token in ids:
            if token != self._number:
                kept.append(token)
                values.append(self._spelled.get(token, math.nan))
                continue
            number = next(found)
            value = min(max(float(number.strip(_AMOUNT)), -LARGEST), LARGEST)
            if number.startswith(_AMOUNT):
                values[-1] = value
                continue
            whole = self._pieces.token_to_id(number)
            kept.append(token if whole is None else whole)
            values.append(value)
        return self._cut(kept, values)

    def _cut(self, ids: Sequence[int], values: Sequence[float]) -> Tokens:
        """Keep as many tokens as a text may have; the last one closes it."""
        if len(ids) <= self._max_tokens:
            return Tokens(ids, values)
        most = self._max_tokens - 1
        return Tokens([*ids[:most], ids[-1]], [*values[:most], values[-1]])

    def __call__(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what `pad` returns, padded to the longest text."""
        return pad(self.encode(texts))


def pad(rows: Sequence[Tokens]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pad texts to the longest; returns ids, mask (b, t) int64 and values (b, t) float32."""
    length = max((len(row) for row in rows), default=1)
    ids = np.zeros((len(rows), length), dtype=np.int64)
    mask = np.zeros_like(ids)
    values = np.full(ids.shape, np.nan, dtype=np.float32)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row.ids
        mask[i, : len(row)] = 1
        values[i, : len(row)] = row.values
    return ids, mask, values


def adapt_vocabulary(pieces: WordPieces, keep: int) -> tuple[WordPieces, list[list[int]]]:
    """Keep the first `keep` useful pieces of an uncased vocabulary and add the field's words.

    BERT vocabularies list words by falling frequency, so the rare end goes; such words fall into
    smaller pieces. Unused slots and pieces outside ASCII go first. Returns the new vocabulary and,
    for each of its rows, the old ids whose mean is its first vector. Raises ConfigError for a
    vocabulary that is not WordPiece.
    """
    description = json.loads(pieces.to_str())
    kind = description["model"].get("type")
    if kind != "WordPiece":
        raise ConfigError(f"a {kind} vocabulary cannot be cut: set text.vocabulary = 0")
    vocabulary: dict[str, int] = description["model"]["vocab"]
    useful = [
        token
        for token, _ in sorted(vocabulary.items(), key=lambda item: item[1])
        if token.isascii() and not token.startswith("[unused")
    ]
    short = {token for token in useful if len(token.removeprefix("##")) == 1}
    kept = [t for i, t in enumerate(useful) if not keep or i < keep or t in short]
    new = [word for word in dict.fromkeys([*NAMES.values(), *TERMS]) if word not in set(kept)]
    rows = [[vocabulary[token]] for token in kept]
    rows += [pieces.encode(word, add_special_tokens=False).ids for word in new]
    kept += new
    description["model"]["vocab"] = {token: i for i, token in enumerate(kept)}
    for added in description["added_tokens"]:
        added["id"] = kept.index(added["content"])
    processor = description.get("post_processor") or {}
    for special in processor.get("special_tokens", {}).values():
        special["ids"] = [kept.index(token) for token in special["tokens"]]
    return WordPieces.from_str(json.dumps(description)), rows
