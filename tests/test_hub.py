"""A model goes to the Hugging Face Hub and comes back, or one line says why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hub_server import HubServer

import clac
from clac import checkpoint, hub
from clac.embed import Embedder
from clac.errors import FetchError, ModelError
from index import cli


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a checkpoint whose large parts are a few letters."""
    folder = tmp_path / "trained"
    (folder / "heads").mkdir(parents=True)
    config = (checkpoint.DEFAULT_FOLDER / "config.json").read_bytes()
    for name in checkpoint.PARTS:
        (folder / name).write_bytes(config if name == "config.json" else name.encode())
    (folder / "heads" / "heads.json").write_text("{}")
    (folder / "train.toml").write_text("not for others")
    (folder / "meta.json").write_text(json.dumps({"model_id": checkpoint.model_id(folder)}))
    return folder


def run(code: str, server: HubServer, cache: Path) -> str:
    """Run Python in a process for which the Hub is the server; return its output."""
    environment = {
        **os.environ, "HF_ENDPOINT": server.address, "HF_HUB_OFFLINE": "0", "HF_HOME": str(cache),
        "HF_TOKEN": "hf_test", "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    asked = [sys.executable, "-c", code]
    done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_copy_of_the_shipped_model_answers_like_it(tmp_path: Path) -> None:
    shipped = clac.load_model()
    shipped.save_pretrained(tmp_path / "copy")
    twin = Embedder.from_pretrained(tmp_path / "copy")
    assert twin.model_id == shipped.model_id
    assert np.array_equal(twin.encode_texts(["salt"]), shipped.encode_texts(["salt"]))
    assert (tmp_path / "copy" / "heads" / "heads.json").is_file()
    assert not list((tmp_path / "copy").glob("*.toml"))
    twin.save_pretrained(tmp_path / "copy")  # onto itself
    assert Embedder.load(tmp_path / "copy").model_id == shipped.model_id


def test_a_model_goes_to_the_hub_and_comes_back(model: Path, tmp_path: Path) -> None:
    with HubServer() as server:
        pushed = f"import clac; print(clac.load_model({str(model)!r}).push_to_hub('me/model'))"
        address = run(pushed, server, tmp_path / "cache")
        assert address == f"{server.address}/me/model/commit/{'c' * 40}"
        assert set(server.files) >= {*checkpoint.PARTS, "meta.json", "README.md"}
        assert "heads/heads.json" in server.files and "train.toml" not in server.files
        assert b'load_model("me/model")' in server.files["README.md"]
        fetched = "import clac; m = clac.load_model('me/model'); print(m.model_id, m.folder)"
        model_id, folder = run(fetched, server, tmp_path / "cache").split(" ", 1)
        assert model_id == checkpoint.model_id(model)
        assert (Path(folder) / "heads" / "heads.json").is_file()


def test_a_hub_model_that_is_not_what_it_claims_is_refused(model: Path, tmp_path: Path) -> None:
    code = (
        "import clac\n"
        "try: clac.load_model('me/model')\n"
        "except clac.ClacError as error: print(type(error).__name__, error)"
    )
    with HubServer() as server:
        assert run(code, server, tmp_path / "cache").startswith("FetchError me/model: the Hugging")
        names = (*checkpoint.PARTS, "meta.json")
        server.files |= {name: (model / name).read_bytes() for name in names}
        server.files["weights.safetensors"] += b"!"
        said = run(code, server, tmp_path / "cache")
    assert said.startswith("ModelError") and "damaged, its parts hash to" in said


def test_a_damaged_folder_is_refused(model: Path) -> None:
    (model / "text.onnx").write_bytes(b"other")
    with pytest.raises(ModelError, match="damaged, its parts hash to"):
        Embedder.from_pretrained(model)


def test_offline_one_line_says_so(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offline = "^me/model: the Hugging Face Hub: .*HF_HUB_OFFLINE"
    with pytest.raises(FetchError, match=offline) as found:
        clac.load_model("me/model")
    assert "\n" not in str(found.value)
    with pytest.raises(FetchError, match=offline):
        Embedder.load(model).push_to_hub("me/model")
    with pytest.raises(FetchError, match=r"^not a name: the Hugging Face Hub: "):
        Embedder.from_pretrained("not a name")
    assert cli.run(["search", "salt", "--model", "me/model"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_what_cannot_be_written_is_told(model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        Embedder.load(model).save_pretrained(tmp_path / "file")


def test_a_folder_comes_before_a_name(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent.parent)
    assert clac.load_model(f"{model.parent.name}/{model.name}").folder.name == model.name
    assert not hub.is_name(model) and not hub.is_name("./model/x") and not hub.is_name(None)


def test_a_command_takes_a_name_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(name: str, **where: object) -> Path:
        asked.append(name)
        return checkpoint.DEFAULT_FOLDER

    monkeypatch.setattr(hub, "fetch", fetch)
    for given in ("owner/name", Path("owner/name")):  # a command makes a Path of it
        assert clac.load_model(given).folder == checkpoint.DEFAULT_FOLDER
    assert asked == ["owner/name"] * 2
    with pytest.raises(ModelError):
        clac.load_model(Path("/no/such/folder"))
