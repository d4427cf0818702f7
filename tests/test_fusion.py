"""Nodes ask words: no property leaks into them, batching changes nothing, elements are learnt."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from doubles import rock_salt
from hypothesis import given, settings
from hypothesis import strategies as st

from clac.config import CrystalConfig, FusionConfig, TowerConfig
from clac.data.facts import Facts, collect_facts
from clac.data.graphs import build_graph
from clac.data.symmetry import analyze
from clac.errors import ConfigError, ModelError
from clac.fusion import Cast, fuse
from clac.fusion_text import describe
from clac.fusion_training import Described, finetune, named, predict, pretrain
from clac.head_files import load_fusion, read_heads, save_fusion
from clac.properties import PROPERTIES
from clac.types import Record

SMALL = FusionConfig(
    tower=TowerConfig(
        crystal=CrystalConfig(width=16, layers=1, radial=8, detectors=8, shapes=False, bonds=False,
                              descriptor_width=0),
        features=16, epochs=60, batch=5, learning_rate=5e-3, dropout=0.0, average=0.5,
    ),
    layers=2, heads=2, text_width=12,
)  # fmt: skip
PAIRS = [(c, a) for c in (3, 11, 12, 19, 20) for a in (8, 9, 17)]
values = st.floats(-1e3, 1e3, allow_nan=False)


def crystal(c: int, a: int) -> Record:
    return Record(f"{c}-{a}", rock_salt(c, a, 4 + (c + a) / 20))


@pytest.fixture(scope="module")
def facts() -> list[Facts]:
    records = [crystal(*pair) for pair in PAIRS]
    return [collect_facts(r, analyze(r.structure)) for r in records]


@pytest.fixture(scope="module")
def crystals() -> Described:
    """Rock salts whose words are the elements: what asks them can name what is withheld."""
    graphs = [build_graph(analyze(crystal(*pair).structure), SMALL.tower.graph) for pair in PAIRS]
    known = np.random.default_rng(0).normal(size=(119, 12)).astype(np.float16)
    return Described(
        graphs, [known[list(pair) + [pair[0]] * (i % 3)] for i, pair in enumerate(PAIRS)]
    )


@settings(max_examples=60, deadline=None)
@given(told=st.dictionaries(st.sampled_from(sorted(PROPERTIES)), values), row=st.integers(0, 14))
def test_no_property_changes_a_word_of_a_description(
    told: dict[str, float], row: int, facts: list[Facts]
) -> None:
    uses = {
        "uses": ("semiconductor",),
        "notable": ("superconductor",),
        "names": ("wide-gap oxide",),
    }
    knowing = dataclasses.replace(facts[row], properties=told, **uses)
    assert describe(knowing) == describe(facts[row])


def test_a_description_tells_composition_and_symmetry(facts: list[Facts]) -> None:
    texts = [describe(f) for f in facts]
    assert sum(f.formula in text for f, text in zip(facts, texts)) > 10
    assert sum("m-3m" in text or "225" in text for text in texts) > 10
    assert describe(facts[0]) == describe(facts[0])


@pytest.mark.parametrize("way", ["attention", "concatenation", "descriptor", "none"])
def test_batched_equals_one_by_one(way: str, crystals: Described) -> None:
    torch.manual_seed(1)
    cast = Cast(("a", "b"), dataclasses.replace(SMALL, way=way)).eval()
    alone = np.concatenate([predict(cast, crystals.take(np.array([i]))) for i in range(15)])
    assert np.abs(predict(cast, crystals) - alone).max() < 1e-4


def test_words_matter_only_where_they_are_asked(crystals: Described) -> None:
    other = Described(crystals.graphs, crystals.states[::-1])
    for way in ("attention", "concatenation", "descriptor", "none"):
        torch.manual_seed(1)
        cast = Cast(("a",), dataclasses.replace(SMALL, way=way)).eval()
        changed = np.abs(predict(cast, crystals) - predict(cast, other)).max() > 1e-4
        assert changed == (way in ("attention", "concatenation"))


def test_attention_is_shares_of_the_words_that_are_there(crystals: Described) -> None:
    cast = Cast(("a",), SMALL).eval()
    batch = fuse(crystals.graphs, crystals.states)
    with torch.inference_mode():
        nodes, looked = cast.nodes(batch, show=True)
        plain, _ = cast.nodes(batch)
    assert looked.shape == (2, len(batch.graphs.numbers), batch.states.shape[1])
    assert torch.allclose(looked.sum(dim=2), torch.ones(looked.shape[:2]), atol=1e-5)
    assert looked[:, batch.padding[batch.graphs.graph]].abs().max() == 0
    assert torch.allclose(nodes, plain, atol=1e-5)


def test_a_share_of_the_words_is_withheld_but_never_all(crystals: Described) -> None:
    batch = fuse(crystals.graphs, crystals.states)
    torch.manual_seed(0)
    some, all_ = batch.without_words(0.5), batch.without_words(1.0)
    assert (some.padding >= batch.padding).all() and some.padding.sum() > batch.padding.sum()
    assert (~all_.padding).sum(dim=1).tolist() == [1] * 15
    assert batch.without_words(0.0) is batch


def test_withheld_elements_are_named_from_words(crystals: Described, tmp_path: Path) -> None:
    asked = pretrain(crystals, SMALL, 80, tmp_path / "asked")
    deaf = dataclasses.replace(SMALL, way="none")
    alone = pretrain(crystals, deaf, 80, tmp_path / "alone")
    # Where both sites of a rock salt are withheld, nobody can tell which is which.
    assert named(asked, crystals, 0.5) > 0.65 > named(alone, crystals, 0.5) + 0.15


def test_a_fused_network_learns_and_starts_from_what_was_pretrained(
    crystals: Described, tmp_path: Path
) -> None:
    labels = np.array([[float(g.numbers.sum()), np.sin(g.numbers.sum())] for g in crystals.graphs])
    labels[::4, 1] = np.nan
    start = pretrain(crystals, SMALL, 4, tmp_path / "start")
    cast = finetune(crystals, labels, ("s", "h"), (True, False), SMALL, tmp_path / "fit", start)
    off = np.abs(predict(cast, crystals) - labels)
    assert off[:, 0].max() < 0.5 and np.nanmean(off[:, 1]) < 0.4
    begun = Cast(("s",), SMALL)
    begun.start_from(start)
    assert torch.equal(begun.layers[0].think[0].weight, start.layers[0].think[0].weight)


def test_a_resumed_training_has_the_same_words_and_the_same_beginning(
    crystals: Described, tmp_path: Path
) -> None:
    labels = np.array([[float(g.numbers.sum())] for g in crystals.graphs])
    start = pretrain(crystals, SMALL, 1, tmp_path / "start")
    fit = (labels, ("s",), (True,), SMALL, tmp_path / "fit", start)
    first, again = finetune(crystals, *fit), finetune(crystals, *fit)
    assert np.array_equal(predict(first, crystals), predict(again, crystals))
    others = Described(crystals.graphs, crystals.states[::-1])
    with pytest.raises(ConfigError, match="belongs to another training"):
        finetune(others, *fit)
    with pytest.raises(ConfigError, match="belongs to another training"):
        finetune(crystals, *fit[:-1], Cast(("s",), SMALL))
    with pytest.raises(ConfigError, match="belongs to another training"):
        pretrain(crystals, dataclasses.replace(SMALL, masked=0.1), 1, tmp_path / "start")


def test_a_stored_network_says_the_same(crystals: Described, tmp_path: Path) -> None:
    cast = Cast(("a", "b"), SMALL).eval()
    save_fusion(tmp_path, "m1", cast, SMALL)
    heads = read_heads(tmp_path, "m1")
    assert heads.fusion == SMALL
    assert np.abs(predict(load_fusion(heads), crystals) - predict(cast, crystals)).max() < 1e-6
    with pytest.raises(ModelError, match="no network is there whose attention"):
        load_fusion(read_heads(tmp_path / "empty", "m1"))


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ConfigError, match="way must be one of attention"):
        FusionConfig(way="magic")
