"""How often each fact is named: the weights of statements, by the place that they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from clac.data.grammar import say_bonds as bonds
from clac.data.grammar import say_composition as composition
from clac.data.grammar import say_elements as elements
from clac.data.grammar import say_environment as surroundings
from clac.data.grammar import say_quantities as quantities
from clac.data.grammar import say_structure as structure
from clac.data.grammar.number_words import NUMBERS
from clac.data.grammar.quantity_words import WORDS
from clac.data.grammar.voice import Form, Voice

Statement = Callable[[Voice, Form], str]
Weights = tuple[tuple[Statement, float], ...]


def _number(quantity: str) -> Statement:
    return partial(quantities.number, quantity=quantity)


def _words(quantity: str) -> Statement:
    return partial(quantities.words, quantity=quantity)


_NUMBERS: Mapping[str, Statement] = {quantity: _number(quantity) for quantity in NUMBERS}
_WORDS: Mapping[str, Statement] = {rule.quantity: _words(rule.quantity) for rule in WORDS}

EXACT_DENSITY: Statement = partial(quantities.number, quantity="density", fine=True)
"""tells entries of one formula and space group apart"""

FULL: Weights = (
    (composition.name, 0.5),
    (composition.elements, 0.25),
    (composition.compound_class, 0.3),
    (composition.described_class, 0.06),
    (composition.family, 0.1),
    (composition.arity, 0.04),
    (elements.anion, 0.06),
    (elements.group, 0.2),
    (composition.stoichiometry, 0.06),
    (structure.system, 0.55),
    (structure.point_group, 0.08),
    (structure.centring, 0.08),
    (structure.inversion, 0.12),
    (structure.pearson, 0.04),
    (structure.label, 0.02),
    (structure.structure_type, 0.8),
    (bonds.coordination, 0.65),
    (bonds.dimension, 0.4),
    (surroundings.polyhedra, 0.4),
    (surroundings.linkage, 0.45),
    (quantities.atoms, 0.65),
    (quantities.volume, 0.35),
    (_WORDS["density"], 0.1),
    (_NUMBERS["band_gap"], 0.5),
    (_WORDS["band_gap"], 0.5),
    (_NUMBERS["formation_energy"], 0.35),
    (_WORDS["formation_energy"], 0.1),
    (_NUMBERS["fermi_energy"], 0.03),
    *((_NUMBERS[quantity], 0.3) for quantity in (
        "energy_above_hull", "bulk_modulus", "shear_modulus", "elastic_anisotropy",
        "poisson_ratio", "refractive_index", "dielectric_electronic", "dielectric_total",
        "piezoelectric")),
    *((_WORDS[quantity], 0.3) for quantity in (
        "energy_above_hull", "bulk_modulus", "shear_modulus", "poisson_ratio",
        "refractive_index", "dielectric_total", "piezoelectric")),
    (composition.own_name, 0.7),
    (composition.mineral, 0.7),
    (composition.use, 0.5),
    (composition.notable, 0.4),
)  # fmt: skip
"""the chance that a full caption states a fact that it could state"""

_RARE_NUMBERS = (
    "bulk_modulus", "shear_modulus", "refractive_index", "dielectric_total", "poisson_ratio",
    "piezoelectric", "energy_above_hull", "formation_energy",
)  # fmt: skip
"""known of few crystals: where one is known, it is told often"""

NOUNS: Weights = (
    (composition.formula, 1.7), (composition.name, 3.0), (composition.compound_class, 3.0),
    (elements.class_of_element, 1.2), (quantities.noun, 0.8),
)  # fmt: skip
"""what a short query is about"""
ADJECTIVES: Weights = (
    (structure.system, 3.0), (bonds.dimension, 1.5), (structure.inversion, 0.5),
    (structure.structure_type, 1.0), (composition.arity, 0.8), (composition.family, 0.3),
    (elements.one_element, 0.5), (elements.absent, 0.4),
    (_WORDS["band_gap"], 3.0), (_WORDS["density"], 1.0), (_WORDS["shear_modulus"], 1.0),
    (_WORDS["bulk_modulus"], 0.9), (_WORDS["dielectric_total"], 0.9),
    (_WORDS["piezoelectric"], 0.9), (_WORDS["refractive_index"], 0.9),
    (_WORDS["poisson_ratio"], 0.5), (_WORDS["energy_above_hull"], 0.8),
)  # fmt: skip
"""what stands before its noun"""
TAILS: Weights = (
    (structure.structure_type, 4.0), (structure.space_group, 2.0), (structure.system, 0.7),
    (bonds.coordination, 1.4), (structure.inversion, 0.8), (structure.point_group, 0.3),
    (surroundings.polyhedra, 1.3), (surroundings.linkage, 1.7),
    (structure.centring, 0.4), (bonds.dimension, 0.8),
    (elements.one_element, 1.5), (elements.two_elements, 1.2), (composition.elements, 1.0),
    (composition.family, 0.8), (composition.arity, 0.5), (elements.anion, 0.5),
    (composition.described_class, 0.8),
    (elements.group, 0.7), (elements.absent, 0.6), (elements.two_absent, 0.3),
    (_NUMBERS["band_gap"], 2.2), (_NUMBERS["density"], 1.5),
    *((_NUMBERS[quantity], 0.9) for quantity in _RARE_NUMBERS),
    (quantities.atoms, 0.4), (quantities.atoms_bound, 0.5), (quantities.volume, 0.15),
    (composition.use, 1.5), (composition.notable, 1.5),
    (_WORDS["band_gap"], 0.8), (_WORDS["density"], 0.4), (_WORDS["shear_modulus"], 0.3),
    *((_WORDS[quantity], 0.3) for quantity in (
        "bulk_modulus", "energy_above_hull", "formation_energy", "refractive_index",
        "dielectric_total", "piezoelectric", "poisson_ratio")),
)  # fmt: skip
"""what stands behind it"""
CLAUSES: Weights = tuple(
    (statement, weight) for statement, weight in TAILS
    if statement not in (composition.use, composition.notable)
)  # fmt: skip
"""what stands behind 'that'"""
NAMES: tuple[Statement, ...] = (
    composition.own_name, composition.mineral, composition.use, composition.notable,
)  # fmt: skip
"""words that a crystal has of its own"""

ENVIRONMENT: Weights = (
    (bonds.dimension, 0.9), (bonds.sites, 0.3), (bonds.anion_sites, 0.9),
    (bonds.cation_sites, 0.9), (surroundings.cation_polyhedra, 0.9),
    (surroundings.anion_polyhedra, 0.9), (surroundings.all_linkages, 0.95),
)  # fmt: skip
"""the chances of facts of bonds alone"""
SYMMETRY: Weights = (
    (structure.space_group, 0.85), (structure.system, 0.7), (structure.structure_type, 0.9),
    (structure.point_group, 0.3), (structure.centring, 0.3), (structure.inversion, 0.4),
    (structure.pearson, 0.15), (structure.label, 0.06),
)  # fmt: skip
"""the chances of facts of symmetry alone"""
SINGLE: Weights = (
    *SYMMETRY, (structure.system, 1.0), (structure.structure_type, 1.5),
    (bonds.dimension, 1.4), (surroundings.polyhedra, 1.1), (surroundings.linkage, 1.5),
    (bonds.coordination, 1.0), (composition.compound_class, 2.0), (composition.name, 0.6),
    (composition.described_class, 1.2),
    (elements.one_element, 0.7), (elements.two_elements, 0.7), (elements.absent, 0.4),
    (elements.two_absent, 0.2), (elements.anion, 0.5), (elements.group, 0.6),
    (elements.class_of_element, 0.6), (composition.family, 0.6), (composition.arity, 0.6),
    (composition.elements, 0.4), (quantities.noun, 0.5),
    (quantities.atoms, 0.4), (quantities.atoms_bound, 0.5), (quantities.volume, 0.2),
    (_WORDS["band_gap"], 2.5), (_NUMBERS["band_gap"], 1.8), (_NUMBERS["density"], 1.0),
    *((words, 0.4) for words in _WORDS.values()),
    *((_NUMBERS[quantity], 1.4) for quantity in _RARE_NUMBERS),
    *((_NUMBERS[quantity], 0.3) for quantity in (
        "fermi_energy", "elastic_anisotropy", "dielectric_electronic")),
)  # fmt: skip
"""what is said alone"""
CLASS: Weights = (
    (composition.compound_class, 0.55), (composition.described_class, 0.3), (elements.anion, 0.15),
)  # fmt: skip
"""how the class of a compound is said alone"""
QUANTITIES: Weights = (
    *((words, 0.4) for words in _WORDS.values()), *((number, 1.0) for number in _NUMBERS.values()),
    (_NUMBERS["density"], 2.0), (_NUMBERS["band_gap"], 1.0), (_NUMBERS["formation_energy"], 1.0),
    (quantities.atoms, 1.0), (quantities.atoms_bound, 0.5), (quantities.volume, 0.5),
)  # fmt: skip
"""numbers and what they are called"""
OF_QUANTITY: Mapping[str, Weights] = {
    quantity: ((number, 0.7), (_WORDS[quantity], 0.3)) if quantity in _WORDS else ((number, 0.7),)
    for quantity, number in _NUMBERS.items()
}
"""what is said of one quantity alone"""
LEFT: Weights = (
    *ENVIRONMENT, (composition.arity, 0.5), (structure.system, 0.5), (composition.name, 0.5),
)  # fmt: skip
"""what nearly always can be said, for when the dice chose nothing"""
