"""What captions claim is true of their crystal, and a table of facts says for which others."""

import dataclasses
import math
import random

import numpy as np
import pytest
from known import PROPERTIES as MADE_UP
from known import known_facts

from clac.data.captions import MASKS, STYLES, captioned
from clac.data.claims import WORDS, Claim, FactTable
from clac.data.facts import Facts
from clac.errors import ConfigError

HIDES = (frozenset(), *(frozenset({mask}) for mask in sorted(MASKS)),
         frozenset({"elements", "numbers"}), MASKS)  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_a_caption_claims_what_is_true_of_its_crystal(style: str) -> None:
    rng, table = random.Random(5), FactTable(known_facts())
    for row, facts in enumerate(known_facts()):
        for hide in HIDES:
            said = captioned(facts, rng, style, hide)
            assert bool(said.text) == bool(said.claims), said
            for claim in said.claims:
                assert table.holds(claim)[row], f"{facts.formula}: {claim} of {said.text!r}"
            assert table.may_hold(said.claims)[row] and table.all_hold(said.claims)[row]


def test_a_gap_too_small_to_count_is_below_no_bound() -> None:
    rng = random.Random(5)
    facts = dataclasses.replace(known_facts()[0], properties={"band_gap": 0.002})
    for _ in range(200):
        said = captioned(facts, rng, "band_gap")
        assert FactTable([facts]).all_hold(said.claims)[0], said


def claims_of_many() -> list[Claim]:
    """Draw claims of all kinds, as they are and negated."""
    rng = random.Random(8)
    found = dict.fromkeys([Claim("polar", "polar"), Claim("element", "no element")])
    for facts in known_facts():
        for style in STYLES:
            found |= dict.fromkeys(captioned(facts, rng, style).claims)
    return [c for claim in found for c in (claim, dataclasses.replace(claim, negated=True))]


def naive(claim: Claim, facts: Facts, within: float) -> tuple[bool, bool]:
    """Tell whether a claim is surely true of one crystal, and whether that is unknown."""
    if claim.kind in WORDS:
        bonded = claim.kind.endswith("site") or claim.kind == "coordination"
        shaped = claim.kind.endswith("polyhedron") or claim.kind == "linkage"
        unknown = (
            (bonded and not facts.coordination)
            or (shaped and facts.polyhedra is None)
            or (claim.kind == "dimensionality" and not facts.dimensionality)
        )
        found = claim.word in list(WORDS[claim.kind](facts))
        return (found != claim.negated) and not unknown, unknown
    sizes = {
        "density": facts.density_g_cm3, "n_atoms": facts.n_atoms, "arity": len(facts.elements),
        "volume_per_atom": facts.volume_per_atom_ang3, "space_group": facts.space_group,
    }  # fmt: skip
    value = {**facts.properties, **sizes}.get(claim.kind)
    if value is None:
        return False, True
    margin = 0.0 if math.isnan(claim.stated) else abs(claim.stated) * within
    return (claim.low - margin <= value <= claim.high + margin) != claim.negated, False


@pytest.mark.parametrize("within", [0.0, 0.1])
def test_the_table_equals_a_loop_over_the_facts(within: float) -> None:
    facts, claims = known_facts(), claims_of_many()
    table = FactTable(facts)
    kinds = {claim.kind for claim in claims}
    assert len(table) == len(facts) and len(claims) > 500
    assert kinds >= {*WORDS, *MADE_UP, "density", "n_atoms", "arity", "space_group"}
    for claim in claims:
        expected = np.array([naive(claim, f, within) for f in facts])
        assert np.array_equal(table.holds(claim, within), expected[:, 0]), claim
        assert np.array_equal(table.unknown(claim), expected[:, 1]), claim


