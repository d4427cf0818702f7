"""Fixed phrases: crystal systems, lattices, layers, inversion, and words for quantities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from clac.data.grammar.quantity_words import METAL_BELOW_EV, WORDS, Words
from clac.data.grammar.structure_words import ACENTRIC, CENTRIC, POLAR, InversionWords
from index.filters import All, Filter, Test
from index.reading.neighbours import keeps_its_meaning
from index.reading.sentence import Found, Phrases, Sentence, remembered
from index.reading.structures import read_structure_type

SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal",
           "cubic")  # fmt: skip
_INF = float("inf")
CHIRAL: tuple[int, ...] = tuple(
    n
    for low, high in ((1, 1), (3, 5), (16, 24), (75, 80), (89, 98), (143, 146), (149, 155),
                      (168, 173), (177, 182), (195, 199), (207, 214))
    for n in range(low, high + 1)
)  # fmt: skip
"""the 65 space groups without mirror, inversion or rotoinversion (Sohncke)"""

_LAYERS: Mapping[str, tuple[str, ...]] = {
    "0D": ("molecular", "molecular crystal", "molecular crystals", "molecular solid",
           "molecular solids", "molecular structure", "zero-dimensional", "0D", "0-D",
           "isolated molecules", "discrete molecules", "isolated clusters", "discrete clusters",
           "molecules or clusters", "isolated molecular units", "made of molecules",
           "cluster compound", "separate molecules"),
    "1D": ("one-dimensional", "1D", "1-D", "quasi-one-dimensional", "quasi-1D", "chain-like",
           "chains", "chain structure", "infinite chains", "chains of atoms", "one-dimensional "
           "chains", "1D chains", "chain compound", "parallel chains", "chain structures",
           "one-dimensional chain", "one-dimensional chain compound"),
    "2D": ("layered", "layer structure", "layer structures", "two-dimensional", "2D", "2-D",
           "quasi-two-dimensional", "quasi-2D", "lamellar", "sheet-like", "layers", "sheets",
           "layered structure", "layered structures", "stacked layers", "stacked sheets",
           "made of layers", "layer-type", "slabs", "two-dimensional layers", "2D layers",
           "layered crystal structure", "layer compound", "layer compounds", "two-dimensional "
           "sheets"),
    "3D": ("three-dimensional", "3D", "3-D", "framework", "frameworks", "three-dimensional "
           "framework", "three-dimensional frameworks", "3D framework", "3D frameworks",
           "three-dimensional network", "3D network", "three-dimensionally bonded", "3D-bonded",
           *(f"{verb} in {all_}three {ways}" for verb in ("bonded", "connected", "linked")
             for all_ in ("all ", "") for ways in ("directions", "dimensions")),
           "framework structure", "framework structures", "three-dimensionally connected",
           "3D-connected"),
}  # fmt: skip
_ARITIES = ("unary", "binary", "ternary", "quaternary", "quinary", "senary", "septenary")
_LATTICES: Mapping[str, tuple[str, ...]] = {
    "F": ("face-centred", "face centred", "all-face-centred"),
    "I": ("body-centred", "body centred"),
    "C": ("base-centred", "base centred", "side-centred", "end-centred", "one-face-centred"),
    "P": ("primitive lattice", "primitive bravais lattice", "uncentred"),
    "R": ("rhombohedral", "rhombohedral lattice", "rhombohedral symmetry"),
}  # fmt: skip
_LEFT_TO_THE_MODEL = frozenset(
    "conducting,electrically conducting,electrically conductive,conductor,electrical conductor,"
    "an electrical conductor,transparent,optically transparent,see-through,piezoelectric,piezo,"
    "piezoelectricity,a piezoelectric,metallic conductor,gapped,rigid,weighty,squashy,squeezable,"
    "open gap,closed gap,metal,ground-state,transparent to visible light,infrared-gap,"
    "transparent in the visible,lets visible light through".split(",")
)
"""wordings of captions that also say other things in a query"""
_TOO_NARROW = {"refractive_index": (1.0, 10.0), "poisson_ratio": (-1.0, 1.0)}
"""where a quantity ends by itself"""
_MORE_WORDS: tuple[tuple[Filter, tuple[str, ...]], ...] = (
    (Test("band_gap", "<", METAL_BELOW_EV),
     ("metal", "metals", "a metal", "without a gap", "without gap")),
    (All((Test("band_gap", ">=", 0.1), Test("band_gap", "<", 0.5))),
     ("narrow band gaps", "narrow gaps", "small gaps")),
    (Test("band_gap", ">=", 3.0),
     ("wide gap", "large band gap", "large gaps", "wide band gaps", "big gap")),
    (Test("band_gap", ">=", 5.0), ("ultrawide gap", "ultra-wide gap", "ultrawide bandgap")),
    (Test("n_atoms", "<=", 8), ("small unit cell", "small cell", "small unit cells", "small cells",
                                "small primitive cell")),
    (Test("n_atoms", ">=", 40), ("large unit cell", "large cell", "large unit cells",
                                 "big unit cell")),
)  # fmt: skip
"""wordings that captions do not use"""


@remembered
def read_phrase(s: Sentence, i: int) -> Found | None:
    """Read a fixed phrase at a position."""
    # In 'cubic or tetragonal perovskites' the systems are meant, not a type of that name.
    listed = s.word(i) in SYSTEMS and s.word(i - 1) in ("or", "and", ",", "/")
    kind = None if listed and s.word(i - 2) in SYSTEMS else read_structure_type(s, i)
    plain = _phrases().find(s, i)
    if plain and (kind is None or plain[0] > kind.end) and keeps_its_meaning(s, i, plain[0]):
        return Found(_swallow(s, plain[0], plain[1]), plain[1])
    return kind


def _swallow(s: Sentence, end: int, filter: Filter) -> int:
    """Take 'crystal system' behind a system's name along."""
    if isinstance(filter, Test) and filter.column == "crystal_system":
        if s.words[end : end + 2] == ("crystal", "system"):
            return end + 2
        if s.word(end) in ("system", "symmetry"):
            return end + 1
    return end


