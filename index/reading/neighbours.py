"""Words beside a word that change what it means: 'hard magnet', 'alkali metal', 'air-stable'."""

from __future__ import annotations

from collections.abc import Mapping

from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS
from index.reading.amounts import read_number
from index.reading.sentence import Sentence

_METAL_AFTER = (
    ") the of from poor other block alkali transition earth rare noble precious heavy coinage "
    "group post pure light"
)
_UNIT_WORDS = (
    "metre metres centimetre centimetres angstrom angstroms cm m a å ångström ångströms nanometre "
    "nanometres nm foot feet inch inches"
)
_NOT_AFTER: Mapping[str, frozenset[str]] = {
    word: frozenset(others.split())
    for word, others in {
        "insulator": "to topological mott chern thermal kondo charge",
        "insulators": "topological mott chern thermal kondo charge",
        "insulating": "thermally topological",
        "stable": "thermally chemically air water dynamically mechanically moisture photo long "
                  "electrochemically kinetically more most structurally environmentally",
        "metal": f"{_METAL_AFTER} liquid ii p d f organic elemental",
        "metals": _METAL_AFTER,
        "semiconductor": "organic", "layers": "buffer barrier", "layered": "multi",
        "light": "visible blue red green uv white infrared the of",
        "framework": "organic", "frameworks": "organic",
        "dense": "less more", "hard": "less more", "soft": "less more",
    }.items()
}  # fmt: skip
_NOT_BEFORE: Mapping[str, frozenset[str]] = {
    word: frozenset(others.split())
    for word, others in {
        "stable": "versus vs in at under up against to towards toward above with for when",
        "hard": "magnet magnets magnetic carbon x to disk drive coating coatings",
        "soft": "magnet magnets magnetic x matter",
        "light": "emitting emission emitter emitters harvesting absorber absorbers absorption "
                 "source sources in into through yield element elements atoms by out",
        "heavy": "fermion fermions element elements atom atoms ion ions hole holes metal metals",
        "metal": "oxide oxides halide halides chalcogenide chalcogenides nitride nitrides ion ions "
                 "organic atom atoms site sites cation cations borides carbides sulfide sulfides "
                 "hydride hydrides boride carbide phosphate phosphates dichalcogenide free - + "
                 "plus to battery batteries dichalcogenides alloy alloys insulator monoxide air "
                 "dioxide trioxide fluoride chloride bromide iodide selenide telluride centre "
                 "centres element elements",
        "cubic": f"{_UNIT_WORDS} eightfold site sites coordination environment fold void voids",
        "molecular": "weight mass beam sieve sieves",
        "framework": "of", "layers": "of", "sheets": "of", "chains": "of",
        "primitive": "cell unit", "uncentred": "cell", "layered": "double",
        "insulating": "layer layers", "dense": "plasma",
    }.items()
}  # fmt: skip
_ELEMENTS = frozenset((*ELEMENT_NAMES.values(), *OTHER_SPELLINGS.values()))


def keeps_its_meaning(s: Sentence, i: int, end: int) -> bool:
    """Tell whether the words from i to end say what they say alone."""
    before = s.word(i - 2) if s.word(i - 1) == "-" else s.word(i - 1)
    hyphen = s.word(end) == "-"
    after = s.word(end + 1) if hyphen and s.word(end + 1) else s.word(end)
    if after == "like" or (hyphen and after == "ish"):
        return False
    if end > i + 1:
        return True
    word = s.word(i)
    if word in ("metal", "metals") and (before in _ELEMENTS or read_number(s, i - 1)):
        return False
    return before not in _NOT_AFTER.get(word, ()) and after not in _NOT_BEFORE.get(word, ())
