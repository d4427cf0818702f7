"""The property tower learns, resumes where it stopped, and adds up elements."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from doubles import rock_salt

from clac.config import CrystalConfig, TowerConfig
from clac.data.graphs import build_graph, collate
from clac.data.symmetry import analyze
from clac.errors import ConfigError
from clac.fitting import Fit
from clac.head_files import load_tower, read_heads, save_tower
from clac.tower import PropertyTower, predict
from clac.tower_training import shaken, train_tower
from clac.types import Graph

SMALL = TowerConfig(
    crystal=CrystalConfig(width=8, layers=1, radial=8, detectors=8, shapes=False,
                          angles=4, descriptor_width=16),
    features=16, epochs=40, batch=4, learning_rate=5e-3, dropout=0.0, average=0.5,
)  # fmt: skip


@pytest.fixture(scope="module")
def graphs() -> list[Graph]:
    pairs = [(c, a) for c in (3, 11, 12, 19, 20) for a in (8, 9, 17)]
    return [build_graph(analyze(rock_salt(c, a, 4 + (c + a) / 20)), SMALL.graph) for c, a in pairs]


def labels_of(graphs: list[Graph]) -> np.ndarray:
    """Return sums of atomic numbers, and numbers that only half of the graphs have."""
    sums = np.array([graph.numbers.sum() / 10 for graph in graphs])
    halves = np.where(np.arange(len(graphs)) % 2, np.nan, np.sin(sums))
    return np.stack([sums, halves], axis=1)


def test_a_tower_learns_labels_of_which_some_are_missing(
    graphs: list[Graph], tmp_path: Path
) -> None:
    labels = labels_of(graphs)
    tower = train_tower(graphs, labels, ("sum", "half"), (True, False), SMALL, tmp_path)
    off = np.abs(predict(tower, graphs) - labels)
    assert off[:, 0].max() < 0.2 and np.nanmean(off[:, 1]) < 0.4
    save_tower(tmp_path / "heads", "m1", tower, SMALL)
    again = load_tower(read_heads(tmp_path / "heads", "m1"))
    assert np.abs(predict(again, graphs) - predict(tower, graphs)).max() < 1e-6


def test_an_interrupted_training_ends_as_one_at_a_stretch(
    graphs: list[Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = dataclasses.replace(SMALL, epochs=6, dropout=0.2)
    given = (graphs, labels_of(graphs), ("sum", "half"), (True, False), config)
    whole = train_tower(*given, tmp_path / "whole")
    learn = Fit._learn

    def interrupted(run: Fit, rows: np.ndarray) -> float:
        if run.step == 9:
            raise KeyboardInterrupt
        return learn(run, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Fit, "_learn", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train_tower(*given, tmp_path / "parts")
    parts = train_tower(*given, tmp_path / "parts")
    assert np.abs(predict(whole, graphs) - predict(parts, graphs)).max() < 1e-5
    with pytest.raises(ConfigError, match="belongs to another training"):
        other = dataclasses.replace(config, batch=5)
        train_tower(*given[:4], other, tmp_path / "parts")


def test_an_additive_label_is_known_from_the_elements(graphs: list[Graph]) -> None:
    tower = PropertyTower(("sum",), SMALL)
    tower.elements[:, 0] = torch.arange(1, 119) / 10
    batch = collate(graphs)
    wanted = [graph.numbers.mean() / 10 for graph in graphs]
    assert tower.of_elements(batch)[:, 0].tolist() == pytest.approx(wanted, abs=1e-5)


def test_edges_are_shaken_by_as_much_as_is_asked(graphs: list[Graph]) -> None:
    torch.manual_seed(0)
    batch = collate(graphs)
    assert shaken(batch, 0.0) is batch
    moved = shaken(batch, 0.02).edge_vector - batch.edge_vector
    assert float(moved.std()) == pytest.approx(0.02, rel=0.1)
