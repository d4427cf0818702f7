"""The commands that change an index: build --resume, add, delete, compact, info."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from crystals import ROCK_SALT_CIF
from doubles import HashEmbedder
from test_cli import Clac, clac, fails_with_one_line  # noqa: F401

from index import IndexWriter, inputs
from index import build as building


@pytest.fixture
def run(clac: Clac) -> Clac:  # noqa: F811
    """Run the command where an index of two crystals is."""
    assert clac("index", "build", "salt.cif", "mgo.cif", "--out", "i").code == 0
    return clac


def ids(run: Clac) -> list[str]:
    return sorted(hit["id"] for hit in run("search", "x", "--index", "i", "--json").objects)


def test_structures_are_added_replaced_deleted_and_compacted(run: Clac) -> None:
    Path("lif.cif").write_text(ROCK_SALT_CIF.format(name="lif", one="Li", two="F", a=4.03))
    (added,) = run("index", "add", "i", "lif.cif", "salt.cif", "broken.cif", "--json").objects
    assert (added["count"], added["n_replaced"], added["n_refused"]) == (2, 1, 1)
    assert "broken.cif" in Path(added["refusals"]).read_text()
    assert ids(run) == ["lif", "mgo", "salt"]
    again = run("index", "add", "i", "lif.cif")
    assert again.out.startswith("i: 1 structures of 1 read, 1 replaced, 0 refused\n")
    done = run("index", "delete", "i", "mgo", "salt")
    assert done.out == "i: deleted, 2 rows gone, 1 row left\n" and ids(run) == ["lif"]
    fails_with_one_line(run("index", "delete", "i", "lif", "mgo"), 1, "no such id", "'mgo'")
    (info,) = run("index", "info", "i", "--json").objects
    assert (info["count"], info["n_read"], info["n_refused"]) == (1, 6, 1)
    assert [segment["count"] for segment in info["segments"]] == [2, 2, 1] and info["deleted"]
    told = run("index", "info", "i").out
    assert "3, of 2, 2, 1 rows" in told and "4 of these rows" in told
    (done,) = run("index", "compact", "i", "--json").objects
    assert done == {"out": "i", "compacted": 4, "count": 1}
    (info,) = run("index", "info", "i", "--json").objects
    assert [segment["count"] for segment in info["segments"]] == [1] and not info["deleted"]
    assert ids(run) == ["lif"]
    assert sorted(path.name for path in Path().iterdir() if path.is_dir()) == ["i"]


def test_what_is_no_index_or_in_use_is_one_line(run: Clac) -> None:
    for arguments in (("add", "no", "salt.cif"), ("delete", "no", "x"), ("compact", "no")):
        fails_with_one_line(run("index", *arguments), 1, "no such index folder", "index build")
    with IndexWriter("i"):
        for arguments in (("add", "i", "salt.cif"), ("delete", "i", "mgo"), ("compact", "i")):
            fails_with_one_line(run("index", *arguments), 1, "is writing to it; try again")
        build = run("index", "build", "salt.cif", "--out", "i", "--force")
        fails_with_one_line(build, 1, "is writing to it; try again")
    fails_with_one_line(run("index", "add", "i", "broken.cif"), 1, "nothing to add", "broken.cif")
    fails_with_one_line(run("index", "add", "i", "absent.cif"), 1, "absent.cif")
    assert ids(run) == ["mgo", "salt"]


def test_a_build_that_was_interrupted_goes_on(run: Clac, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(HashEmbedder):
        def analyze(self, records: Any, *given: Any) -> Any:
            if records[0].id == "mgo":
                raise KeyboardInterrupt
            return super().analyze(records, *given)

    monkeypatch.setattr(building, "ROW_GROUP", 1)
    build = ("index", "build", "salt.cif", "mgo.cif", "--out", "new", "--workers", "1")
    with monkeypatch.context() as now:
        now.setattr(inputs, "embedder", lambda model: Interrupted())
        done = run(*build)
    assert done.code == 130 and "go on with the same and --resume" in done.err
    assert not Path("new").exists()
    fails_with_one_line(run(*build), 1, "broke off", "--resume", "--force")
    other = run("index", "build", "salt.cif", "--out", "new", "--resume", "--workers", "1")
    assert other.code == 1 and "sources ['salt.cif', 'mgo.cif'], now" in other.err
    (report,) = run(*build, "--resume", "--json").objects
    assert report["count"] == 2
    assert not [path for path in Path().iterdir() if path.name.startswith(".new")]


def test_a_build_says_how_fast_each_stage_was(run: Clac) -> None:
    told = run("index", "build", "salt.cif", "mgo.cif", "--out", "new").out.splitlines()[-1]
    for stage in ("reading", "symmetry and graphs", "encoding", "captions and catalog", "writing"):
        assert f"{stage} " in told
    (report,) = run("index", "add", "new", "salt.cif", "--workers", "1", "--json").objects
    assert report["seconds"] > 0 and report["stages"]["encoding"][1] == 1


def test_a_cluster_needs_an_extra_and_its_own_options(
    run: Clac, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "index.ray_runner", raising=False)
    build = ("index", "build", "salt.cif", "--out", "new")
    told = run(*build, "--engine", "ray", "--address", "auto")
    fails_with_one_line(told, 1, "ray is not installed", "pip install 'clac[ray]'")
    fails_with_one_line(run(*build, "--engine", "spark"), 1, "--engine is local or ray")
    fails_with_one_line(run(*build, "--address", "auto"), 1, "--address is for ray")
    told = run(*build, "--engine", "ray", "--workers", "2")
    fails_with_one_line(told, 1, "--workers is for --engine local")
