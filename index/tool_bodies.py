"""What the tools for assistants take and give, in words that a language model can act on.

The text of a class is the description of its tool; the texts of fields go into the schemas.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from clac.data.grammar.prompts import TASKS
from index.dossier import KnownValue
from index.service.answers import FilterReport, Understood
from index.service.bodies import CIF
from index.types import Answer, Label, Match


def _listed(given: Any) -> Any:
    """Take a list that an assistant wrote as text: as JSON, or by commas."""
    if not isinstance(given, str):
        return given
    try:
        read = json.loads(given)
    except ValueError:
        read = None
    return read if isinstance(read, list) else [p.strip() for p in given.split(",") if p.strip()]


Id = Annotated[str, Field(min_length=1, max_length=300, examples=["gallium-nitride-wurtzite"])]
Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=300)]],
    Field(max_length=64),
    BeforeValidator(_listed),
]
Filter = Annotated[
    str,
    Field(
        max_length=2000,
        examples=[
            'elements HAS ALL "Li","O" AND nelements<=3',
            'band_gap>=2 AND crystal_system="cubic" AND NOT elements HAS "Pb"',
        ],
    ),
]
K = Annotated[int, Field(ge=1, le=100)]


class Asked(BaseModel):
    """Arguments of a tool; those that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        """Leave out what is null: assistants write it for what they do not want to say."""
        return (
            {k: v for k, v in given.items() if v is not None} if isinstance(given, dict) else given
        )


