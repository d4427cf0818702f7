"""What requests of the service hold."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from index.service.settings import MAX_BATCH, MAX_K, MAX_LETTERS, MAX_OFFSET

SALT = "sodium-chloride-rock-salt"
"""id of examples"""
Id = Annotated[str, Field(min_length=1, max_length=300, examples=[SALT])]
Place = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_LETTERS)]
BRANCHES = ("id of a crystal", "structure of a file")
"""what an example may be; no names of fields, so that no problem names them"""

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


def _branch(given: Any) -> str | None:
    """Tell what an example is meant to be, so that only the faults of that are told."""
    if isinstance(given, str):
        return BRANCHES[0]
    return BRANCHES[1] if isinstance(given, (dict, Upload)) else None


Example = Annotated[
    Annotated[Id, Tag(BRANCHES[0])] | Annotated[Upload, Tag(BRANCHES[1])],
    Discriminator(
        _branch,
        custom_error_type="example",
        custom_error_message="give an id, or a structure as {content, name}",
    ),
]


class Target(Body):
    """One crystal: of an index, or uploaded."""

    id: Id | None = None
    """of a crystal of the index"""
    structure: Upload | None = None
    """in its place: one that is no crystal of the index"""
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
    k: int = Field(10, ge=1, le=MAX_K)
    """hits that are wanted"""
    offset: int = Field(0, ge=0, le=MAX_OFFSET)
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
    like: list[Example] = Field(default=[], max_length=8)
    """ids and structures that hits are like"""
    unlike: list[Example] = Field(default=[], max_length=8)
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
    """which index; the first where it is left out"""

    @model_validator(mode="after")
    def _asks(self) -> SearchRequest:
        if self.text is None and not self.like:
            raise ValueError("give a text, what hits are like, or both")
        return self


class SimilarRequest(Target, Narrowing):
    """Ask for the crystals nearest to one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": SALT, "k": 5}]})


class DescribeRequest(Target):
    """Ask for the words that fit a crystal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": SALT, "k": 5}]})

    k: int = Field(10, ge=1, le=100)
    """matches of each kind"""
    texts: list[Words] = Field([], max_length=MAX_BATCH)
    """rank these instead"""


class ClassifyRequest(Target):
    """Ask which class a crystal belongs to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [
            {"id": SALT, "labels": ["perovskite", "spinel", "rock salt"]},
            {"id": SALT, "task": "crystal_system"},
        ]}
    )  # fmt: skip

    labels: list[Words] = Field([], max_length=MAX_BATCH)
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

    texts: list[Words] = Field([], max_length=MAX_BATCH)
    """that get vectors"""
    structures: list[Upload] = Field([], max_length=MAX_BATCH)
    """likewise"""

    @model_validator(mode="after")
    def _some(self) -> EmbedRequest:
        if not self.texts and not self.structures:
            raise ValueError("give texts or structures")
        if len(self.texts) + len(self.structures) > MAX_BATCH:
            raise ValueError(f"texts and structures are {MAX_BATCH} together at most")
        return self


class ReadRequest(Body):
    """Ask what a file holds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"structure": {"content": CIF, "name": "halite.cif"}}]}
    )

    structure: Upload
    """with one crystal"""
    index: str = ""
    """whose model looks at it; the first where it is left out"""


class MapRequest(Body):
    """Ask where some crystals lie on the map."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [SALT]}]})

    ids: list[Id] = Field(min_length=1, max_length=MAX_K)
    """of crystals of the index"""
    index: str = ""
    """which index; the first where it is left out"""
