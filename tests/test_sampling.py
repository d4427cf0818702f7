"""What each step shows: hard negatives, captions, and what is no negative."""

import dataclasses
import random

import numpy as np
import pytest
from known import known_facts, pairs_of

from clac.config import TrainConfig
from clac.data.captions import Caption, captioned
from clac.data.claims import Claim, FactTable
from clac.data.facts import Facts
from clac.data.sampling import (
    LABELS,
    Batch,
    NearMisses,
    Neighbours,
    Rare,
    Sampler,
    draw_labels,
    training_caption,
)

CONFIG = TrainConfig(samples=96, batch=24, early_batch=12, early_share=0.5, uncaptioned=7)


@pytest.fixture(scope="module")
def facts() -> tuple[Facts, ...]:
    """Known crystals, with polymorphs of some of them."""
    some = known_facts()
    polymorphs = [dataclasses.replace(f, space_group=1, prototype=f"{i}") for i, f in
                  enumerate(some[:20])]  # fmt: skip
    return (*some, *polymorphs)


@pytest.fixture
def sampler(facts) -> Sampler:
    return Sampler(pairs_of(facts), pairs_of(facts[:9]), CONFIG)


def test_a_batch_is_a_function_of_seed_and_step(facts, sampler) -> None:
    other = Sampler(pairs_of(facts), pairs_of(facts[:9]), CONFIG)
    for step in (3, 0, 5):
        one, two = sampler.batch(step), other.batch(step)
        assert one.crystals.ids == two.crystals.ids and one.captions == two.captions
    seeded = Sampler(pairs_of(facts), pairs_of(facts[:9]), dataclasses.replace(CONFIG, seed=1))
    assert seeded.batch(3).captions != one.captions
    assert sampler.batch(1).crystals.ids != sampler.batch(2).crystals.ids


def test_a_batch_has_captions_for_its_first_crystals(sampler) -> None:
    for step, size in ((0, 12), (4, 24)):
        batch = sampler.batch(step)
        assert len(batch.captions) == size
        assert len(batch.crystals) == len(batch.table) == size + CONFIG.uncaptioned
        for row, caption in enumerate(batch.captions):
            assert caption.text and batch.table.may_hold(caption.claims)[row]
    assert sampler.batch(6) is None


def test_no_named_crystals_is_no_error(facts) -> None:
    plain = tuple(dataclasses.replace(f, names=(), minerals=()) for f in facts)
    sampler = Sampler(pairs_of(plain), pairs_of(()), CONFIG)
    assert len(sampler.batch(0).captions) == 12


def alike(a: Facts, b: Facts) -> bool:
    swapped = a.prototype == b.prototype and len(set(a.elements) ^ set(b.elements)) == 2
    return a.formula == b.formula or set(a.elements) == set(b.elements) or swapped


def test_neighbours_share_formula_elements_or_all_elements_but_one(facts) -> None:
    neighbours, dice, polymorphs = Neighbours(pairs_of(facts)), np.random.default_rng(0), []
    for row, own in enumerate(facts):
        has_any = any(alike(own, other) for i, other in enumerate(facts) if i != row)
        for _ in range(10):
            other = neighbours.draw(row, dice)
            assert (alike(own, facts[other]) and other != row) or not has_any
            polymorphs += [own.formula == facts[other].formula] if has_any else []
    assert 0.3 < np.mean(polymorphs) < 0.95


def test_mates_are_other_rows_of_the_formula_or_else_of_the_elements(facts) -> None:
    neighbours, rng, found = Neighbours(pairs_of(facts)), np.random.default_rng(0), 0
    for row, own in enumerate(facts):
        drawn = neighbours.mates(row, 2, rng)
        others = [f for i, f in enumerate(facts) if i != row]
        same = [f for f in others if f.formula == own.formula] or [
            f for f in others if f.elements == own.elements
        ]
        assert len(set(drawn)) == len(drawn) == min(2, len(same)) and row not in drawn
        assert all(facts[i].elements == own.elements for i in drawn)
        found += len(drawn)
    assert found > 20


