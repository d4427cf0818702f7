"""The format of the query sentences, and the normal form in which two filters are compared.

A line of tests/query_sentences*.jsonl is {"text": ..., "filter": [...], "rest": ...}:

- text: what a user types.
- filter: a list of strings; all of them must hold; their order does not matter. [] where the text
  says nothing for certain. A string is COLUMN OP VALUE:

      band_gap >= 1                 a number; ops = != < <= > >=
      crystal_system = cubic        a word; the value is the rest of the string
      crystal_system in cubic, tetragonal
      elements has_all Li, O        lists: has_all has_any has_none has_only
      elements has_any rare earth   a family of clac/data/chemistry.py stands for its members
      prototype named perovskite    the types of clac/data/structure_types.csv with this name or
                                    synonym; not_named: none of them
      space_group_number in chiral  the 65 Sohncke groups
      A & B | C                     alternatives, each of one or several strings joined by &

- rest (may be left out): the words for the encoder, compared without capitals, signs and the
  words of IDLE.

Columns: elements, nelements, formula (written in any order, as LiCoO2), chemical_system,
anonymous_formula (letters by rising amount: AB2, ABC3), classes (nouns of chemistry.CLASSES: oxide,
sulfide, halide, phosphate, intermetallic ...), space_group_number, crystal_system, centring (P A C
I F R), point_group, pearson, centrosymmetric, polar (= true or = false), prototype (names of
structure_types.csv), dimensionality (0D molecules, 1D chains, 2D layers, 3D framework),
coordination ('Ti:6'; '6' for any atom), polyhedra ('Ti octahedron'; 'octahedron' around any atom),
linkages ('octahedron|corner|octahedron', kinds corner edge face isolated, shapes in alphabetical
order; 'edge' alone where no shape is named), n_atoms (of the primitive cell; 'unit cell' is read
so too), density (g/cm3), volume_per_atom (cubic angstrom) and the names of clac/properties.py:
band_gap, formation_energy, energy_above_hull, fermi_energy, bulk_modulus, shear_modulus,
elastic_anisotropy, poisson_ratio, refractive_index, dielectric_electronic, dielectric_total,
piezoelectric.

uses and notable hold the words of clac/data/lexicon.csv, in lower case.

How words are read:

1. over, above, more than, exceeding: >. at least, or more: >=. below, under: <. at most, up to, or
   less: <=. between a and b, a to b, a-b: >= a, <= b. A number alone ('band gap 1.5 eV', 'of 1.5')
   and about, around, ~: within 10 %, >= 1.35 and <= 1.65. Counts (n_atoms, nelements) are exact
   unless 'about' is said. eV alone is a band gap, g/cm3 a density; GPa alone is nothing.
2. 'X-free', 'no X', 'without X, Y or Z': has_none. 'with X and Y': has_all. 'X or Y', a family:
   has_any. 'only X and Y', 'made of', 'consisting of', 'nothing but', 'pure X', 'X-Y system',
   'X-Y', 'compound / alloy of X and Y': chemical_system = X-Y. An element's name alone: has_all.
3. A class noun is classes has_all. One element in front of it, or behind 'of', adds has_all
   ('lithium oxides', 'oxides of copper'). Two or more elements, a number in the noun ('titanium
   dioxide'), one element and the singular without an article ('magnesium silicide') or several
   nouns ('neodymium oxide fluoride') name the whole compound: only chemical_system = all of them
   ('lithium cobalt oxides'), and classes has_all where it says how the elements are bonded
   ('lithium iron phosphate'); not with wide classes ('cesium lead halide') or a family ('alkali
   metal chlorides'), which only contain, nor where other elements are spoken of ('ternary lithium
   oxide', 'lead-free bismuth oxide'). 'titanate', 'cuprate', 'ferrite' ...:
   classes has_all oxide and the element. alloy: classes has_all intermetallic.
4. Words for quantities, as captions use them (clac/data/grammar/quantity_words.py): metallic, metal
   band_gap < 0.005; non-metallic >= 0.1; semiconductor >= 0.1, < 3; insulator, wide gap >= 3;
   narrow or small gap >= 0.1, < 0.5; stable, on the hull energy_above_hull <= 0.001; metastable
   > 0.001, <= 0.1; unstable > 0.1; nearly stable <= 0.05; dense, heavy density >= 8; light < 2.5;
   stiff, incompressible bulk_modulus >= 200; soft < 30; hard shear_modulus >= 150; 'harder than'
   shear_modulus, 'stiffer than' bulk_modulus, 'denser than' density; high refractive index >= 2.4;
   high-k dielectric_total >= 20; auxetic poisson_ratio < 0; small cell n_atoms <= 8; large cell
   >= 40. Metals that a compound is made of are no band gap: 'metals only' is an intermetallic,
   'with a metal in it' elements has_any metal.
5. Names of structure types win over the words in them ('cubic perovskite', 'layered perovskite',
   'hexagonal close-packed'); names that are also substances need 'structure' or '-type' ('sodium
   chloride structure', 'NaCl-type'). fcc and bcc are crystal_system = cubic and centring = F or I.
6. Two values of one column ('cubic and tetragonal', 'wurtzite or zincblende'): in. Classes are
   alternatives too, and share the elements at their end ('nitrides and carbides of tungsten':
   classes has_any nitride, carbide; elements has_all W). Other things joined by 'or':
   alternatives. 'not a, b or c', 'neither a nor b': each excluded. A number wins over a word on
   the side that it bounds ('heavy, at least 6 g/cm3': density >= 6 only).
7. Uses and properties that are words of the lexicon ('lithium-ion battery cathode', 'ductile'):
   uses or notable has_any the word, unless exact words say all of it ('narrow-gap semiconductor');
   what is not to be toxic says nothing. They are wishes, and leave no crystal out.
8. Left alone, as they say nothing certain: other uses, properties without a column, names and
   minerals that are no structure type, comparisons with other materials ('harder than diamond'),
   colours, superlatives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from clac.data.chemistry import FAMILIES
from clac.data.structure_types import structure_types
from index.filters import All, Any, Filter, Not, Test
from index.reading.elements import METALS
from index.reading.formulas import read_formula, reduced_formula
from index.reading.phrases import CHIRAL

HERE = Path(__file__).parent
IDLE = frozenset(
    "a an the with and or of in is are be that which has have having but also it its as for to "
    "both either contains containing contain made from whose they them by at on where this these "
    "there than lattice structure structures symmetry crystal crystals phase phases type "
    "types".split()
)
"""words that may or may not stay in the rest"""
_PART = re.compile(r"(\w+) (!=|<=|>=|=|<|>|in|has_\w+|named|not_named)(?: (.*))?$")


def load(name: str) -> list[dict]:
    """Read a file of sentences; [] where it is absent."""
    path = HERE / name
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def expected(lines: Iterable[str]) -> frozenset:
    """Return the normal form of a line's filter."""
    return frozenset().union(*(normal(_alternatives(line)) for line in lines))


