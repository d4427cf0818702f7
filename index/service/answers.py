"""What answers of the service hold, each with an example of the embedded collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict

from clac import __version__
from clac.types import PropertyValue
from index.optimade_filter import write_optimade
from index.service.bodies import SALT, Body
from index.types import Answer, Condition, Filtered, Hit, Label, Match

_NITRIDE = '_clac_classes HAS ALL "nitride"'
_ALN: Mapping[str, Any] = {
    "id": "aluminium-nitride-wurtzite", "formula": "AlN", "space_group": "P6_3mc",
}  # fmt: skip


def _example(**told: Any) -> ConfigDict:
    """Put an example into the schema of an answer."""
    return ConfigDict(json_schema_extra={"examples": [told]})


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

    @classmethod
    def of(cls, one: Condition) -> Understood:
        """Dress a condition."""
        return cls(text=one.text, says=one.says, filter=write_optimade(one.filter), use=one.use)


class FilterReport(Body):
    """What the filters left of an index."""

    text: str
    """all of them, in the OPTIMADE filter language"""
    passing: int
    """rows that meet them"""
    unknown: int
    """rows that may pass or not, since a property is missing; they are left out"""
    missing: dict[str, int]
    """column -> how many of the unknown rows lack it"""
    alone: dict[str, int]
    """condition -> rows that meet it alone; empty where any row passes"""

    @classmethod
    def of(cls, done: Filtered | None) -> FilterReport | None:
        """Dress what a filter left, where there was one."""
        return done and cls(
            text=done.text, passing=done.passing, unknown=done.unknown,
            missing=dict(done.missing), alone=dict(done.alone),
        )  # fmt: skip


class Count(Body):
    """A value that crystals have, and how many of them."""

    value: str
    """such as an element or a crystal system"""
    count: int
    """crystals that have it"""
    filter: str
    """in the OPTIMADE filter language"""


class SearchResponse(Body):
    """Hits, the best first, and how they were found."""

    model_config = _example(
        index="collection",
        hits=[{
            **_ALN, "rank": 1, "score": 0.428, "space_group_number": 186,
            "prototype": "AB_hP4_186_b_b", "prototype_name": "wurtzite",
            "properties": {"band_gap": 6.2}, "why": ["band gap at least 3 eV", "nitride"],
            "dense": 0.242, "lexical": 0.186,
        }],
        understood=[{
            "text": "wide band gap", "says": "band gap at least 3 eV",
            "filter": "_clac_band_gap>=3.0", "use": "filter",
        }],
        filter={
            "text": f"_clac_band_gap>=3.0 AND {_NITRIDE}", "passing": 9, "unknown": 28,
            "missing": {"band_gap": 28}, "alone": {},
        },
        relaxed=False,
        path="exact scan of 9 rows",
        facets={"classes": [{"value": "nitride", "count": 9, "filter": _NITRIDE}]},
        took_ms=12.5,
    )  # fmt: skip

    index: str
    """that was asked"""
    hits: list[Hit]
    """the best first"""
    understood: list[Understood]
    """what the text says for certain"""
    filter: FilterReport | None
    """what all filters left; null where there are none"""
    relaxed: bool
    """no crystal meets all of the text, so that it was taken softly"""
    path: str
    """how the vectors were searched"""
    facets: dict[str, list[Count]]
    """what is counted -> its values, the most frequent first"""
    took_ms: float
    """milliseconds, time in the queue included"""


class MatchResponse(Body):
    """Words that fit a crystal, the best of each kind first."""

    model_config = _example(
        matches=[{
            "kind": "descriptor", "text": "a three-dimensional framework", "score": 0.367, "id": "",
            "group": "network",
        }]
    )  # fmt: skip

    matches: list[Match]
    """texts, each with how well it fits"""


class LabelResponse(Body):
    """Classes, the most probable first."""

    model_config = _example(
        task="crystal_system", labels=[{"label": "cubic", "probability": 0.99, "score": 0.286}]
    )

    task: str
    """that was asked for; empty for labels of your own"""
    labels: list[Label]
    """classes; their probabilities make one together"""


class PredictResponse(Body):
    """A prediction for each property."""

    model_config = _example(
        answers=[{
            "id": "gallium-nitride-wurtzite", "formula": "GaN", "property": "band_gap",
            "value": 1.84, "unit": "eV", "interval": [0.69, 3.0], "coverage": 0.9,
            "evidence": [{**_ALN, "value": 6.2, "score": 0.851, "weight": 0.0}],
            "warning": "", "source": "density functional theory", "probabilities": {},
            "possible": [],
        }]
    )  # fmt: skip

    answers: list[Answer]
    """one for each property, in the order of the request"""


class EmbedResponse(Body):
    """Unit vectors, in the order of the request."""

    model_config = _example(
        model_id="0123456789abcdef", dim=2, texts=[[0.6, 0.8]], structures=[[0.8, -0.6]]
    )

    model_id: str
    """vectors of other models cannot be compared with these"""
    dim: int
    """numbers of a vector"""
    texts: list[list[float]]
    """a vector for each text"""
    structures: list[list[float]]
    """a vector for each structure"""


class Site(Body):
    """An atom of a cell."""

    element: str
    """its symbol"""
    frac: tuple[float, float, float]
    """place in shares of the lattice vectors"""


class StructureResponse(Body):
    """A crystal of an index, or one that was uploaded."""

    model_config = _example(
        id=SALT, index="collection", formula="NaCl", space_group="Fm-3m", space_group_number=225,
        prototype="AB_cF8_225_a_b", prototype_name="rock salt",
        caption="crystalline sodium chloride. table salt. space group Fm-3m (No. 225)",
        properties={"name": "sodium chloride (rock salt)", "band_gap": 8.5},
        cell=[[0.0, 2.82, 2.82], [2.82, 0.0, 2.82], [2.82, 2.82, 0.0]],
        sites=[{"element": "Na", "frac": [0, 0, 0]}, {"element": "Cl", "frac": [0.5, 0.5, 0.5]}],
    )  # fmt: skip

    id: str
    """empty for an upload, which has no caption either"""
    index: str
    """that it is of, or whose model looked at it"""
    formula: str
    """pymatgen's reduced formula"""
    space_group: str
    """short Hermann-Mauguin symbol, such as P6_3/mmc"""
    space_group_number: int
    """1 to 230"""
    prototype: str
    """AFLOW-style label, such as AB_cF8_225_a_b"""
    prototype_name: str
    """common name, such as rock salt; empty where there is none"""
    caption: str
    """what the package says of it in words"""
    properties: dict[str, PropertyValue]
    """what is known of it; energies in eV or eV/atom, moduli in GPa, lengths in Angstrom"""
    cell: list[list[float]]
    """(3, 3) lattice vectors in rows, Angstrom"""
    sites: list[Site]
    """all atoms of the cell"""


