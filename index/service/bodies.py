"""What requests and answers of the service hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clac.types import PropertyValue
from index.types import Answer, Hit, Label, Match

Id = Annotated[str, Field(min_length=1, max_length=300)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Place = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]

CIF = """data_NaCl
_cell_length_a 5.64
_cell_length_b 5.64
_cell_length_c 5.64
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'F m -3 m'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Na 0 0 0
Cl 0.5 0.5 0.5
"""


class Body(BaseModel):
    """An object of the service; members that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Upload(Body):
    """A structure as the text of a file."""

    content: Annotated[str, Field(min_length=1, examples=[CIF])]
    """a CIF, POSCAR, extended XYZ or JSON of pymatgen or JARVIS, with one structure"""
    name: Annotated[str, Field(max_length=200, examples=["halite.cif"])] = "upload"
    """stands for the file in messages"""


class Target(Body):
    """One crystal: of an index, or uploaded."""

    id: Id | None = None
    """of a crystal of the index"""
    structure: Upload | None = None
    index: str = ""
    """which index; the first where it is left out"""

    @model_validator(mode="after")
    def _one(self) -> Target:
        if (self.id is None) == (self.structure is None):
            raise ValueError("give either an id or a structure")
        return self


class Narrowing(Body):
    """What hits must be, and which of them are wanted."""

    filter: Words | None = Field(None, examples=['elements HAS ALL "Li","O" AND nelements<=3'])
    """in the OPTIMADE filter language"""
    among: list[Id] = Field([], max_length=1000)
    """ids of which hits are some; all where it is left out"""
    inside: list[tuple[Place, Place]] | None = Field(None, min_length=3, max_length=64)
    """corners [x, y] of a part of the map, in their order: hits lie in it"""
    k: int = Field(10, ge=1)
    offset: int = Field(0, ge=0)
    """hits that are left out, the best first"""
    radius: float | None = Field(None, ge=-1, le=1)
    """least cosine of a hit"""
    unique: bool = False
    """of entries with one formula, space group and prototype only the best"""


class SearchRequest(Narrowing):
    """Ask in words, with crystals, or with both."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [
            {"text": "layered lithium cobalt oxide, stable, gap below 2 eV", "k": 5},
            {"text": "without lead", "like": ["calcium-titanate-orthorhombic-perovskite"], "k": 5},
        ]}
    )  # fmt: skip

    text: Words | None = None
    """what is looked for, in plain English"""
    like: list[Id | Upload] = Field(default=[], max_length=8)
    """ids and structures that hits are like"""
    unlike: list[Id | Upload] = Field(default=[], max_length=8)
    """and those that they are not like"""
    parse: bool = True
    """filter by what the text says for certain"""
    soft: bool = False
    """what it says raises the hits that meet it, and leaves none out"""
    diversity: float = Field(0, ge=0, lt=1)
    """what likeness to better hits costs"""
    facets: bool = False
    """count what the crystals are that pass the filters"""
    index: str = ""

    @model_validator(mode="after")
    def _asks(self) -> SearchRequest:
        if self.text is None and not self.like:
            raise ValueError("give a text, what hits are like, or both")
        return self


class SimilarRequest(Target, Narrowing):
    """Ask for the crystals nearest to one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "sodium-chloride-rock-salt", "k": 5}]}
    )


class DescribeRequest(Target):
    """Ask for the words that fit a crystal."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "sodium-chloride-rock-salt", "k": 5}]}
    )

    k: int = Field(10, ge=1, le=100)
    texts: list[Words] = []
    """rank these instead"""


class ClassifyRequest(Target):
    """Ask which class a crystal belongs to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [
            {"id": "sodium-chloride-rock-salt", "labels": ["perovskite", "spinel", "rock salt"]},
            {"id": "sodium-chloride-rock-salt", "task": "crystal_system"},
        ]}
    )  # fmt: skip

    labels: list[Words] = []
    """classes to choose from"""
    task: str = ""
    """a known set of classes, such as crystal_system, space_group, metal_or_insulator"""

    @model_validator(mode="after")
    def _chooses(self) -> ClassifyRequest:
        if not self.labels and not self.task:
            raise ValueError("give labels or a task")
        return self


class PredictRequest(Target):
    """Ask for properties of a crystal."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [
            {"id": "gallium-nitride-wurtzite", "properties": ["band_gap", "bulk_modulus"]}
        ]}
    )  # fmt: skip

    properties: list[str] = Field(default=[], max_length=32)
    """names; all that can be predicted where it is left out"""


class EmbedRequest(Body):
    """Ask for the vectors of texts and structures."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"texts": ["a cubic perovskite with lead"]}]}
    )

    texts: list[Words] = []
    structures: list[Upload] = []

    @model_validator(mode="after")
    def _some(self) -> EmbedRequest:
        if not self.texts and not self.structures:
            raise ValueError("give texts or structures")
        return self


