"""What can be said of coordination numbers and of the net of bonds.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clac.data.counting import COUNT_WORDS
from clac.data.grammar.layer_words import LAYER_DESCRIPTIONS
from clac.data.grammar.say_composition import element, vary
from clac.data.grammar.voice import Form, Voice, join

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
    "0D": (("cluster-like", "0D", "cluster-based", "quasi-zero-dimensional", "molecule-based"),
           ("discrete molecules or clusters", "separate molecules or clusters", "0D clusters",
            "isolated clusters or molecules", "molecular crystal", "finite units",
            "no extended network", "bonded within finite units only", "no bonds from unit to unit",
            "zero-dimensional", "with isolated clusters or molecules", "0D structure",
            "molecules or clusters packed side by side", "zero-dimensional structure",
            "molecular solid", "discrete molecular units", "made of discrete molecules or clusters",
            "zero-dimensional bonding", "0D connectivity", "isolated molecules or clusters",
            "discrete finite units", "no continuous bonding network", "molecular structure",
            "packing of discrete molecules or clusters", "no bonds between the units",
            "composed of separate molecules or clusters", "consisting of finite units",
            "with no extended bonding", "molecular units not bonded to each other",
            "zero-dimensional connectivity", "molecules or clusters not bonded to one another"),
           ("consists of separate molecules or clusters", "is made of discrete units",
            "is made up of isolated clusters or molecules", "is a molecular crystal", "is 0D",
            "is bonded within finite units only", "has no bonds from unit to unit",
            "consists of finite units", "packs molecules or clusters side by side",
            "has zero-dimensional connectivity", "is a molecular solid", "has a 0D structure",
            "has a zero-dimensional structure", "has no extended bonding network",
            "is composed of discrete molecules or clusters", "has a molecular structure",
            "is built from isolated molecules or clusters", "contains only finite bonded units",
            "has discrete molecules or clusters", "is zero-dimensional in its bonding",
            "does not form an extended network", "has no bonds between its molecular units")),
    "1D": (("chain-structured", "1D", "quasi-one-dimensional", "quasi-1D", "chain-based",
            "one-dimensionally bonded", "chain-forming"),
           ("chains running through the crystal", "infinite chains", "1D chains",
            "chain structure", "built of infinite chains", "parallel chains", "chain compound",
            "bonded along one direction only", "rods or chains of atoms", "endless chains",
            "one-dimensional network", "chains packed side by side", "with endless chains",
            "1D structure", "one-dimensional structure", "one-dimensional connectivity",
            "quasi-1D chains", "linked in one direction only", "made of infinite chains",
            "chains not bonded to each other", "no bonds from chain to chain", "chains of atoms",
            "extended in one dimension only", "consisting of chains", "one-dimensional bonding",
            "bonds running in one direction only", "continuous chains", "1D connectivity",
            "no bonds between the chains", "composed of one-dimensional chains", "1D rods",
            "packing of endless chains", "in which atoms connect into chains", "chain-type",
            "one-dimensional rods or chains", "1D bonding", "connected along one axis only"),
           ("is made of chains", "has chains running through it", "is made up of infinite chains",
            "is quasi-one-dimensional", "has a chain structure", "is 1D",
            "is bonded along one direction only", "consists of endless chains",
            "packs chains side by side", "is a chain compound", "has one-dimensional bonding",
            "has infinite chains", "contains chains not bonded to each other",
            "has a one-dimensional structure", "extends in one dimension only",
            "has bonds running in one direction only", "is built from chains of atoms",
            "is composed of parallel chains", "forms one-dimensional chains", "forms chains",
            "has one-dimensional connectivity", "has no bonds from chain to chain",
            "is connected along one axis only", "has a 1D structure", "features infinite chains",
            "links its atoms into chains", "joins atoms into continuous chains")),
    "2D": (("sheet-like", "2D", "quasi-2D", "quasi-two-dimensional", "lamellar", "slab-like",
            "layer-structured", "two-dimensionally bonded", "layer-type"),
           ("stacked sheets", "two-dimensional sheets", "stacked layers", "atomic layers",
            "sheets stacked on each other", "2D layers", "made up of stacked sheets",
            "slab-like layers", "weakly stacked layers", "layer structure", "layered crystal",
            "layers stacked on top of each other", "made of slabs", "stacked slabs",
            "bonded in two directions only", "layered material", "with stacked slabs",
            "layers weakly held together", "quasi two-dimensional", "two-dimensional network",
            "in layers", "layered compound", "layered lattice", "2D structure", "2D material",
            "made of atomic sheets", "with a layered architecture", "stacking of layers",
            "stack of sheets", "layers held together by weak forces", "layered solid", "sheets",
            "weakly bonded layers", "weak bonding between layers", "no bonds between the layers",
            "strong bonds within layers and weak ones between", "two-dimensional connectivity",
            "no bonds from layer to layer", "made of stacked layers", "consisting of sheets",
            "composed of layers", "layers not bonded to each other", "2D sheets", "2D slabs",
            "sheet structure", "lamellar structure", "two-dimensional structure", "slabs",
            "bonds running within sheets only", "in which atoms connect into layers",
            "extended in two dimensions only", "infinite layers", "two-dimensional bonding",
            "planes of bonded atoms", "layer-type structure", "2D connectivity",
            "stacking of two-dimensional sheets", "connected within planes only"),
           ("is made of stacked sheets", "consists of layers", "has stacked layers",
            "is made up of layers", "is quasi-two-dimensional", "has a layer structure",
            "is built of slab-like layers", "is lamellar", "is made of slabs", "is 2D",
            "consists of stacked slabs", "is bonded in two directions only",
            "has layers weakly held together", "is a layered material", "is a layered compound",
            "stacks sheets on each other", "has two-dimensional bonding", "is a layered solid",
            "has layers held together by weak forces", "has weak bonding between its layers",
            "is a stack of sheets", "has no bonds from layer to layer", "is a 2D material",
            "forms layers", "forms two-dimensional sheets", "has two-dimensional connectivity",
            "contains sheets not bonded to each other", "is composed of stacked layers",
            "extends in two dimensions only", "has a sheet structure", "has a 2D structure",
            "is built from two-dimensional sheets", "has a lamellar structure",
            "links its atoms into sheets", "joins atoms into layers", "features stacked layers",
            "has strong bonds within layers and weak ones between", "has infinite sheets",
            "stacks layers on top of each other", "is connected within planes only")),
    "3D": (("3D", "fully three-dimensional", "non-layered", "three-dimensionally bonded",
            "3D-bonded", "three-dimensionally connected", "3D-connected"),
           ("bonded in all three directions", "3D network", "framework structure",
            "a framework bonded in all directions", "extended in three dimensions", "framework",
            "three-dimensionally connected", "not layered", "three-dimensional network",
            "no layers", "without layers", "network without layers", "non-layered",
            "bonds running in all three directions", "continuous 3D network", "not a layered "
            "structure", "connected in every direction", "3D bonding", "non-layered structure",
            "three-dimensional scaffold", "3D framework", "three-dimensional connectivity",
            "continuous three-dimensional network", "three-dimensional bonding", "3D structure",
            "three-dimensional structure", "infinite 3D network", "3D connectivity", "3D scaffold",
            "bonds extending in all directions", "linked in all three dimensions", "not in layers",
            "continuously bonded in three dimensions", "framework, not layers", "3D net of bonds",
            "extended three-dimensional framework", "not made of layers", "3D lattice of bonds",
            "with a three-dimensional network", "in which bonds run in all three directions",
            "three-dimensional net of bonds", "framework extending in all directions",
            "bonded throughout all three dimensions", "continuous framework",
            "interconnected in all three dimensions", "not split into layers"),
           ("is bonded in all three directions", "forms a 3D framework", "is a framework",
            "extends in three dimensions", "has a framework structure", "is not layered",
            "has no layers", "has bonds running in all three directions", "is non-layered",
            "is a three-dimensional network", "is connected in every direction", "is 3D",
            "forms a continuous network in three dimensions", "does not have layers",
            "has a 3D network", "has three-dimensional connectivity", "has a 3D structure",
            "has a three-dimensional structure", "forms a three-dimensional scaffold",
            "has three-dimensional bonding", "is three-dimensionally connected",
            "is linked in all three dimensions", "is built as a three-dimensional framework",
            "connects its atoms in all three directions", "has a continuous 3D network of bonds",
            "forms an extended three-dimensional framework", "does not consist of layers",
            "joins its atoms into a three-dimensional network", "features a 3D framework",
            "is not made of layers", "has bonds that extend in all directions")),
}  # fmt: skip
NO_LAYERS = re.compile(
    r"(?!.*(?:network|framework|chains|molecules|free of bonds))(?:.*\b)?"
    r"(?:not?|non|without|free of|cannot|impossible)\b.*(?:\b(?:layer|sheet|slab|gap)|2D material)"
    r"|layer-free"
)
LATIN = {"two": "di", "three": "tri", "four": "tetra", "five": "penta", "six": "hexa",
          "seven": "hepta", "eight": "octa"}  # fmt: skip
ONE_COUNT = (
    "{s} with {n} neighbours", "{s} with {n} neighbors", "{s} surrounded by {n} atoms",
    "{s} bonded to {n} atoms", "{s} with coordination number {n}", "{s} in {n}-fold coordination",
    "{s} with a coordination number of {n}", "{s} coordinated by {n} atoms",
    "{s} surrounded by {n} neighbours", "{s} surrounded by {n} neighbors",
    "{s} surrounded by {n} ligands", "{s} bonded to {n} neighbours", "{s} bound to {n} atoms",
    "{s} with {n} nearest neighbours", "{s} with {n} nearest neighbors", "{s} with {n} ligands",
    "{s} with {n} bonded neighbours", "{s} with {n}-fold coordination", "{s} having {n} neighbours",
    "{s} in {n}-coordinate sites", "{s} on {n}-coordinated sites", "{s} linked to {n} atoms",
    "{s} that have {n} neighbours", "{s} coordinated by {n} ligands", "{s} forming {n} bonds",
    "{s} coordinated to {n} atoms", "{s} connected to {n} neighbours", "{s} with {n} bonds",
    "{s} in {n}-fold coordination environments", "{s} in {n}-fold surroundings",
)  # fmt: skip
"""what is said of one coordination number of some atoms"""
ONE_COUNT_OF = (
    "{n} neighbours around {s}", "{n} neighbors around {s}", "{n} nearest neighbours around {s}",
    "coordination number {n} of {s}", "{n} nearest neighbors around {s}", "{n} ligands around {s}",
    "{n} atoms around {s}", "{n}-fold coordination of {s}", "{n}-fold coordination around {s}",
    "coordination number {n} for {s}", "a coordination number of {n} for {s}",
    "{n} neighbours of {s}", "{n} neighbouring atoms around {s}", "{n} bonds around {s}",
)  # fmt: skip
"""the same of a named kind of atoms"""
MANY_COUNTS = (
    "{s} with coordination numbers {n}", "{s} with coordination numbers of {n}",
    "{s} in {h}-fold coordination", "{s} in {h}-coordinate sites", "{s} on {h}-coordinated sites",
    "{s} with {h}-fold coordination", "{s} in {h}-fold coordination environments",
)  # fmt: skip
MANY_COUNTS_OF = (
    "coordination numbers {n} of {s}", "coordination numbers {n} for {s}",
    "coordination numbers of {n} for {s}", "{h}-fold coordination of {s}",
    "{h}-fold coordination around {s}",
)  # fmt: skip
CN = ("{s} with CN {n}", "{s} CN {n}", "CN {n} {s}", "CN {n} for {s}", "{s} CN={n}",
       "CN={n} for {s}", "{s} (CN {n})", "{s} (CN = {n})", "CN of {s} = {n}")  # fmt: skip
CLAUSES = (
    "in which {s} {is_} {c}", "whose {s} {is_} {c}", "in which {s} {has} {n} neighbours",
    "whose {s} {has} {n} neighbours", "in which {s} {is_} surrounded by {n} atoms",
    "in which {s} {has} {n} neighbors", "in which {s} {is_} bonded to {n} atoms",
    "in which {s} {has} coordination number {n}", "whose {s} {is_} bonded to {n} neighbours",
    "in which {n} atoms surround {s}", "in which {n} neighbours surround {s}",
)  # fmt: skip
ACTS = (
    "surrounds {s} with {n} atoms", "surrounds {s} with {n} neighbours",
    "puts {s} in {n}-fold coordination", "places {s} in {n}-coordinate sites",
    "coordinates {s} by {n} atoms", "holds {s} in {n}-fold coordination",
    "bonds {s} to {n} atoms", "gives {s} a coordination number of {n}",
)  # fmt: skip
_VERBS = ("has", "has", "has", "contains", "shows", "features")


def counts(v: Voice, numbers: Sequence[int]) -> str:
    """Write coordination numbers in front of '-coordinate'."""
    if (v.numbers and v.dice() < 0.4) or max(numbers) >= len(COUNT_WORDS):
        return join([f"{n}-" for n in numbers])[:-1] if v.numbers else ""
    return join([f"{COUNT_WORDS[n]}-" for n in numbers])[:-1]


def _coordinated(v: Voice, text: str) -> str:
    """Write 'six-coordinate' or so; text: what `counts` wrote."""
    if text.isalpha() and v.dice() < 0.25:
        return f"{text}fold coordinated"
    if text in LATIN and v.dice() < 0.08:
        return f"{LATIN[text]}coordinate{v.pick(('', 'd'))}"
    return f"{text}-{vary(v, ('coordinate',), ('coordinated', 'fold coordinated'), 0.4)}"


def _neighbours(v: Voice, text: str, shown: str, numbers: Sequence[int], named: bool) -> str:
    """Say that some atoms have so many neighbours; text: the counts of their sites."""
    if max(numbers) < 2 or v.dice() < 0.45:
        return f"{_coordinated(v, text)} {shown}"
    if len(numbers) > 1:
        bare = re.sub(r"-(?=,| and)", "", text)
        options = MANY_COUNTS + MANY_COUNTS_OF if named else MANY_COUNTS
        return v.pick(options).format(n=bare, h=text, s=shown)
    if named and text.isdigit() and v.dice() < 0.25:
        return v.pick(CN).format(n=text, s=shown)
    options = ONE_COUNT + ONE_COUNT_OF if named else ONE_COUNT
    said = v.pick(options).format(n=text, s=shown)
    return said if shown.endswith(("ions", "atoms")) else said.replace(" that have ", " that has ")


def _told(v: Voice, form: Form, text: str, shown: str, numbers: Sequence[int]) -> str:
    """Make a clause of the one coordination number of some atoms, or return ''."""
    if len(numbers) > 1 or numbers[0] < 2 or v.dice() > 0.15:
        return ""
    if form == "predicate":
        return v.pick(ACTS).format(s=shown, n=text)
    many = shown.endswith(("ions", "atoms"))
    is_, has = ("are", "have") if many else ("is", "has")
    words = _coordinated(v, text)
    return v.pick(CLAUSES).format(s=shown, n=text, c=words, is_=is_, has=has)


def coordination(v: Voice, form: Form) -> str:
    """Say how many neighbours the atoms of one or two elements have, or of all sites."""
    f = v.facts
    if not f.coordination:
        return ""
    if not v.elements:
        return sites(v, form)
    known = list(f.coordination.items())
    first = int(v.dice() * len(known))
    if form == "adjective":
        known = [known[first]]
    elif len(known) > 2 or v.dice() < 0.2:
        known = [known[first], known[first - 1]][: 1 + int(v.dice() * 2)]
    parts = []
    for symbol, numbers in dict(known).items():
        text = counts(v, numbers)
        if not text:
            continue
        shown = symbol if v.formulas and v.dice() < 0.5 else element(v, symbol)
        for n in numbers:
            v.claim("coordination", f"{symbol}:{n}")
        if form == "adjective":
            return f"{_coordinated(v, text)} {shown}"
        if len(known) == 1 and (told := _told(v, form, text, shown, numbers)):
            return told
        parts.append(_neighbours(v, text, shown, numbers, True))
    return _had(v, form, join(parts)) if parts else ""


def _had(v: Voice, form: Form, text: str) -> str:
    """Say that a crystal has atoms with so many neighbours."""
    if form == "predicate":
        return f"{v.pick(_VERBS)} {text}"
    dice = v.dice()
    return f"with {text}" if dice < 0.65 else f"containing {text}" if dice < 0.75 else text


def sites(v: Voice, form: Form) -> str:
    """Say the coordination numbers that occur, without naming elements."""
    if form == "adjective" or len(v.facts.coordination) < len(v.facts.elements):
        return ""
    known = sorted({n for numbers in v.facts.coordination.values() for n in numbers})
    text = counts(v, known)
    if not text:
        return ""
    _claim_sites(v, "site", known)
    if v.dice() < 0.6:
        shown = v.pick(("sites", "atoms", "sites", "atoms", "centres", "centers", "positions"))
        return _had(v, form, f"{_coordinated(v, text)} {shown}")
    return _had(v, form, _neighbours(v, text, "atoms", known, False))


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
    if told := _told(v, form, text, f"{role}s", numbers):
        return told
    if v.dice() < 0.15:
        text = f"{_coordinated(v, text)} {role} {v.pick(('sites', 'positions', 'environments'))}"
    else:
        text = _neighbours(v, text, f"{role}s", numbers, True)
    return f"{v.pick(_VERBS)} {text}" if form == "predicate" else text


def dimension(v: Voice, form: Form) -> str:
    """Say whether there are molecules, chains, layers or a framework."""
    if not v.facts.dimensionality:
        return ""
    place = ("adjective", "fragment", "predicate").index(form)
    more = MORE_LAYER_WORDS[v.facts.dimensionality][place]
    if form != "adjective":
        more += LAYER_DESCRIPTIONS[v.facts.dimensionality][form == "predicate"]
    more = tuple(words for words in more if v.may_say(words))
    text = vary(v, LAYER_WORDS[v.facts.dimensionality][place], more, 0.6)
    if v.facts.dimensionality == "3D" and NO_LAYERS.match(text):
        v.claim("dimensionality", "2D", negated=True)  # chains and molecules are no layers either
    else:
        v.claim("dimensionality", v.facts.dimensionality)
    return text
