"""What atoms look at: shares of real words, effects of withholding words, a picture, errors."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from crystals import ROCK_SALT_CIF
from doubles import rock_salt

from clac import checkpoint, embed
from clac.config import CrystalConfig, FusionConfig, TowerConfig
from clac.embed import Embedder, load_model
from clac.errors import ModelError
from clac.fusion import Cast
from clac.head_files import LIST, SHIPPED, save_fusion
from clac.types import Record
from index import cli
from index.explain import Explainer, joined

SMALL = FusionConfig(
    tower=TowerConfig(
        crystal=CrystalConfig(width=16, layers=1, radial=8, detectors=8, shapes=False, bonds=False,
                              descriptor_width=0),
        features=16,
    ),
    layers=2, heads=2,
)  # fmt: skip
CIF = ROCK_SALT_CIF.format(name="salt", one="Na", two="Cl", a=5.64)
COLUMNS = ("band_gap_megnet_2018", "bulk_modulus_vrh")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped model, beside its heads a small network that was never trained."""
    folder = tmp_path_factory.mktemp("model")
    for part in (*checkpoint.PARTS, "meta.json"):
        (folder / part).symlink_to(checkpoint.DEFAULT_FOLDER / part)
    heads = folder / "heads"
    heads.mkdir()
    for part in SHIPPED.iterdir():
        target = heads / part.name
        target.write_bytes(part.read_bytes()) if part.name == LIST else target.symlink_to(part)
    torch.manual_seed(0)
    model_id = json.loads((folder / "meta.json").read_text())["model_id"]
    save_fusion(heads, model_id, Cast(COLUMNS, SMALL), SMALL)
    return folder


@pytest.fixture(scope="module")
def explainer(model: Path) -> Explainer:
    return Explainer(Embedder.load(model))


def test_attention_and_effects_belong_to_the_words_of_the_description(
    explainer: Explainer,
) -> None:
    found = explainer.explain(Record("salt", rock_salt(11, 17, 5.64)), "band_gap")
    assert "NaCl" in found.description and "sodium" in " ".join(found.words)
    assert found.words[0] == "(start)" and found.words[-1] == "(end)"
    looked = np.array(found.attention)
    assert looked.shape == (2, len(found.words)) and len(found.effects) == len(found.words)
    assert looked.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert np.abs(found.effects).max() > 0
    assert [atom.split(",")[0] for atom in found.atoms] == ["Na", "Cl"]


def test_what_is_known_of_a_crystal_changes_nothing(explainer: Explainer) -> None:
    plain = Record("salt", rock_salt(11, 17, 5.64))
    knowing = dataclasses.replace(plain, properties={"band_gap": 5.0, "uses": "seasoning"})
    assert explainer.explain(plain, "band_gap") == explainer.explain(knowing, "band_gap")


def test_the_shipped_network_knows_its_elements_and_hears_words() -> None:
    found = Explainer(load_model()).explain(Record("salt", rock_salt(11, 17, 5.64)), "band_gap")
    assert not found.warning and 2 < found.value < 8
    assert np.abs(found.effects).sum() > 0.01


def test_pieces_are_joined_into_words() -> None:
    words, of_word = joined(["[CLS]", "iron 2", "per", "##ov", "##skite", "[SEP]"])
    assert words == ("(start)", "iron 2", "perovskite", "(end)")
    assert of_word.tolist() == [0, 1, 2, 2, 2, 3]


def test_an_unknown_property_lists_the_known_ones(explainer: Explainer) -> None:
    with pytest.raises(ModelError, match=r"'colour'; known: band_gap, bulk_modulus$"):
        explainer.explain(Record("salt", rock_salt(11, 17, 5.64)), "colour")


@pytest.mark.parametrize("target", ["salt.cif", "gallium-nitride-wurtzite"])
def test_the_command_prints_numbers_and_writes_a_picture(
    target: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("salt.cif").write_text(CIF)
    asked = ["explain", target, "--property", "bulk_modulus", "--model", str(model), "--json"]
    assert cli.run(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["value"] > 0 and told["log_scale"] and told["unit"] == "GPa"
    assert told["picture"] is None and not list(tmp_path.glob("*.png"))
    assert cli.run([*asked[:-1]]) == 0
    name = f"{Path(target).stem}-bulk_modulus.png"
    assert f"picture: {name}" in capsys.readouterr().out
    assert Path(name).read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_the_numbers_can_be_had(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (tmp_path / "salt.cif").write_text(CIF)
    asked = ["explain", str(tmp_path / "salt.cif"), "--property", "band_gap", "--model", str(model)]
    assert cli.run(asked) == 1
    assert "pip install 'clac[explain]'" in capsys.readouterr().err
    assert cli.run([*asked, "--json"]) == 0


def test_many_words_of_a_large_cell_go_in_parts(
    explainer: Explainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record("salt", rock_salt(11, 17, 5.64))
    whole = explainer.explain(record, "band_gap")
    monkeypatch.setattr(embed, "MAX_EDGES", 100)
    parts = explainer.explain(record, "band_gap")
    assert parts.effects == pytest.approx(whole.effects, abs=1e-5)


def test_elements_that_were_never_met_are_told(explainer: Explainer) -> None:
    found = explainer.explain(Record("salt", rock_salt(11, 17, 5.64)), "band_gap")
    assert found.warning.endswith("learnt no crystal with Na, Cl")
    explainer.cast.met[[11, 17]] = True
    assert not explainer.explain(Record("salt", rock_salt(11, 17, 5.64)), "band_gap").warning


def test_a_picture_that_cannot_be_written_is_told(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "salt.cif").write_text(CIF)
    out = tmp_path / "nowhere" / "x.png"
    asked = ["explain", str(tmp_path / "salt.cif"), "--property", "band_gap", "--model", str(model)]
    assert cli.run([*asked, "--out", str(out)]) != 0
    told = capsys.readouterr()
    assert "nowhere" in told.err and "the picture cannot be written" in told.err
    assert "picture:" not in told.out