class Told(BaseModel):
    """A result of a tool."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Search(Asked):
    """Find crystals by a description in plain English; returns ids for `fetch`.

    Use it first for any question about which material, crystal or mineral has some composition,
    structure, property or use. Elements, formulas, symmetry, structure types, coordination, numbers
    with units, "stable" and "lead-free" in the query are understood as conditions; the rest is
    compared by meaning. Examples: "wide band gap nitride with the wurtzite structure", "lead-free
    cubic oxide with a gap between 2 and 4 eV", "LiCoO2", "battery cathode". Returns at most ten
    results, the best first, each with id, title (formula, structure type, space group) and url.
    Use `search_crystals` for filters, more results, or the property values of all hits at once.
    """

    query: Annotated[str, Field(min_length=1, max_length=2000)]
    """what is looked for, in plain English"""


class Fetch(Asked):
    """Read all that is known of one crystal, by an id that `search` returned.

    The text tells names, formula, space group, structure type, cell (Angstrom, degrees), density
    (g/cm3), coordination, uses, and the known property values with their units, each with the note
    whether it is a textbook (measured) or a computed value. For a value that is not known there,
    ask `predict_property`; for atoms and positions `get_structure`.
    """

    id: Id
    """as `search` returned it"""


class SearchCrystals(Asked):
    r"""Find crystals by words, an exact filter, likeness to known crystals, or all of these.

    Use it where `search` is not enough: to narrow by numbers, to get property values of all hits,
    to see what was understood. Give at least one of text, filter and like. Examples:
    {"text": "battery cathode", "filter": "elements HAS ALL \"Li\",\"O\" AND nelements<=3"},
    {"text": "without lead", "like": ["barium-titanate-perovskite"], "k": 5}. Returns hits, the best
    first, with formula, space group, structure type, known property values (unit, and whether
    measured or computed), a score (higher is better; it ranks, and is no probability) and the
    conditions that each meets; beside them what was understood of the text, and how many crystals
    pass the filter. A crystal of which a wanted property is not known stands last, or is left out
    by a filter, and is counted.
    """

    text: Annotated[str, Field(max_length=2000)] = ""
    """what is looked for, in plain English; conditions in it are read and used"""
    filter: Filter = ""
    """in the OPTIMADE filter language: comparisons joined by AND, OR, NOT; words in double quotes;
    HAS, HAS ALL, HAS ANY for lists (elements, classes, uses). Columns: elements, nelements,
    chemical_formula_reduced (elements by alphabet, "CoLiO2"), formula, space_group ("Fm-3m"),
    space_group_number, crystal_system, prototype_name ("wurtzite"), n_atoms, density (g/cm3),
    dimensionality ("2D"), centrosymmetric (TRUE), band_gap (eV) and what else `collection_info`
    lists"""
    like: Names = []
    """ids of crystals that hits are like"""
    unlike: Names = []
    """ids of crystals that hits are not like"""
    k: K = 10
    """how many hits"""
    offset: Annotated[int, Field(ge=0, le=9900)] = 0
    """hits that are left out, the best first: for the next page"""
    soft: bool = False
    """conditions of the text raise the hits that meet them, and leave none out"""
    unique: bool = False
    """of entries with one formula, space group and structure type only the best"""

    @model_validator(mode="after")
    def _asks(self) -> SearchCrystals:
        if not (self.text.strip() or self.filter.strip() or self.like):
            raise ValueError("give a text, a filter, ids that hits are like, or several of these")
        return self


class OneCrystal(Asked):
    """One crystal: of the collection, by its id, or the text of a file."""

    id: Annotated[str, Field(max_length=300, examples=["gallium-nitride-wurtzite"])] = ""
    """of a crystal of the collection, as `search` returned it; give this or cif"""
    cif: Annotated[str, Field(examples=[CIF])] = ""
    """text of a CIF (POSCAR, extended XYZ and pymatgen JSON are read too) with one ordered
    structure, 500 atoms and 2 MB at most; give this or id"""

    @model_validator(mode="after")
    def _one(self) -> OneCrystal:
        if bool(self.id.strip()) == bool(self.cif.strip()):
            raise ValueError("give either id or cif")
        return self


class SimilarCrystals(OneCrystal):
    """Find the crystals whose structure and chemistry are nearest to a given one.

    Use it for "what is like this material", polymorphs, substitutes, or to recognise the structure
    in a CIF. Give an id of the collection (which is left out of the hits) or the text of a CIF.
    Returns hits like `search_crystals`; here the score is the cosine of two vectors of a neural
    network, 1 for the same crystal: it ranks, and is no share of anything.
    """

    filter: Filter = ""
    """what hits must be, in the OPTIMADE filter language, as in `search_crystals`"""
    k: K = 10
    """how many hits"""


class DescribeCrystal(OneCrystal):
    """Put a crystal in words: facts found from its structure, and phrases that fit it.

    Use it to explain a CIF or an entry: the facts (formula, space group, structure type, cell,
    density, coordination, polyhedra) are computed from the atoms and certain; the phrases are
    ranked by a neural network and may be wrong: a low score is a weak claim.
    """

    k: K = 8
    """how many phrases"""


class ClassifyCrystal(OneCrystal):
    """Say which of several classes a crystal belongs to, with probabilities.

    Use it for classes that are not in the facts of `describe_crystal`. Give your own labels, as
    {"id": "gallium-nitride-wurtzite", "labels": ["perovskite", "spinel", "wurtzite"]}, or a known
    task. No class was trained for: a neural network compares the structure with the words, and the
    probabilities are over the given labels alone, so that one of them wins even where none is true.
    """

    labels: Names = []
    """two classes or more, in plain English; give these or a task"""
    task: Annotated[str, Field(json_schema_extra={"enum": ["", *TASKS]})] = ""
    """a known set of classes, instead of labels"""

    @model_validator(mode="after")
    def _chooses(self) -> ClassifyCrystal:
        if not self.labels and not self.task:
            raise ValueError(f"give labels, or one of the tasks {', '.join(TASKS)}")
        return self


class PredictProperty(OneCrystal):
    """Predict properties of a crystal, with an interval and the known crystals behind each.

    Use it where `fetch` knows no value. Gives band_gap (eV), formation_energy (eV/atom),
    bulk_modulus (GPa), shear_modulus (GPa), and what was learnt for your own collection; these four
    stand for values computed by density functional theory, not for measured ones (computed band
    gaps are smaller than measured ones), as `source` tells. The interval holds the true (computed)
    value in a share `coverage` (0.9: nine of ten) of crystals that were not learnt from. Tell the
    user the interval, and the warning where there is one. `known` is what the collection holds:
    prefer it.
    """

    properties: Names = []
    """names, as ["band_gap", "bulk_modulus"]; all that can be predicted where it is empty"""


class GetStructure(Asked):
    """Get the atoms of a crystal as CIF text, by its id.

    Use it for positions, distances or input files of other programs. The CIF lists every atom of
    the cell in space group P 1; lengths in Angstrom, angles in degrees, fractional coordinates.
    """

    id: Id
    """as `search` returned it"""


class CollectionInfo(Asked):
    """Tell what the collection holds: how many crystals, filter columns, predictable properties.

    Use it once before writing a filter of columns that `search_crystals` does not name.
    """


class Found(Told):
    """A result of a search."""

    id: str
    title: str
    """formula, structure type, space group"""
    url: str


class SearchResult(Told):
    """Results, the best first."""

    results: list[Found]


class Document(Told):
    """What is known of a crystal."""

    id: str
    title: str
    text: str
    """a fact or a few in each line"""
    url: str
    metadata: dict[str, Any]
    """formula, space_group, space_group_number, crystal_system, prototype, n_atoms, and values"""


class FoundCrystal(Found):
    """A crystal that answers a question."""

    rank: int
    """1 is the best"""
    formula: str
    space_group: str
    space_group_number: int
    prototype: str
    """common name of the structure type, else its AFLOW label"""
    values: list[KnownValue]
    score: float
    """higher is better; without meaning where only a filter was given"""
    why: list[str]
    """conditions of the question that it meets"""


class Hits(Told):
    """Hits, the best first, and how they were found."""

    hits: list[FoundCrystal]
    understood: list[Understood]
    """conditions read from the text, and the use of each"""
    filter: FilterReport | None
    """what all conditions together left of the collection"""
    notes: list[str]
    """what to tell the user about the hits, in words"""


class Description(Told):
    """A crystal in words."""

    title: str
    facts: str
    """found from the structure and from textbooks, a fact or a few in each line"""
    phrases: list[Match]
    """ranked by a neural network; captions are of the crystal with the id beside them"""


class Classes(Told):
    """Classes, the most probable first."""

    title: str
    labels: list[Label]


class Predictions(Told):
    """Predicted properties and known ones."""

    title: str
    predictions: list[Answer]
    known: list[KnownValue]
    """what the collection holds of it"""


class StructureText(Told):
    """A crystal as text of a CIF file."""

    id: str
    title: str
    url: str
    cif: str


class Collection(Told):
    """What there is."""

    crystals: int
    filter_columns: list[str]
    """what a filter may ask"""
    predicts: list[str]
    """properties"""
    tasks: list[str]
    """known sets of classes"""
    about: str
    """what the crystals are, and whether values are measured or computed"""
