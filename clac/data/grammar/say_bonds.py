"""What can be said of coordination numbers and of the net of bonds.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clac.data.grammar.say_composition import element, vary
from clac.data.grammar.voice import Form, Voice, join

COUNT_WORDS: tuple[str, ...] = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four".split()
)
LAYER_WORDS = {
    "0D": (("molecular", "zero-dimensional"),
           ("isolated molecular units", "zero-dimensional clusters"),
           ("is built of isolated units", "is zero-dimensional")),
    "1D": (("one-dimensional", "chain-like"),
           ("one-dimensional chains", "a chain structure"),
           ("is built of one-dimensional chains", "is one-dimensional")),
    "2D": (("layered", "two-dimensional"),
           ("a layered structure", "two-dimensional layers", "separate sheets"),
           ("is layered", "is built of two-dimensional layers", "has a layered structure")),
    "3D": (("three-dimensional",),
           ("a three-dimensional framework", "a three-dimensional bonded network"),
           ("is three-dimensional", "forms a three-dimensional network")),
}  # fmt: skip
MORE_LAYER_WORDS = {
    "0D": (("cluster-like", "0D", "cluster-based", "quasi-zero-dimensional"),
           ("discrete molecules or clusters", "separate molecules or clusters", "0D clusters",
            "isolated clusters or molecules", "molecular crystal", "finite units",
            "no extended network", "bonded within finite units only", "no bonds from unit to unit",
            "zero-dimensional", "with isolated clusters or molecules",
            "molecules or clusters packed side by side"),
           ("consists of separate molecules or clusters", "is made of discrete units",
            "is made up of isolated clusters or molecules", "is a molecular crystal", "is 0D",
            "is bonded within finite units only", "has no bonds from unit to unit",
            "consists of finite units", "packs molecules or clusters side by side")),
    "1D": (("chain-structured", "1D", "quasi-one-dimensional", "quasi-1D", "chain-based"),
           ("chains running through the crystal", "infinite chains", "1D chains",
            "chain structure", "built of infinite chains", "parallel chains", "chain compound",
            "bonded along one direction only", "rods or chains of atoms", "endless chains",
            "one-dimensional network", "chains packed side by side", "with endless chains"),
           ("is made of chains", "has chains running through it", "is made up of infinite chains",
            "is quasi-one-dimensional", "has a chain structure", "is 1D",
            "is bonded along one direction only", "consists of endless chains",
            "packs chains side by side", "is a chain compound", "has one-dimensional bonding")),
    "2D": (("sheet-like", "2D", "quasi-2D", "quasi-two-dimensional", "lamellar", "slab-like"),
           ("stacked sheets", "two-dimensional sheets", "stacked layers", "atomic layers",
            "sheets stacked on each other", "2D layers", "made up of stacked sheets",
            "slab-like layers", "weakly stacked layers", "layer structure", "layered crystal",
            "layers stacked on top of each other", "made of slabs", "stacked slabs",
            "bonded in two directions only", "layered material", "with stacked slabs",
            "layers weakly held together", "quasi two-dimensional", "two-dimensional network",
            "in layers", "layered compound", "layered lattice",
            "made of atomic sheets", "with a layered architecture"),
           ("is made of stacked sheets", "consists of layers", "has stacked layers",
            "is made up of layers", "is quasi-two-dimensional", "has a layer structure",
            "is built of slab-like layers", "is lamellar", "is made of slabs", "is 2D",
            "consists of stacked slabs", "is bonded in two directions only",
            "has layers weakly held together", "is a layered material", "is a layered compound",
            "stacks sheets on each other", "has two-dimensional bonding")),
    "3D": (("3D", "fully three-dimensional", "non-layered", "three-dimensionally bonded"),
           ("bonded in all three directions", "3D network", "framework structure",
            "a framework bonded in all directions", "extended in three dimensions", "framework",
            "three-dimensionally connected", "not layered", "three-dimensional network",
            "no layers", "without layers", "network without layers", "non-layered",
            "bonds running in all three directions", "continuous 3D network", "not a layered "
            "structure", "connected in every direction", "3D bonding", "non-layered structure"),
           ("is bonded in all three directions", "forms a 3D framework", "is a framework",
            "extends in three dimensions", "has a framework structure", "is not layered",
            "has no layers", "has bonds running in all three directions", "is non-layered",
            "is a three-dimensional network", "is connected in every direction", "is 3D",
            "forms a continuous network in three dimensions", "does not have layers")),
}  # fmt: skip
_NO_LAYERS = re.compile(r"(?:not|no|non|without)\b.*\blayer")


def counts(v: Voice, numbers: Sequence[int]) -> str:
    """Write coordination numbers in front of '-coordinate'."""
    if (v.numbers and v.dice() < 0.4) or max(numbers) >= len(COUNT_WORDS):
        return join([f"{n}-" for n in numbers])[:-1] if v.numbers else ""
    return join([f"{COUNT_WORDS[n]}-" for n in numbers])[:-1]


def _coordinated(v: Voice, text: str) -> str:
    """Write 'six-coordinate' or so; text: what `counts` wrote."""
    if text.isalpha() and v.dice() < 0.25:
        return f"{text}fold coordinated"
    return f"{text}-{vary(v, ('coordinate',), ('coordinated', 'fold coordinated'), 0.4)}"


_ONE_COUNT = (
    "{n} neighbours around {s}", "{n} neighbors around {s}", "{n} nearest neighbours around {s}",
    "{s} with {n} neighbours", "{s} surrounded by {n} atoms", "{s} bonded to {n} atoms",
    "{s} with {n} neighbors", "{s} with coordination number {n}", "{s} in {n}-fold coordination",
    "coordination number {n} of {s}", "{s} with a coordination number of {n}",
    "{s} coordinated by {n} atoms",
)  # fmt: skip


def _neighbours(v: Voice, text: str, shown: str, numbers: Sequence[int]) -> str:
    """Say that an element has so many neighbours; text: the counts of its sites."""
    if len(numbers) > 1 or min(numbers) < 2 or v.dice() < 0.5:
        return f"{_coordinated(v, text)} {shown}"
    if text.isdigit() and v.dice() < 0.25:
        return v.pick(("{s} with CN {n}", "{s} CN {n}", "CN {n} {s}")).format(n=text, s=shown)
    return v.pick(_ONE_COUNT).format(n=text, s=shown)


def coordination(v: Voice, form: Form) -> str:
    """Say how many neighbours the atoms of one or two elements have, or of all sites."""
    f = v.facts
    if not f.coordination or form == "adjective":
        return ""
    if not v.elements:
        return sites(v, form)
    known = list(f.coordination.items())
    if len(known) > 2:
        first = int(v.dice() * len(known))
        known = [known[first], known[first - 1]]
    parts = []
    for symbol, numbers in known:
        text = counts(v, numbers)
        shown = symbol if v.formulas and v.dice() < 0.5 else element(v, symbol)
        if text:
            parts.append(_neighbours(v, text, shown, numbers))
            for n in numbers:
                v.claim("coordination", f"{symbol}:{n}")
    if not parts:
        return ""
    return f"has {join(parts)}" if form == "predicate" else f"with {join(parts)}"


def sites(v: Voice, form: Form) -> str:
    """Say the coordination numbers that occur, without naming elements."""
    if len(v.facts.coordination) < len(v.facts.elements):
        return ""
    known = sorted({n for numbers in v.facts.coordination.values() for n in numbers})
    _claim_sites(v, "site", known)
    text = counts(v, known)
    if not text or form == "adjective":
        return ""
    text = f"{_coordinated(v, text)} {v.pick(('sites', 'atoms'))}"
    return f"has {text}" if form == "predicate" else f"with {text}"


def _claim_sites(v: Voice, kind: str, numbers: Sequence[int]) -> None:
    for n in numbers:
        v.claim(kind, str(n))


def anion_sites(v: Voice, form: Form) -> str:
    """Say the coordination of the anion, as a role."""
    return _role_sites(v, form, "anion", v.facts.coordination.get(v.facts.anion, ()))


def cation_sites(v: Voice, form: Form) -> str:
    """Say the coordination of all atoms that are not the anion."""
    f = v.facts
    if not f.anion or len(f.coordination) < len(f.elements):
        return ""
    others = sorted({n for s, numbers in f.coordination.items() if s != f.anion for n in numbers})
    return _role_sites(v, form, "cation", others)


def _role_sites(v: Voice, form: Form, role: str, numbers: Sequence[int]) -> str:
    text = counts(v, numbers) if numbers and form != "adjective" else ""
    if not text:
        return ""
    _claim_sites(v, f"{role}_site", numbers)
    text = f"{_coordinated(v, text)} {role}s"
    return f"has {text}" if form == "predicate" else text


def dimension(v: Voice, form: Form) -> str:
    """Say whether there are molecules, chains, layers or a framework."""
    if not v.facts.dimensionality:
        return ""
    place = ("adjective", "fragment", "predicate").index(form)
    more = MORE_LAYER_WORDS[v.facts.dimensionality][place]
    more = tuple(words for words in more if v.may_say(words))
    text = vary(v, LAYER_WORDS[v.facts.dimensionality][place], more, 0.6)
    if _NO_LAYERS.search(text) and "network" not in text:
        v.claim("dimensionality", "2D", negated=True)  # chains and molecules are no layers either
    else:
        v.claim("dimensionality", v.facts.dimensionality)
    return text