@lru_cache(maxsize=1)
def _phrases() -> Phrases[Filter]:
    table: dict[str, Filter] = {}
    for phrase, meaning in _all_phrases():
        table.setdefault(phrase, meaning)
    return Phrases(table)


def _all_phrases() -> Iterator[tuple[str, Filter]]:
    for name in SYSTEMS:
        yield name, Test("crystal_system", "=", name)
    yield "anorthic", Test("crystal_system", "=", "triclinic")
    yield "isometric", Test("crystal_system", "=", "cubic")
    for letter, names in (("F", ("fcc", "face-centred cubic", "face centred cubic",
                                 "cubic face-centred")),
                          ("I", ("bcc", "body-centred cubic", "body centred cubic",
                                 "cubic body-centred"))):  # fmt: skip
        cubic = Test("crystal_system", "=", "cubic")
        for name in names:
            for tail in ("", " lattice", " structure"):
                yield name + tail, All((cubic, Test("centring", "=", letter)))
    for letter, names in _LATTICES.items():
        for name in names:
            yield name, Test("centring", "=", letter)
    for layers, names in _LAYERS.items():
        yield from ((name, Test("dimensionality", "=", layers)) for name in names)
    for n, name in enumerate(_ARITIES, 1):
        yield from ((w, Test("nelements", "=", n)) for w in (name, f"{name[:-1]}ies"))
    for name in ("elemental solid", "elemental solids", "pure element", "pure elements",
                 "elemental crystal", "elemental crystals", "single element"):  # fmt: skip
        yield name, Test("nelements", "=", 1)
    yield from _inversions()
    yield from _quantities()


def _inversions() -> Iterator[tuple[str, Filter]]:
    for words, meaning in (
        (CENTRIC, Test("centrosymmetric", "=", True)),
        (ACENTRIC, Test("centrosymmetric", "=", False)),
        (POLAR, Test("polar", "=", True)),
    ):
        yield from ((phrase, meaning) for phrase in _said(words) if not phrase.endswith(_OF_GROUPS))
    for word in ("centre of inversion", "centre of symmetry", "inversion centre", "centric"):
        yield word, Test("centrosymmetric", "=", True)
    for word in ("has inversion", "having inversion"):
        yield word, Test("centrosymmetric", "=", True)
    for word in ("no inversion", "lacking inversion", "lacks inversion"):
        yield word, Test("centrosymmetric", "=", False)
    for word in ("non-polar", "nonpolar", "apolar", "unpolar", "not polar"):
        yield word, Test("polar", "=", False)
    for word in ("non-centrosymmetric", "noncentrosymmetric", "non centrosymmetric"):
        yield word, Test("centrosymmetric", "=", False)
    for word in ("chiral", "enantiomorphic", "chiral space group"):
        yield word, Test("space_group_number", "in", CHIRAL)


_OF_GROUPS = ("group", "class")
"""ends of wordings behind which a number or symbol may stand"""


def _said(words: InversionWords) -> Iterator[str]:
    for plain, rarer in words.values():
        yield from (*plain, *rarer)


def _quantities() -> Iterator[tuple[str, Filter]]:
    yield from _stabilities()
    for words in WORDS:
        if words.quantity == "energy_above_hull":
            continue
        meaning = bounds(words.quantity, words.low, words.high)
        nouns = (*words.nouns, *(f"{noun}s" for noun in words.nouns))
        for phrase in (*words.adjectives, *words.predicates, *words.more, *words.tails,
                       *words.more_predicates, *nouns):  # fmt: skip
            if not _vague(phrase):
                yield phrase, meaning
    for meaning, phrases in _MORE_WORDS:
        yield from ((phrase, meaning) for phrase in phrases)


def _vague(phrase: str) -> bool:
    return phrase in _LEFT_TO_THE_MODEL or phrase.removesuffix("s") in _LEFT_TO_THE_MODEL


def _stabilities() -> Iterator[tuple[str, Filter]]:
    """Say where the words for stability stand; on the hull counts within a millielectronvolt."""
    column = "energy_above_hull"
    for words in WORDS:
        if words.quantity != column:
            continue
        phrases = (*words.adjectives, *words.predicates, *words.more, *words.tails,
                   *words.more_predicates, *words.nouns)  # fmt: skip
        meaning = _hull(words)
        for phrase in phrases:
            if not _vague(phrase):
                yield phrase, meaning


def _hull(words: Words) -> Filter:
    column = "energy_above_hull"
    low = [Test(column, ">", words.low)] if words.low > 0 else []
    high = [Test(column, "<=", words.high)] if words.high < _INF else []
    tests = (*low, *high)
    return tests[0] if len(tests) == 1 else All(tests)


def bounds(column: str, low: float, high: float) -> Filter:
    """Write low <= value < high as tests, without ends that the quantity has by itself."""
    floor, ceiling = _TOO_NARROW.get(column, (0.0, _INF))
    if column == "formation_energy":
        floor = -_INF
    tests = []
    if low > floor:
        tests.append(Test(column, ">=", low))
    if high < ceiling:
        tests.append(Test(column, "<", high))
    return tests[0] if len(tests) == 1 else All(tuple(tests))
