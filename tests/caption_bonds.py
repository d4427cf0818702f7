"""How English tells coordination numbers and dimensions: patterns apart from the grammar's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from caption_words import NUMBER_WORDS

ATOMS: Mapping[str, str] = {
    **dict.fromkeys(("sites", "atoms", "centres", "centers", "positions"), "all"),
    **dict.fromkeys(("anion", "anions"), "anion"),
    **dict.fromkeys(("cation", "cations"), "cation"),
}
"""words for atoms without an element, and which atoms they are"""
_LATIN = "di tri tetra penta hexa hepta octa".split()
_N = rf"(?:\d+|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_HYPHENED = rf"(?P<n>{_N}-(?:(?:, | and ){_N}-|, {_N}-)*)"
_LIST = rf"(?P<n>{_N}(?:(?:, {_N})* and {_N})?)\b(?! (?:and )?[a-z-]+fold)"
_ONE = rf"(?P<n>{_N})\b"
_FOLD = r"fold (?:coordination(?: environments)?|surroundings)"
_COORDINATE = "(?:fold coordinated|coordinated?)"
_WHO = r"(?P<who>\w+)"
_PLACE = "(?: (?:sites|positions|environments))?"
_NEIGHBOURS = r"(?:(?:nearest |bonded )?neighbou?rs|neighbouring atoms|atoms|ligands|bonds)"
_HAS = (
    r"(?:with|having|that ha(?:s|ve)|ha(?:s|ve)|(?:(?:is|are) )?(?:surrounded|coordinated) by|"
    r"(?:(?:is|are) )?(?:bonded|bound|linked|connected|coordinated) to|forming)"
)
_NUMBER = r"(?:coordination number|CN)(?: of| =|=)?"
_NUMBERS = "coordination numbers(?: of)?"

COORDINATION: tuple[str, ...] = (
    rf"CN of {_WHO} = {_ONE}",
    rf"(?P<n>(?:{'|'.join(_LATIN)}))coordinated? {_WHO}{_PLACE}",
    rf"{_WHO} (?:is|are) (?P<n>(?:{'|'.join(_LATIN)}))coordinated?",
    rf"{_WHO} (?:is|are) {_HYPHENED}{_COORDINATE}",
    rf"{_WHO} (?:is|are) (?P<n>{_N})fold coordinated",
    rf"{_WHO} (?:in|on) {_HYPHENED}coordinated? sites",
    rf"(?:put|place|hold)s? {_WHO} in (?P<n>{_N})-(?:coordinate sites|{_FOLD})",
    rf"{_WHO} (?:in|with) {_HYPHENED}{_FOLD}",
    rf"{_HYPHENED}{_FOLD} (?:of|around) {_WHO}",
    rf"{_HYPHENED}{_COORDINATE} {_WHO}{_PLACE}",
    rf"(?P<n>{_N})fold coordinated {_WHO}{_PLACE}",
    rf"(?:coordinate|surround|bond)s? {_WHO} (?:by|with|to) {_ONE} {_NEIGHBOURS}",
    rf"gives? {_WHO} a coordination number of {_ONE}",
    rf"{_WHO} {_HAS} {_ONE} {_NEIGHBOURS}",
    rf"{_ONE} {_NEIGHBOURS} (?:around|of|surround) {_WHO}",
    rf"{_NUMBERS} {_LIST} (?:of|for) {_WHO}",
    rf"{_WHO} with {_NUMBERS} {_LIST}",
    rf"{_NUMBER} ?{_ONE} (?:of|for) {_WHO}",
    rf"{_WHO} (?:(?:with|has|have) )?(?:a )?\(?{_NUMBER} ?{_ONE}\)?",
    rf"{_NUMBER} ?{_ONE} {_WHO}",
)
"""a kind of atoms (who) and its coordination numbers (n)"""


def counts_in(text: str) -> set[int]:
    """Read 'four- and six-', '4 and 6' or 'hexa'."""
    if text in _LATIN:
        return {_LATIN.index(text) + 2}
    return {int(p) if p.isdigit() else NUMBER_WORDS.index(p) for p in re.findall(_N, text)}


_SHEETS = "layers?|sheets?|slabs?|planes"
NO_LAYERS = (
    r"(?<!bonds )(?<!bonding )\b(?:not (?:in|made of|split into) layers|non-layered|"
    r"not (?:a )?layered|(?:no|without|not have|not consist of) layers)\b"
)
DIMENSIONS: Mapping[str, str] = {
    "3D": r"(?:fully |quasi-?)?(?:three-dimensional(?:ly)?|3D)(?:-bonded|-connected)?|"
    r"(?:all )?three (?:directions|dimensions)|(?:all|every) directions?|scaffold|"
    r"framework, not layers|(?:network )without layers|framework|all three dimensions",
    "2D": rf"(?:quasi[- ])?(?:two-dimensional(?:ly)?|2D)|two (?:directions|dimensions)|layered|"
    rf"lamellar|(?:sheet|slab)-like|layer-(?:type|structured)|(?:{_SHEETS})",
    "1D": r"(?:quasi-)?(?:one-dimensional(?:ly)?|1D)|one (?:direction|dimension|axis)|chains?|rods|"
    r"chain-(?:like|based|type|forming|structured)",
    "0D": r"(?:quasi-)?zero-dimensional|0D|molecul(?:es?|ar)|clusters?|finite (?:bonded )?units|"
    r"(?:cluster|molecule)-(?:like|based)|(?:isolated|discrete|separate) units|"
    r"no (?:extended|continuous) \w+(?: \w+)?|"
    r"not form an extended|bonds from unit to unit|bonds between the units",
}
"""how a caption says what is bonded in how many directions"""