class ReadRequest(Body):
    """Ask what a file holds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"structure": {"content": CIF, "name": "halite.cif"}}]}
    )

    structure: Upload
    index: str = ""


class MapRequest(Body):
    """Ask where some crystals lie on the map."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ids": ["sodium-chloride-rock-salt"]}]}
    )

    ids: list[Id] = Field(min_length=1, max_length=1000)
    index: str = ""


class Understood(Body):
    """One thing that a text says for certain."""

    text: str
    """the words that said it"""
    says: str
    """in canonical English"""
    filter: str
    """in the OPTIMADE filter language"""
    use: Literal["filter", "boost", "unknown"]
    """'unknown': the index knows it of no crystal, so that it was not used"""


class FilterReport(Body):
    """What the filters left of an index."""

    text: str
    passing: int
    unknown: int
    """rows that may pass or not, since a property is missing; they are left out"""
    missing: dict[str, int]
    """column -> how many of the unknown rows lack it"""
    alone: dict[str, int]
    """condition -> rows that meet it alone; empty where any row passes"""


class Count(Body):
    """A value that crystals have, and how many of them."""

    value: str
    count: int
    filter: str
    """in the OPTIMADE filter language"""


class SearchResponse(Body):
    """Hits, the best first, and how they were found."""

    index: str
    hits: list[Hit]
    understood: list[Understood] = []
    filter: FilterReport | None = None
    relaxed: bool = False
    """no crystal meets all of the text, so that it was taken softly"""
    path: str = ""
    """how the vectors were searched"""
    facets: dict[str, list[Count]] = {}
    """what is counted -> its values, the most frequent first"""
    took_ms: float


class MatchResponse(Body):
    """Words that fit a crystal, the best of each kind first."""

    matches: list[Match]


class LabelResponse(Body):
    """Classes, the most probable first."""

    task: str
    labels: list[Label]


class PredictResponse(Body):
    """A prediction for each property."""

    answers: list[Answer]


class EmbedResponse(Body):
    """Unit vectors, in the order of the request."""

    model_id: str
    dim: int
    texts: list[list[float]]
    structures: list[list[float]]


class Site(Body):
    """An atom of a cell."""

    element: str
    frac: tuple[float, float, float]


class StructureResponse(Body):
    """A crystal of an index, or one that was uploaded."""

    id: str
    """empty for an upload, which has no caption either"""
    index: str
    formula: str
    space_group: str
    space_group_number: int
    prototype: str
    prototype_name: str
    caption: str
    """what the package says of it in words"""
    properties: dict[str, PropertyValue]
    cell: list[list[float]]
    """(3, 3) lattice vectors in rows, Angstrom"""
    sites: list[Site]


class IndexInfo(Body):
    """An index of the service."""

    name: str
    crystals: int
    model_id: str
    kind: str
    """of the vectors: exact, hnsw, ..."""
    columns: list[str]
    """what a filter may ask"""
    predicts: list[str]
    """properties"""


class Indexes(Body):
    """The indexes of the service; the first is asked where none is named."""

    indexes: list[IndexInfo]
    tasks: list[str]
    """known sets of classes"""
    version: str


class MapResponse(Body):
    """Where crystals lie on a plane: the two directions in which their vectors differ most."""

    index: str
    crystals: int
    """of the index; of a large one a sample is on the map"""
    ids: list[str]
    formulas: list[str]
    groups: list[str]
    """what colours a crystal: its class"""
    x: list[float]
    y: list[float]


class Health(Body):
    """Whether the service can answer."""

    status: Literal["ok"]


Problems: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {"schema": {
        "type": "object", "required": ["title", "status", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"}, "advice": {"type": "string"},
            "field": {"type": "string"}, "line": {"type": "integer"},
            "errors": {"type": "array", "items": {"type": "object"}},
        }}}}}
    for status, text in (
        (400, "the body cannot be read"), (401, "a key is needed"), (404, "no such thing"),
        (408, "the body comes too slowly"), (413, "too large"),
        (422, "it cannot be used: the field, the line and what to do"), (429, "too many requests"),
        (503, "busy: ask again after Retry-After"),
    )
}  # fmt: skip
"""responses that any path may give, for the OpenAPI document"""
