"""Wordings of the same facts, by templates of their own and not the caption grammar's."""

from __future__ import annotations

import random
from collections.abc import Mapping

from clac.data.chemistry import ANION_NOUNS
from clac.data.elements import ELEMENT_NAMES
from clac.data.facts import Facts

_AMERICAN = {"aluminium": "aluminum", "caesium": "cesium"}
_LATTICES = {"P": "primitive", "A": "base-centered", "C": "base-centered", "I": "body-centered",
             "F": "face-centered", "R": "rhombohedral"}  # fmt: skip
_NETWORKS = {"0D": "isolated molecules", "1D": "one-dimensional chains", "2D": "layered",
             "3D": "three-dimensional network"}  # fmt: skip
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_BRITISH = (
    ("aluminum", "aluminium"), ("cesium", "caesium"), ("sulf", "sulph"), ("izes", "ises"),
    ("centered", "centred"),
)  # fmt: skip
"""American, British"""

GROUPS: tuple[str, ...] = (
    "British spelling", "order reversed", "order shuffled", "formula spaced",
    "formula with subscripts", "formula alphabetical", "formula as a name", "formula lower case",
    "words upper case", "words lower case", "full stop", "question mark", "spaces doubled",
    "P63/mmc for P6_3/mmc", "No. for the symbol", "number in words for the symbol",
)  # fmt: skip


def chemical_name(f: Facts) -> str:
    """Write element names and the anion's noun, in American spelling: 'lithium cobalt oxide'."""
    names = [ELEMENT_NAMES[s] for s in f.elements if s != f.anion]
    words = [_AMERICAN.get(name, name) for name in names]
    return " ".join([*words, ANION_NOUNS[f.anion][0]] if f.anion else words)


def british(text: str) -> str:
    """Spell as in Britain."""
    for american, other in _BRITISH:
        text = text.replace(american, other)
    return text


def wordings(f: Facts, rng: random.Random) -> Mapping[str, tuple[str, str]]:
    """Return for each group two wordings of the same facts.

    A name states less than a formula: it leaves the amounts open. All others state the same.
    """
    name = chemical_name(f)
    spaced = [f"{s}{n if n > 1 else ''}" for s, n in zip(f.elements, f.amounts)]
    lattice = f"{_LATTICES[f.centring]} {f.crystal_system} lattice"
    american = f"{name}, crystallizes in a {lattice}"
    facts = [f.formula, f"space group {f.symbol}", *f.prototype_names[:1], f.crystal_system]
    facts += [_NETWORKS[f.dimensionality]] if f.dimensionality else []
    words = f"{name.capitalize()}, {lattice}"
    known = f"{f.formula}, {f.crystal_system}"
    group = f"{name}, space group {f.symbol}"
    rest = facts[1:]
    return dict(zip(GROUPS, (
        (american, british(american)),
        (", ".join(facts), ", ".join(reversed(facts))),
        (", ".join(facts), ", ".join([*rng.sample(rest, len(rest)), facts[0]])),
        (f.formula, " ".join(spaced)),
        (f.formula, f.formula.translate(_SUBSCRIPTS)),
        (f.formula, "".join(sorted(spaced))),
        (f.formula, name),
        (f.formula, f.formula.lower()),
        (words, words.upper()),
        (words, words.lower()),
        (known, f"{known}."),
        (known, f"{known}?"),
        (known, f"  {known.replace(' ', '  ')} "),
        (group, f"{name}, space group {f.symbol.replace('_', '')}"),
        (group, f"{name}, No. {f.space_group}"),
        (group, f"{name}, space group number {f.space_group}"),
    ), strict=True))  # fmt: skip
