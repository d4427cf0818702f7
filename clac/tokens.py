"""Texts to token ids: formulas are spelled out, numbers kept whole, then WordPiece is applied.

An uncased vocabulary tears formulas apart ('LiCoO2' -> 'lic ##oo ##2') and cannot tell Co from CO;
spelled out ('lithium cobalt oxygen 2') they meet the words that people and captions use. It tears
numbers apart too ('5.27' -> '5 . 27'): here a number is one token that carries its value.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer as WordPieces

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
# Two parts or more ('LiCoO2', 'Cu Zn Sn S4', 'Li-Co-O'), one with a count ('O2'), or a symbol that
# is no English word ('Li'): a lone 'In' or 'As' stays.
_FORMULA = re.compile(
    rf"(?<![\w(]){_PART}{{2,}}(?![\w)/])"
    rf"|(?<![\w(-]){_SYMBOL}{_COUNT}(?:[ -]{_SYMBOL}{_COUNT}(?![\w/.]))+"
    rf"|(?<!\w){_SYMBOL}\d+(?![\w/])"
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
    "HCN PIN NIR SOFC OK I-V".split()
)

_SHOUTED = 5
"""letters of a word in capitals that is no formula: 'CUBIC' is not C2UBI"""
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

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

    def spell(match: re.Match[str]) -> str:
        formula = match.group()
        shouted = len(formula) >= _SHOUTED and formula.isalpha() and formula.isupper()
        if shouted or formula in _NOT_FORMULAS:
            return formula
        return " ".join(
            NAMES[symbol] if count == 1 else f"{NAMES[symbol]} {count:g}"
            for symbol, count in _amounts(formula).items()
        )

    return _FORMULA.sub(spell, text.translate(_SUBSCRIPTS))


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
        self._pieces.enable_truncation(max_tokens)
        self._pieces.no_padding()
        self._number = pieces.token_to_id(NUMBER_TOKEN) if values else None

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
        spelled = [spell_formulas(text) for text in texts]
        if self._number is None:
            encoded = self._pieces.encode_batch_fast(spelled)
            return [Tokens(e.ids, [math.nan] * len(e.ids)) for e in encoded]
        plain = [_GLUED_UNIT.sub(" ", text.replace(NUMBER_TOKEN, " ")) for text in spelled]
        numbers = [_NUMBER.findall(text) for text in plain]
        encoded = self._pieces.encode_batch_fast([_NUMBER.sub(NUMBER_TOKEN, t) for t in plain])
        return [self._with_values(e.ids, found) for e, found in zip(encoded, numbers)]

    def _with_values(self, ids: Sequence[int], numbers: Sequence[str]) -> Tokens:
        """Put each number's value, and where it is a word piece its id, in its place."""
        ids, values, found = list(ids), [math.nan] * len(ids), iter(numbers)
        for place, token in enumerate(ids):
            if token == self._number:
                number = next(found)
                values[place] = min(max(float(number), -LARGEST), LARGEST)
                whole = self._pieces.token_to_id(number)
                ids[place] = token if whole is None else whole
        return Tokens(ids, values)

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
