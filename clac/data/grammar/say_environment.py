"""What can be said of coordination polyhedra and how they are linked.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clac.data.grammar.say_composition import element
from clac.data.grammar.voice import Form, Voice, join

SHAPE_WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "linear": (("linear units", "linear"),),
    "bent": (("bent units", "bent two-fold"),),
    "trigonal planar": (("flat triangles", "flat triangular"),
                        ("trigonal planar units", "trigonal planar")),
    "trigonal pyramid": (("three-sided pyramids", "pyramidal three-fold"),
                         ("trigonal pyramids", "trigonal pyramidal")),
    "tetrahedron": (("tetrahedra", "tetrahedral"),),
    "square planar": (("square planar units", "square planar"), ("squares", "square planar")),
    "see-saw": (("see-saw units", "see-saw"),),
    "square pyramid": (("square pyramids", "square pyramidal"),),
    "trigonal bipyramid": (("bipyramids", "bipyramidal"),
                           ("trigonal bipyramids", "trigonal bipyramidal")),
    "octahedron": (("octahedra", "octahedral"),),
    "trigonal prism": (("triangular prisms", "prismatic"),
                       ("trigonal prisms", "trigonal prismatic")),
    "cube": (("cubes", "cube-shaped"),),
    "cuboctahedron": (("cuboctahedra", "cuboctahedral"),),
    "icosahedron": (("icosahedra", "icosahedral"),),
}  # fmt: skip
"""(plural, adjective of a site); the first names no crystal system"""
_ALIKE: Mapping[str, tuple[str, ...]] = {
    "corner": ("corner-sharing {}", "{} that share corners", "vertex-sharing {}",
               "corner-linked {}", "{} joined at their corners", "{} sharing corners",
               "corner-shared {}", "{} linked through corners", "corner-connected {}"),
    "edge": ("edge-sharing {}", "{} that share edges", "edge-linked {}",
             "{} joined along their edges", "{} sharing edges", "edge-shared {}",
             "edge-connected {}", "{} linked through edges", "{} with common edges"),
    "face": ("face-sharing {}", "{} that share faces", "{} stacked face to face",
             "face-linked {}", "{} sharing faces", "face-shared {}", "{} joined by their faces",
             "face-connected {}"),
    "isolated": ("isolated {}", "{} that do not touch each other", "separate {}",
                 "{} not linked to each other", "unconnected {}", "unlinked {}",
                 "{} that share no atoms with each other"),
}  # fmt: skip
_UNLIKE: Mapping[str, tuple[str, ...]] = {
    "corner": ("{} sharing corners with {}", "{} and {} joined at corners",
               "{} corner-linked to {}", "{} connected to {} through corners",
               "{} and {} that share corners"),
    "edge": ("{} sharing edges with {}", "{} and {} joined at edges", "{} edge-linked to {}",
             "{} connected to {} through edges", "{} and {} that share edges"),
    "face": ("{} sharing faces with {}", "{} and {} joined at faces",
             "{} and {} that share faces"),
}  # fmt: skip


_ADVERBS = {"tetrahedron": "tetrahedrally", "octahedron": "octahedrally"}


def polyhedra(v: Voice, form: Form) -> str:
    """Say the shape of the surroundings of an element, or of a role where elements are hidden."""
    known = v.facts.polyhedra
    if not known or form == "adjective":
        return ""
    return _by_element(v, form, known) if v.elements else _by_role(v, form, known)


def _words(v: Voice, shape: str) -> tuple[str, str]:
    return v.pick(SHAPE_WORDS[shape]) if v.symmetry else SHAPE_WORDS[shape][0]


def _by_element(v: Voice, form: Form, known: Sequence[tuple[str, str]]) -> str:
    symbol, shape = v.pick(known)
    v.claim("polyhedron", f"{symbol} {shape}")
    name = symbol if v.formulas and v.dice() < 0.3 else element(v, symbol)
    plural, adjective = _words(v, shape)
    if form == "predicate":
        options = ("has {n} in {a} coordination", "has {a} sites of {n}", "has {n}-centred {p}",
                   "has {n} in {p}", "has {a} {n}", "has {p} around {n}")  # fmt: skip
    else:
        options = ("{a} {n}", "{n} in {a} coordination", "{n}-centred {p}", "{n} in {a} sites",
                   "{p} around {n}", "with {n} in {p}", "{n} sitting in {p}", "{p} of {n}",
                   "{n} {p}", "with {a} {n}", "{n} on {a} sites")  # fmt: skip
    if shape in _ADVERBS and v.dice() < 0.2:
        text = f"{_ADVERBS[shape]} coordinated {name}"
        return f"has {text}" if form == "predicate" else text
    return v.pick(options).format(n=name, a=adjective, p=plural)


def _by_role(v: Voice, form: Form, known: Sequence[tuple[str, str]]) -> str:
    role = v.pick(("cation", "anion")) if v.facts.anion else ""
    words = _claimed(v, known, role)
    if not words:
        return ""
    text = f"{words} {role} sites" if role else f"{words} sites"
    return f"has {text}" if form == "predicate" else text


def _claimed(v: Voice, known: Sequence[tuple[str, str]], role: str) -> str:
    """Claim the shapes around a role, of all atoms where it is '', and return their adjectives."""
    anion = v.facts.anion
    shapes = sorted({shape for symbol, shape in known if (symbol == anion) == (role == "anion")})
    for shape in shapes:
        v.claim(f"{role}_polyhedron" if role else "polyhedron", shape)
    return join([_words(v, shape)[1] for shape in shapes]) if shapes else ""


def cation_polyhedra(v: Voice, form: Form) -> str:
    """Say the shapes around all atoms that are not the anion, as a role."""
    return _of_role(v, form, "cation")


def anion_polyhedra(v: Voice, form: Form) -> str:
    """Say the shapes around the anion, as a role."""
    return _of_role(v, form, "anion")


def _of_role(v: Voice, form: Form, role: str) -> str:
    if not v.facts.anion or form == "adjective":
        return ""
    words = _claimed(v, v.facts.polyhedra or (), role)
    if not words:
        return ""
    text = v.pick((f"{words} {role} sites", f"{role}s in {words} coordination"))
    return f"has {text}" if form == "predicate" else text


def linkage(v: Voice, form: Form) -> str:
    """Say how polyhedra are linked, one or two links."""
    return _links(v, form, 1 + int(v.dice() * 2))


def all_linkages(v: Voice, form: Form) -> str:
    """Say how the polyhedra are linked, up to four links."""
    return _links(v, form, 4)


def _links(v: Voice, form: Form, most: int) -> str:
    known = v.facts.linkages
    if not known or form == "adjective":
        return ""
    start = int(v.dice() * len(known))
    chosen = [known[(start + i) % len(known)] for i in range(min(most, len(known)))]
    parts = []
    for first, sharing, second in chosen:
        v.claim("linkage", f"{first}|{sharing}|{second}")
        a, b = _words(v, first)[0], _words(v, second)[0]
        if first == second:
            parts.append(v.pick(_ALIKE[sharing]).format(a))
        else:
            swapped = v.dice() < 0.5
            parts.append(v.pick(_UNLIKE[sharing]).format(*((b, a) if swapped else (a, b))))
    text = join(parts)
    return v.pick(("is built of {}", "has {}", "contains {}")).format(text) if (
        form == "predicate") else text  # fmt: skip
