"""What can be said of coordination polyhedra and how they are linked.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clac.data.grammar.say_composition import element
from clac.data.grammar.voice import Form, Voice, join

SHAPE_WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "linear": (("linear units", "linear"), ("linear groups", "linear two-fold")),
    "bent": (("bent units", "bent two-fold"), ("bent groups", "bent")),
    "trigonal planar": (("flat triangles", "flat triangular"),
                        ("planar triangles", "triangular planar"),
                        ("trigonal planar units", "trigonal planar"),
                        ("trigonal planar groups", "trigonal planar")),
    "trigonal pyramid": (("three-sided pyramids", "pyramidal three-fold"),
                         ("trigonal pyramids", "trigonal pyramidal")),
    "tetrahedron": (("tetrahedra", "tetrahedral"), ("tetrahedra", "tetrahedral"),
                    ("tetrahedral units", "tetrahedral")),
    "square planar": (("square planar units", "square planar"), ("squares", "square planar"),
                      ("planar squares", "square planar"), ("flat squares", "flat square")),
    "see-saw": (("see-saw units", "see-saw"), ("see-saw shapes", "see-saw-shaped"),
                ("seesaw units", "seesaw")),
    "square pyramid": (("square pyramids", "square pyramidal"),
                       ("square-based pyramids", "square-pyramidal")),
    "trigonal bipyramid": (("bipyramids", "bipyramidal"),
                           ("trigonal bipyramids", "trigonal bipyramidal"),
                           ("trigonal bipyramids", "trigonal-bipyramidal")),
    "octahedron": (("octahedra", "octahedral"), ("octahedra", "octahedral"),
                   ("octahedral units", "octahedral")),
    "trigonal prism": (("triangular prisms", "prismatic"),
                       ("trigonal prisms", "trigonal prismatic"),
                       ("trigonal prisms", "trigonal-prismatic")),
    "cube": (("cubes", "cube-shaped"), ("cubes", "cube-like")),
    "cuboctahedron": (("cuboctahedra", "cuboctahedral"),),
    "icosahedron": (("icosahedra", "icosahedral"),),
}  # fmt: skip
"""(plural, adjective of a site); the first names no crystal system"""
_HOLLOW = frozenset(
    ("tetrahedron", "trigonal bipyramid", "octahedron", "trigonal prism", "cube", "cuboctahedron",
     "icosahedron")
)  # fmt: skip
"""shapes with their atom in the middle"""
_VERTICES = {
    "tetrahedron": 4, "square planar": 4, "square pyramid": 5, "trigonal bipyramid": 5,
    "octahedron": 6, "trigonal prism": 6, "cube": 8, "cuboctahedron": 12, "icosahedron": 12,
}  # fmt: skip
ALIKE: Mapping[str, tuple[str, ...]] = {
    "corner": ("corner-sharing {}", "{} that share corners", "vertex-sharing {}",
               "corner-linked {}", "{} joined at their corners", "{} sharing corners",
               "corner-shared {}", "{} linked through corners", "corner-connected {}",
               "corner-sharing {}", "vertex-linked {}", "vertex-connected {}", "corner-joined {}",
               "{} sharing vertices", "{} that share vertices", "{} connected via corners",
               "{} linked via common corners", "{} connected by shared corners",
               "{} joined through shared vertices", "{} bridged through their corners",
               "{} with shared corners", "{} with common corners", "corner-bridged {}",
               "{} meeting at corners", "{} that meet at their corners", "corner sharing of {}",
               "corner-to-corner linked {}", "{} connected at their vertices",
               "{} sharing one ligand with a neighbour", "{} linked at the corners"),
    "edge": ("edge-sharing {}", "{} that share edges", "edge-linked {}",
             "{} joined along their edges", "{} sharing edges", "edge-shared {}",
             "edge-connected {}", "{} linked through edges", "{} with common edges",
             "edge-sharing {}", "edge-joined {}", "{} connected via edges", "edge-fused {}",
             "{} fused along their edges", "{} linked via common edges", "{} with shared edges",
             "{} connected by shared edges", "{} joined edge to edge", "{} meeting along edges",
             "{} joined through shared edges", "{} that have edges in common", "edge sharing of {}",
             "{} that meet along edges", "{} connected along edges", "{} bridged through edges",
             "{} condensed via edges", "{} sharing two ligands with a neighbour",
             "{} linked edge to edge"),
    "face": ("face-sharing {}", "{} that share faces", "{} stacked face to face",
             "face-linked {}", "{} sharing faces", "face-shared {}", "{} joined by their faces",
             "face-connected {}", "face-sharing {}", "face-joined {}", "face-fused {}",
             "{} fused at their faces", "{} connected via faces", "{} linked via common faces",
             "{} linked through faces", "{} with common faces", "{} with shared faces",
             "{} connected by shared faces", "{} that have faces in common", "face sharing of {}",
             "{} meeting at faces", "{} joined through shared faces", "{} joined face to face",
             "{} condensed via faces"),
    "isolated": ("isolated {}", "{} that do not touch each other", "separate {}",
                 "{} not linked to each other", "unconnected {}", "unlinked {}",
                 "{} that share no atoms with each other", "isolated {}", "separated {}",
                 "{} not connected to one another", "{} isolated from each other",
                 "{} that share no corners with each other", "discrete {}",
                 "{} that share no ligands with each other", "{} separate from one another",
                 "{} that are not linked to one another", "{} not joined to each other",
                 "{} sharing no corners with each other", "{} isolated from one another",
                 "{} without common corners", "{} standing apart from each other"),
}  # fmt: skip
"""how polyhedra of one shape meet; 'isolated': no two of that shape share an atom"""
UNLIKE: Mapping[str, tuple[str, ...]] = {
    "corner": ("{} sharing corners with {}", "{} and {} joined at corners",
               "{} corner-linked to {}", "{} connected to {} through corners",
               "{} and {} that share corners", "{} and {} sharing corners",
               "{} and {} linked through corners", "{} linked to {} via common corners",
               "corner-sharing {} and {}", "{} sharing vertices with {}",
               "{} and {} connected via shared vertices", "{} joined to {} at corners",
               "{} bridged to {} through corners", "{} that share corners with {}",
               "corners shared between {} and {}", "{} and {} with common corners",
               "{} and {} meeting at corners", "corner-linked {} and {}"),
    "edge": ("{} sharing edges with {}", "{} and {} joined at edges", "{} edge-linked to {}",
             "{} connected to {} through edges", "{} and {} that share edges",
             "{} and {} sharing edges", "{} and {} linked through edges",
             "{} linked to {} via common edges", "edge-sharing {} and {}",
             "{} fused to {} along edges", "{} joined to {} along edges",
             "{} that share edges with {}", "edges shared between {} and {}",
             "{} and {} with common edges", "{} and {} meeting along edges",
             "edge-linked {} and {}", "{} and {} connected via shared edges"),
    "face": ("{} sharing faces with {}", "{} and {} joined at faces",
             "{} and {} that share faces", "{} and {} sharing faces",
             "{} connected to {} through faces", "{} linked to {} via common faces",
             "face-sharing {} and {}", "{} joined to {} at faces", "{} that share faces with {}",
             "faces shared between {} and {}", "{} and {} with common faces",
             "{} fused to {} at faces", "{} and {} linked through faces"),
}  # fmt: skip
MEETINGS: Mapping[str, tuple[str, ...]] = {
    "corner": ("share corners", "share corners", "share vertices", "are linked through corners",
               "connect via corners", "are joined at their corners", "have common corners",
               "meet at corners"),
    "edge": ("share edges", "share edges", "are linked through edges", "connect via edges",
             "are joined along edges", "have common edges", "meet along edges",
             "are fused along edges"),
    "face": ("share faces", "share faces", "are linked through faces", "connect via faces",
             "are joined at faces", "have common faces", "are stacked face to face"),
    "isolated": ("are isolated from each other", "do not touch each other",
                 "share no corners with each other", "are not linked to each other",
                 "are not connected to one another", "stand apart from each other"),
}  # fmt: skip
"""what is said of polyhedra of one shape after 'in which'"""
LINKS = {
    "corner": ("links {} through corners", "connects {} via shared corners",
               "joins {} at their corners", "shares corners between {}"),
    "edge": ("links {} through edges", "connects {} via shared edges", "joins {} along edges",
             "shares edges between {}"),
    "face": ("links {} through faces", "connects {} via shared faces", "joins {} at faces",
             "shares faces between {}"),
    "isolated": ("keeps {} apart from each other", "leaves {} unconnected"),
}  # fmt: skip
_ADVERBS = {"tetrahedron": "tetrahedrally", "octahedron": "octahedrally"}
AROUND = (
    "{a} {n}", "{n} in {a} coordination", "{n}-centred {p}", "{n} in {a} sites",
    "{p} around {n}", "{n} in {p}", "{n} sitting in {p}", "{p} of {n}", "{n} {p}",
    "{n} on {a} sites", "{a} {n}", "{n} in {a} coordination", "{n}-centered {p}",
    "{n} with {a} coordination", "{a} coordination of {n}", "{a} coordination around {n}",
    "{a} {n} sites", "{n} occupying {a} sites", "{n} at {a} sites", "{n} on {a} positions",
    "{n} in {a} environments", "{n} with {a} surroundings", "{p} centred on {n}",
    "{p} centered on {n}", "{a} {n} coordination", "{n} with {a} coordination geometry",
    "{n} in {a} coordination environments", "{a} environments of {n}", "{n} found in {p}",
    "{a} environments around {n}",
    "{n} surrounded by neighbours in {a} arrangement", "{n} forming {p} with its neighbours",
)  # fmt: skip
"""what is said of a named kind of atoms (n), in an adjective (a) or a plural (p)"""
INSIDE = (
    "{n} inside {p}", "{n} at the centres of {p}", "{n} at the centers of {p}",
    "{n} sitting inside {p}", "{p} filled by {n}", "{p} with {n} at their centres",
    "{p} enclosing {n}", "{n} in the middle of {p}",
)  # fmt: skip
IN_WHICH = (
    "in which {n} sits in {p}", "in which {n} occupies {a} sites", "in which {n} centres {p}",
    "whose {n} sits in {p}", "in which {n} is in {a} coordination", "whose {n} occupies {a} sites",
    "in which {n} has {a} coordination", "in which {n} has {a} surroundings",
)  # fmt: skip
PUTS = (
    "puts {n} in {p}", "places {n} on {a} sites", "puts {n} in {a} coordination",
    "holds {n} in {p}", "coordinates {n} in {a} geometry", "places {n} in {a} environments",
)  # fmt: skip
_VERBS = ("has", "has", "has", "contains", "shows", "features")
OF_ROLE = (
    "{a} {r} sites", "{r}s in {a} coordination", "{a} {r} sites", "{r}s in {a} coordination",
    "{r}s on {a} sites", "{r}s with {a} coordination", "{r}s in {a} environments",
    "{r}s occupying {a} sites", "{a} coordination of {r}s", "{a} {r} coordination",
    "{a} {r} environments", "{r}s at {a} positions", "{r}s sitting in {a} sites", "{r}s in {p}",
    "{r}-centred {p}", "{r}-centered {p}", "{p} around {r}s", "{p} centred on {r}s",
    "{r}s in {a} coordination environments",
    "{a} coordination around {r}s", "{r}s with {a} coordination geometry",
    "{r}s with {a} surroundings", "{a} {r} positions",
)  # fmt: skip
OF_ATOMS = (
    "{a} sites", "{a} sites", "atoms in {a} coordination", "{a} coordination environments",
    "{p} as coordination polyhedra", "atoms on {a} sites", "{a} coordination", "atoms in {p}",
    "{a} environments", "{a} coordination polyhedra", "{p} around atoms",
)  # fmt: skip


def polyhedra(v: Voice, form: Form) -> str:
    """Say the shape of the surroundings of an element, or of a role where elements are hidden."""
    known = v.facts.polyhedra
    if not known:
        return ""
    if v.elements:
        return _by_element(v, form, known)
    return _of_role(v, form, v.pick(("cation", "anion")) if v.facts.anion else "")


def _words(v: Voice, shape: str) -> tuple[str, str]:
    return v.pick(SHAPE_WORDS[shape]) if v.symmetry else SHAPE_WORDS[shape][0]


def _by_element(v: Voice, form: Form, known: Sequence[tuple[str, str]]) -> str:
    symbol, shape = v.pick(known)
    v.claim("polyhedron", f"{symbol} {shape}")
    name = symbol if v.formulas and v.dice() < 0.3 else element(v, symbol)
    plural, adjective = _words(v, shape)
    if form == "adjective":
        return f"{adjective} {name}"
    if shape in _ADVERBS and v.dice() < 0.1:
        text = f"{_ADVERBS[shape]} coordinated {name}"
        return f"{v.pick(_VERBS)} {text}" if form == "predicate" else text
    dice = v.dice()
    if dice < 0.05 and v.formulas and v.numbers and shape in _VERTICES:
        text = f"{symbol}X{_VERTICES[shape]} {plural}"
    elif dice < 0.18:
        return v.pick(PUTS if form == "predicate" else IN_WHICH).format(
            n=name, a=adjective, p=plural
        )
    else:
        options = AROUND + INSIDE if shape in _HOLLOW else AROUND
        text = v.pick(options).format(n=name, a=adjective, p=plural)
        if form == "fragment" and v.dice() < 0.02:
            text = f"{name} coordination polyhedra: {plural}"
    if form == "predicate":
        return f"{v.pick(_VERBS)} {text}"
    return f"with {text}" if v.dice() < 0.2 else text


def cation_polyhedra(v: Voice, form: Form) -> str:
    """Say the shapes around all atoms that are not the anion, as a role."""
    return _of_role(v, form, "cation") if v.facts.anion else ""


def anion_polyhedra(v: Voice, form: Form) -> str:
    """Say the shapes around the anion, as a role."""
    return _of_role(v, form, "anion") if v.facts.anion else ""


def _of_role(v: Voice, form: Form, role: str) -> str:
    """Claim the shapes around a role, of all atoms where it is '', and name them."""
    anion, known = v.facts.anion, v.facts.polyhedra or ()
    shapes = sorted({
        shape for symbol, shape in known
        if not role or (symbol == anion) == (role == "anion")
    })  # fmt: skip
    if not shapes or form == "adjective":
        return ""
    for shape in shapes:
        v.claim(f"{role}_polyhedron" if role else "polyhedron", shape)
    words = [_words(v, shape) for shape in shapes]
    plural, adjective = (join(list(part)) for part in zip(*words, strict=True))
    text = v.pick(OF_ROLE if role else OF_ATOMS).format(a=adjective, p=plural, r=role)
    return f"{v.pick(_VERBS)} {text}" if form == "predicate" else text


def linkage(v: Voice, form: Form) -> str:
    """Say how polyhedra are linked, one or two links."""
    return _links(v, form, 1 + int(v.dice() * 2))


def all_linkages(v: Voice, form: Form) -> str:
    """Say how the polyhedra are linked, up to four links."""
    return _links(v, form, 4)


def _links(v: Voice, form: Form, most: int) -> str:
    known = v.facts.linkages
    if not known:
        return ""
    most = 1 if form == "adjective" else most
    start = int(v.dice() * len(known))
    chosen = [known[(start + i) % len(known)] for i in range(min(most, len(known)))]
    for first, sharing, second in chosen:
        v.claim("linkage", f"{first}|{sharing}|{second}")
    if form == "adjective":
        return _linked(v, *chosen[0])
    if len(chosen) == 1 and v.dice() < 0.15:
        return _met(v, form, *chosen[0])
    text = join([_link(v, *link) for link in chosen])
    if form == "predicate":
        return v.pick(("is built of {}", "has {}", "contains {}", "is built from {}", "has {}",
                       "features {}", "shows {}")).format(text)  # fmt: skip
    return v.pick(("{}", "{}", "{}", "{}", "{}", "with {}", "containing {}")).format(text)


def _link(v: Voice, first: str, sharing: str, second: str) -> str:
    a, b = _words(v, first)[0], _words(v, second)[0]
    if first == second:
        return v.pick(ALIKE[sharing]).format(a)
    swapped = v.dice() < 0.5
    return v.pick(UNLIKE[sharing]).format(*((b, a) if swapped else (a, b)))


def _linked(v: Voice, first: str, sharing: str, second: str) -> str:
    """Write 'corner-sharing octahedral', of polyhedra of one shape."""
    if first != second or sharing == "isolated":
        return ""
    verb = v.pick(("sharing", "sharing", "linked", "connected", "shared"))
    return f"{sharing}-{verb} {_words(v, first)[1]}"


def _met(v: Voice, form: Form, first: str, sharing: str, second: str) -> str:
    """Make a clause of one link."""
    shapes = " and ".join(dict.fromkeys(_words(v, shape)[0] for shape in (first, second)))
    if first == second:
        shapes = _words(v, first)[0]
    if form == "predicate":
        return v.pick(LINKS[sharing]).format(shapes)
    start = v.pick(("in which", "in which", "whose"))
    return f"{start} {shapes} {v.pick(MEETINGS[sharing])}"