class IndexInfo(Body):
    """An index of the service."""

    name: str
    """by which `index` of a request chooses it"""
    crystals: int
    """that it holds"""
    model_id: str
    """of the model that made its vectors"""
    kind: str
    """of the vectors: exact, hnsw, ..."""
    columns: list[str]
    """what a filter may ask"""
    predicts: list[str]
    """properties"""


class Indexes(Body):
    """The indexes of the service; the first is asked where none is named."""

    model_config = _example(
        indexes=[{
            "name": "collection", "crystals": 1679, "model_id": "0123456789abcdef", "kind": "exact",
            "columns": ["elements", "nelements", "crystal_system", "band_gap"],
            "predicts": ["band_gap", "bulk_modulus"],
        }],
        tasks=["crystal_system", "space_group"],
        version=__version__,
    )  # fmt: skip

    indexes: list[IndexInfo]
    """the first is asked where none is named"""
    tasks: list[str]
    """known sets of classes"""
    version: str
    """of CLaC"""


class MapResponse(Body):
    """Where crystals lie on a plane: the two directions in which their vectors differ most."""

    model_config = _example(
        index="collection", crystals=1679, ids=[SALT], formulas=["NaCl"], groups=["halide"],
        x=[0.1234], y=[-0.0567],
    )  # fmt: skip

    index: str
    """that is laid out"""
    crystals: int
    """of the index; of a large one a sample is on the map"""
    ids: list[str]
    """of the crystals on the map; the other lists are in their order"""
    formulas: list[str]
    """reduced"""
    groups: list[str]
    """what colours a crystal: its class"""
    x: list[float]
    """places along the first direction"""
    y: list[float]
    """places along the second"""


class Health(Body):
    """Whether the service can answer."""

    model_config = _example(status="ok")

    status: Literal["ok"]
    """anything else is a problem"""
