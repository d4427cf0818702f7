"""Property heads: what neighbours are worth, what is left out, and what survives the disk."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from clac import head_files
from clac.config import HeadConfig
from clac.errors import InputError, ModelError
from clac.head_files import HeadCard
from clac.head_training import learn_head
from clac.heads import Kriging, PropertyHead
from clac.labelled import Labelled, nearest

QUICK = HeadConfig(neighbours=16, members=2, steps=60, metric_steps=60, hidden=32, landmarks=8)


def some_rows(n: int = 300, dim: int = 12, classes: int = 1, seed: int = 0) -> Labelled:
    """Return rows whose labels are a wavy function of three entries of their vectors."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wave = np.sin(6 * vectors[:, 0]) + np.cos(5 * vectors[:, 1]) * vectors[:, 2]
    labels = wave[:, None].astype(np.float32)
    if classes > 1:
        labels = np.eye(classes, dtype=np.float32)[(wave > np.median(wave)).astype(int)]
    return Labelled(vectors, labels, np.arange(n) // 2)


def naive_kriging(
    kriging: Kriging, query: np.ndarray, near: np.ndarray, labels: np.ndarray
) -> tuple[float, float]:
    """Compute mean and share of variance left for one row with loops over its neighbours."""
    value = {name: p.detach().numpy() for name, p in kriging.named_parameters()}
    signal, noise = np.exp(value["log_signal"]), np.exp(value["log_noise"])

    def covariance(a: np.ndarray, b: np.ndarray) -> float:
        apart = np.linalg.norm((a - b) * np.exp(value["metric"]))
        steps = 3**0.5 * apart / np.exp(value["log_length"])
        return signal * (1 + steps) * np.exp(-steps)

    among = np.array([[covariance(a, b) for b in near] for a in near]) + noise * np.eye(len(near))
    towards = np.array([covariance(query, a) for a in near])
    weights = np.linalg.solve(among, towards)
    constant = value["constant"][0]
    left = 1 - weights @ towards / (signal + noise)
    return constant + weights @ (np.clip(labels, -5, 5) - constant), left


def test_kriging_is_what_its_naive_twin_is_and_skips_who_is_not_there() -> None:
    rng = np.random.default_rng(0)
    kriging = Kriging(6, 1, 5.0)
    with torch.no_grad():
        kriging.metric.copy_(torch.linspace(-0.5, 0.5, 6))
        kriging.constant.fill_(0.3)
    query, near = rng.normal(size=(2, 6)), rng.normal(size=(2, 5, 6))
    labels = rng.normal(size=(2, 5, 1)) * 4
    there = np.array([[True] * 5, [True, True, False, True, False]])
    tensors = (torch.tensor(a, dtype=torch.float32) for a in (query, near, labels))
    mean, left, weights = kriging(*tensors, torch.tensor(there))
    for row in (0, 1):
        kept = there[row]
        wanted = naive_kriging(kriging, query[row], near[row][kept], labels[row][kept, 0])
        found = (mean[row, 0].item(), left[row].item())
        assert found == pytest.approx(wanted, abs=1e-4)
        assert (weights[row][~torch.tensor(kept)] == 0).all()


def test_without_any_neighbour_a_prediction_is_the_crystals_own() -> None:
    head = PropertyHead(6, 1, QUICK).eval()
    vectors, own = torch.randn(3, 6), torch.randn(3, 1)
    near, labels = torch.randn(3, 4, 6), torch.randn(3, 4, 1)
    mean, _, shares = head(own, vectors, near, labels, torch.zeros(3, 4, dtype=torch.bool))
    assert torch.allclose(mean, own, atol=1e-6) and (shares == 0).all()


def test_neighbours_never_share_a_key() -> None:
    rows = some_rows(60)
    keys = np.arange(60) // 3
    places, cosines = nearest(rows.vectors, keys, np.arange(60), np.arange(60), 58)
    for row in range(60):
        there = places[row][places[row] >= 0]
        assert keys[row] not in keys[there] and len(there) == 57
        assert (np.diff(cosines[row]) <= 0).all()


def test_neighbours_help_and_intervals_hold_what_they_promise() -> None:
    everything = some_rows(1200)
    known = Labelled(*(getattr(everything, f.name)[:800] for f in dataclasses.fields(Labelled)))
    learnt = learn_head(known, QUICK)
    assert learnt.errors.mean() < 0.9 * learnt.errors_alone.mean()
    head, test = learnt.head, np.arange(800, 1200)
    places, _ = nearest(everything.vectors, everything.formulas, test, np.arange(800), 16)
    with torch.inference_mode():
        vectors = torch.from_numpy(everything.vectors)
        mean, spread, _ = head(
            head.own_part(vectors[test]), vectors[test], vectors[torch.from_numpy(places)],
            torch.from_numpy(everything.labels)[places], torch.ones(places.shape, dtype=torch.bool),
        )  # fmt: skip
    off = (mean - torch.from_numpy(everything.labels[test])).abs()[:, 0]
    assert 0.85 < (off <= learnt.spreads * spread).float().mean() < 0.96


def test_classes_are_told_with_probabilities() -> None:
    rows = some_rows(400, classes=2)
    learnt = learn_head(rows, QUICK)
    assert learnt.errors.mean() < 0.35
    said = learnt.head.own_part(torch.from_numpy(rows.vectors))
    assert torch.allclose(said.sum(dim=1), torch.ones(400), atol=1e-5)


def test_the_same_labels_give_the_same_head() -> None:
    one, two = (learn_head(some_rows(120), QUICK) for _ in range(2))
    states = (one.head.state_dict(), two.head.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(*(s.values() for s in states), strict=True))


def card(**more: object) -> HeadCard:
    values = dict(
        property="band_gap", unit="eV", log_scale=False, classes=(), dim=6, column="band_gap",
        source="a test", count=99, centre=1.0, scale=2.0, elements=(11, 17),
        own_error=0.4, near=0.6, far=0.5, spreads=2.0, spreads_alone=2.5, spreads_lonely=3.0,
        coverage=0.9,        tower=False, measured={},
    )  # fmt: skip
    return HeadCard(**{**values, **more})  # type: ignore[arg-type]


def test_heads_survive_the_disk(tmp_path: Path) -> None:
    head = PropertyHead(6, 1, QUICK)
    head_files.save_head(tmp_path, "m1", "band_gap", head, card(), QUICK)
    head_files.save_head(tmp_path, "m1", "a/b c", PropertyHead(6, 1, QUICK), card(), QUICK)
    head_files.save_head(tmp_path, "m1", "band_gap", head, card(count=100), QUICK)
    heads = head_files.read_heads(tmp_path, "m1")
    assert heads.cards["band_gap"] == card(count=100) and "a/b c" in heads.cards
    assert len(list(tmp_path.glob("*.safetensors"))) == 2
    again = head_files.load_head(heads, "band_gap")
    vectors = torch.randn(4, 6)
    assert torch.equal(again.own_part(vectors), head.eval().own_part(vectors))


def test_heads_of_another_model_or_damaged_ones_are_refused(tmp_path: Path) -> None:
    head_files.save_head(tmp_path, "m1", "gap", PropertyHead(6, 1, QUICK), card(), QUICK)
    with pytest.raises(
        ModelError, match="heads of model m1, this model is m2; remove them, or learn"
    ):
        head_files.read_heads(tmp_path, "m2")
    (file,) = tmp_path.glob("*.safetensors")
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match="missing or damaged"):
        head_files.read_heads(tmp_path, "m1")
    file.write_bytes(content)
    values = json.loads((tmp_path / "heads.json").read_text())
    (tmp_path / "heads.json").write_text(json.dumps({**values, "format_version": 99}))
    with pytest.raises(ModelError, match="format 99"):
        head_files.read_heads(tmp_path, "m1")
    (tmp_path / "heads.json").write_text(json.dumps({**values, "files": {}}))
    with pytest.raises(ModelError, match="file of gap: missing or damaged; remove them, or learn"):
        head_files.read_heads(tmp_path, "m1")
    (tmp_path / "heads.json").write_text("[]")
    with pytest.raises(ModelError, match=r"not a list of heads .*; remove them, or learn"):
        head_files.read_heads(tmp_path, "m1")