@pytest.fixture
def table() -> FactTable:
    """Three crystals: layered, a framework, and one of which little is known."""
    first = next(f for f in known_facts() if f.polyhedra and f.dimensionality and f.coordination)
    rich = dataclasses.replace(
        first, elements=("Li", "O"), dimensionality="2D", properties={"band_gap": 2.0},
        polyhedra=(("Li", "octahedron"),), coordination={"Li": (6,), "O": (3,)}, anion="O",
    )  # fmt: skip
    other = dataclasses.replace(
        rich, elements=("Li", "S"), dimensionality="3D", properties={"band_gap": 2.1}, anion="S",
        polyhedra=(), coordination={"Li": (4,), "S": (4,)},
    )  # fmt: skip
    poor = dataclasses.replace(
        rich, dimensionality="", properties={}, polyhedra=None, coordination={}
    )
    return FactTable([rich, other, poor])


@pytest.mark.parametrize(
    ("claim", "holds", "unknown"),
    [
        (Claim("element", "O"), [1, 0, 1], [0, 0, 0]),
        (Claim("element", "O", negated=True), [0, 1, 0], [0, 0, 0]),
        (Claim("element", "Xe"), [0, 0, 0], [0, 0, 0]),
        (Claim("family", "metal"), [1, 1, 1], [0, 0, 0]),
        (Claim("family", "metal", negated=True), [0, 0, 0], [0, 0, 0]),
        (Claim("dimensionality", "2D"), [1, 0, 0], [0, 0, 1]),
        (Claim("dimensionality", "2D", negated=True), [0, 1, 0], [0, 0, 1]),
        (Claim("coordination", "Li:6"), [1, 0, 0], [0, 0, 1]),
        (Claim("cation_site", "4"), [0, 1, 0], [0, 0, 1]),
        (Claim("anion_site", "3"), [1, 0, 0], [0, 0, 1]),
        (Claim("polyhedron", "Li octahedron"), [1, 0, 0], [0, 0, 1]),
        (Claim("cation_polyhedron", "octahedron", negated=True), [0, 1, 0], [0, 0, 1]),
        (Claim("band_gap", low=1.95, high=2.05), [1, 0, 0], [0, 0, 1]),
        (Claim("band_gap", low=1.95, high=2.05, negated=True), [0, 1, 0], [0, 0, 1]),
        (Claim("band_gap", low=2.1), [0, 1, 0], [0, 0, 1]),
        (Claim("arity", low=2, high=2), [1, 1, 1], [0, 0, 0]),
    ],
    ids=lambda x: f"{x.kind} {x.word}{' not' * x.negated}" if isinstance(x, Claim) else "",
)
def test_claims_hold_fail_or_stay_open(table, claim, holds, unknown) -> None:
    assert table.holds(claim).tolist() == [bool(x) for x in holds]
    assert table.unknown(claim).tolist() == [bool(x) for x in unknown]
    assert table.may_hold([claim]).tolist() == [bool(h or u) for h, u in zip(holds, unknown)]


def test_only_a_stated_number_may_be_a_little_off(table) -> None:
    stated = Claim("band_gap", low=1.995, high=2.005, stated=2.0)
    bound = Claim("band_gap", high=2.0)
    assert table.holds(stated).tolist() == [True, False, False]
    assert table.holds(stated, within=0.05).tolist() == [True, True, False]
    assert table.holds(bound, within=0.05).tolist() == [True, False, False]


def test_several_claims_must_all_hold(table) -> None:
    both = [Claim("element", "Li"), Claim("dimensionality", "2D")]
    assert table.all_hold(both).tolist() == [True, False, False]
    assert table.may_hold(both).tolist() == [True, False, True]
    assert table.all_hold([]).all() and table.may_hold([]).all()


def test_equal_claims_are_one() -> None:
    assert Claim("element", "O") == Claim("element", "O", stated=math.nan)
    assert len({Claim("arity", low=2.0), Claim("arity", low=2.0)}) == 1


def test_an_unknown_kind_is_named(table) -> None:
    with pytest.raises(ConfigError, match="'colour'; known: formula"):
        table.holds(Claim("colour", "blue"))