def test_a_pair_is_never_its_own_false_negative(sampler) -> None:
    for step in range(6):
        batch = sampler.batch(step)
        fits, unclear = batch.judged()
        assert fits.shape == unclear.shape == (len(batch.crystals), len(batch.captions))
        assert fits.diagonal().all() and not (fits & unclear).any()


def test_a_caption_fits_what_it_is_true_of_and_may_fit_what_is_unknown(facts) -> None:
    salt = dataclasses.replace(facts[1], elements=("Na", "Cl"), dimensionality="3D")
    other = dataclasses.replace(salt, elements=("K", "Cl"), dimensionality="2D")
    open_ = dataclasses.replace(other, dimensionality="")
    crystals = (salt, other, salt, open_)
    captions = [
        Caption("contains sodium", (Claim("element", "Na"),)),
        Caption("layered", (Claim("dimensionality", "2D"),)),
    ]
    fits, unclear = Batch(pairs_of(crystals), captions, FactTable(crystals)).judged()
    assert fits.tolist() == [[True, False], [False, True], [True, False], [False, False]]
    assert unclear.tolist() == [[False, False], [False, False], [False, False], [False, True]]


def test_a_near_miss_makes_all_claims_but_one_true(facts) -> None:
    table, rng, found = FactTable(facts), np.random.default_rng(0), 0
    misses = NearMisses(facts, parts=1)
    for own in facts[:40]:
        claims = (Claim("crystal_system", own.crystal_system), Claim("element", own.elements[0]),
                  Claim("dimensionality", own.dimensionality))  # fmt: skip
        true = sum(table.holds(claim).astype(int) for claim in claims)
        drawn = misses.draw(claims, rng)
        assert set(true[drawn]) <= {2, 3} and 3 in true[drawn]
        found += 2 in true[drawn]
    assert found > 20
    own = facts[7]
    drawn = [
        NearMisses(facts, parts=3).draw((Claim("formula", own.formula),), rng) for _ in range(9)
    ]
    assert {facts[i].formula == own.formula for some in drawn for i in some} == {True, False}
    assert misses.draw((), rng) == []


def test_rare_things_are_drawn_as_often_as_frequent_ones(facts) -> None:
    rare, rng = Rare(facts), np.random.default_rng(0)
    drawn = [rare.draw(rng) for _ in range(4000)]
    groups = [facts[row].space_group for row, style in drawn if style == "space_group"]
    n_groups = len({f.space_group for f in facts})
    counts = np.unique(groups, return_counts=True)[1]
    assert len(counts) == n_groups and counts.max() < 3 * len(groups) / n_groups
    said = {"structure_type": "prototype"}
    for row, style in drawn[:400]:
        kinds = {c.kind for c in captioned(facts[row], random.Random(row), style).claims}
        assert said.get(style, style) in kinds


def test_labels_say_one_thing_that_some_crystal_is(facts) -> None:
    table = FactTable(facts)
    for seed in range(9):
        kinds = draw_labels(facts, random.Random(seed))
        assert len(kinds) == 3
        for labels in kinds:
            assert all(label.text and table.all_hold(label.claims).any() for label in labels)
        groups = {label.claims[0].low for label in kinds[0]}
        assert len(groups) == min(LABELS["space_group"][0], len({f.space_group for f in facts}))
        assert all("space_group" in {c.kind for c in label.claims} for label in kinds[0])
    said = {
        c.word for seed in range(30) for kind in draw_labels(facts, random.Random(seed))
        for label in kind for c in label.claims if c.kind == "class"
    }  # fmt: skip
    assert said == {word for f in facts for word in f.classes}


def test_full_only_means_what_it_says(facts) -> None:
    config = dataclasses.replace(CONFIG, full_only=True, masking=False, named_share=0.0)
    batch = Sampler(pairs_of(facts), pairs_of(()), config).batch(0)
    assert all(any(c.kind == "density" for c in caption.claims) for caption in batch.captions)


def test_a_training_caption_is_never_empty(facts) -> None:
    rng = random.Random(0)
    bare = dataclasses.replace(
        facts[0], names=(), minerals=(), uses=(), notable=(), coordination={}, polyhedra=None,
        linkages=(), properties={}, dimensionality="", prototype_names=(),
    )  # fmt: skip
    assert all(training_caption(bare, rng).text.strip() for _ in range(300))