def _alternatives(line: str) -> Filter:
    parts = [All(tuple(map(_part, alternative.split(" & ")))) for alternative in line.split(" | ")]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _part(text: str) -> Filter:
    match = _PART.match(text.strip())
    assert match, f"not COLUMN OP VALUE: {text!r}"
    column, op, value = match.group(1), match.group(2), (match.group(3) or "").strip()
    if op in ("named", "not_named"):
        names = tuple(k.name for k in structure_types() if value in (k.name, *k.words))
        assert names, f"no structure type has the name {value!r}"
        tests = tuple(Test(column, "!=", name) for name in names)
        return Test(column, "in", names) if op == "named" else All(tests)
    if op == "in" or op.startswith("has_"):
        return Test(column, op, _values(column, value))
    return Test(column, op, _value(column, value))


def _values(column: str, value: str) -> tuple[object, ...]:
    if value == "chiral":
        return CHIRAL
    words = [word.strip() for word in value.split(",")]
    if column == "elements":
        families = {**FAMILIES, "metal": METALS}
        return tuple(s for word in words for s in families.get(word, (word,)))
    return tuple(_value(column, word) for word in words)


def _value(column: str, value: str) -> object:
    if value in ("true", "false"):
        return value == "true"
    if column == "formula":
        counts = read_formula(value)
        assert counts, f"no formula: {value!r}"
        return reduced_formula(counts)
    if column in ("coordination", "point_group"):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def normal(filter: Filter | None) -> frozenset:
    """Write a filter as a set of conditions that all must hold, in one way for equal meanings."""
    match filter:
        case None:
            return frozenset()
        case All(parts):
            return frozenset().union(*map(normal, parts))
        case Any(parts):
            return frozenset([("or", frozenset(map(normal, parts)))])
        case Not(part):
            return frozenset([("not", normal(part))])
    return frozenset(_conditions(filter))


def _conditions(test: Test) -> Iterable[tuple]:
    column, op, value = test.column, test.op, test.value
    values = tuple(map(_plain, value if isinstance(value, tuple) else (value,)))
    if column == "chemical_system" and op == "=":
        symbols = str(value).split("-")
        yield from (("elements", "has_all", symbol) for symbol in symbols)
        yield ("elements", "has_only", frozenset(symbols))
    elif op in ("has_all", "has_none"):
        yield from ((column, op, one) for one in values)
    elif op == "in" and len(set(values)) == 1:
        yield (column, "=", values[0])
    elif op == "has_any" and len(set(values)) == 1:
        yield (column, "has_all", values[0])
    elif op in ("in", "has_any", "has_only"):
        yield (column, op, frozenset(values))
    else:
        yield (column, op, values[0])


def _plain(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(f"{value:.5g}")
    return value


def content(text: str) -> list[str]:
    """Return the words of a rest that mean something."""
    words = re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", text.lower())
    return [word for word in words if word not in IDLE]
