"""What each step shows: hard negatives, captions, and what is no negative."""

import dataclasses
import random

import numpy as np
import pytest
from known import known_facts, pairs_of

from clac.config import TrainConfig
from clac.data.captions import Caption
from clac.data.claims import Claim, FactTable
from clac.data.facts import Facts
from clac.data.sampling import Batch, Neighbours, Sampler, training_caption

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
            assert alike(own, facts[other]) or not has_any
            polymorphs += [own.formula == facts[other].formula] if has_any else []
    assert 0.3 < np.mean(polymorphs) < 0.95


def test_a_pair_is_never_its_own_false_negative(sampler) -> None:
    for step in range(6):
        batch = sampler.batch(step)
        same = batch.same()
        assert same.shape == (len(batch.crystals), len(batch.captions))
        assert not same.diagonal().any()


def test_what_a_caption_may_be_true_of_is_no_negative(facts) -> None:
    salt = dataclasses.replace(facts[1], elements=("Na", "Cl"), dimensionality="3D")
    other = dataclasses.replace(salt, elements=("K", "Cl"), dimensionality="2D")
    open_ = dataclasses.replace(other, dimensionality="")
    crystals = (salt, other, salt, open_)
    captions = [
        Caption("contains sodium", (Claim("element", "Na"),)),
        Caption("layered", (Claim("dimensionality", "2D"),)),
    ]
    same = Batch(pairs_of(crystals), captions, FactTable(crystals)).same()
    assert same.tolist() == [[False, False], [False, False], [True, False], [False, True]]


def test_a_training_caption_is_never_empty(facts) -> None:
    rng = random.Random(0)
    bare = dataclasses.replace(
        facts[0], names=(), minerals=(), uses=(), notable=(), coordination={}, polyhedra=None,
        linkages=(), properties={}, dimensionality="", prototype_names=(),
    )  # fmt: skip
    assert all(training_caption(bare, rng).text.strip() for _ in range(300))