def test_new_heads_take_the_place_of_those_that_cannot_be_used(tmp_path: Path) -> None:
    head_files.save_head(tmp_path, "m1", "gap", PropertyHead(6, 1, QUICK), card(), QUICK)
    head_files.save_head(tmp_path, "m2", "hue", PropertyHead(6, 1, QUICK), card(), QUICK)
    assert list(head_files.read_heads(tmp_path, "m2").cards) == ["hue"]


def test_a_damaged_head_takes_no_other_with_it(tmp_path: Path) -> None:
    for name in ("hue", "gap", "gap"):
        for file in tmp_path.glob("gap*"):
            file.write_bytes(b"damaged")
        head_files.save_head(tmp_path, "m1", name, PropertyHead(6, 1, QUICK), card(), QUICK)
    assert sorted(head_files.read_heads(tmp_path, "m1").cards) == ["gap", "hue"]


def test_each_head_keeps_the_sizes_that_it_was_learnt_with(tmp_path: Path) -> None:
    other = dataclasses.replace(QUICK, hidden=16, members=3)
    head_files.save_head(tmp_path, "m1", "gap", PropertyHead(6, 1, QUICK), card(), QUICK)
    head_files.save_head(tmp_path, "m1", "hue", PropertyHead(6, 1, other), card(), other)
    heads = head_files.read_heads(tmp_path, "m1")
    assert head_files.load_head(heads, "gap") and head_files.load_head(heads, "hue")


def test_few_new_crystals_are_told_to_be_out_of_range() -> None:
    everything = some_rows(300)
    known = Labelled(*(getattr(everything, f.name)[:100] for f in dataclasses.fields(Labelled)))
    learnt = learn_head(known, QUICK)
    close = (everything.vectors[100:] @ learnt.head.landmarks.numpy().T).max(axis=1)
    assert (close < learnt.far).mean() < 0.1


def test_an_unknown_property_lists_the_known_ones(tmp_path: Path) -> None:
    head_files.save_head(tmp_path, "m1", "gap", PropertyHead(6, 1, QUICK), card(), QUICK)
    with pytest.raises(InputError, match="no head predicts 'colour'; known: gap; learn one"):
        head_files.check_known(["gap", "colour"], head_files.read_heads(tmp_path, "m1"))
