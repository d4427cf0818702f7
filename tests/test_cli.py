"""The command: one object per line with --json, one line per error, honest exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from crystals import ROCK_SALT_CIF
from doubles import HashEmbedder, some_records

from clac.data import starter
from index import cli, inputs, manifest, terminal

HIT_KEYS = {
    "query", "query_id", "rank", "id", "score", "formula", "space_group", "prototype",
    "properties",
}  # fmt: skip


class Outcome:
    """What one run of the command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Parse stdout, every line of which must be one object."""
        return [json.loads(line) for line in self.out.splitlines()]


Clac = Callable[..., Outcome]


@pytest.fixture
def clac(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Clac:
    """Run the command in a folder of its own, with the double for a model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLAC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(starter, "starter_records", some_records)
    monkeypatch.setattr(inputs, "embedder", lambda model: HashEmbedder())
    for name, one, two, a in (("salt", "Na", "Cl", 5.64), ("mgo", "Mg", "O", 4.21)):
        (tmp_path / f"{name}.cif").write_text(
            ROCK_SALT_CIF.format(name=name, one=one, two=two, a=a)
        )
    (tmp_path / "broken.cif").write_text(
        ROCK_SALT_CIF.format(name="x", one="Na", two="Cl", a="nan")
    )

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        return Outcome(code, *capsys.readouterr())

    return run


def fails_with_one_line(outcome: Outcome, code: int, *parts: str) -> None:
    """Check that a run failed as a user should see it."""
    assert outcome.code == code, outcome.err
    assert len(outcome.err.splitlines()) == 1, outcome.err
    assert outcome.err.startswith("clac: ")
    for part in parts:
        assert part in outcome.err


def test_search_prints_hits_as_json_or_as_a_table(clac: Clac) -> None:
    done = clac("search", "salt, halite", "-k", 2, "--json")
    assert done.code == 0 and done.err == ""
    assert [hit["rank"] for hit in done.objects] == [1, 2]
    first = done.objects[0]
    assert set(first) >= HIT_KEYS
    assert (first["id"], first["formula"], first["space_group"]) == ("salt", "NaCl", "Fm-3m")
    assert (first["query"], first["query_id"]) == ("salt, halite", None)
    assert first["properties"] == {"band_gap": 8.5}
    table = clac("search", "salt, halite [bold]")
    assert table.code == 0 and "NaCl" in table.out and "[bold]" in table.out


def test_a_batch_answers_every_good_line_and_names_the_bad_ones(clac: Clac) -> None:
    Path("q.jsonl").write_bytes(
        b'\xef\xbb\xbf{"id": "a", "text": "salt"}\n\n{"id": 7, "text": "Mg\\u00d6"}\n'
        b'{"text": ""}\nnot json\n["list"]\n{"id": [1], "text": "x"}\n{"text": 5}\n\xff\n'
        b'{"text": "last"}'
    )
    done = clac("search", "--queries", "q.jsonl", "--json", "-k", 1)
    assert [(hit["query_id"], hit["query"]) for hit in done.objects] == [
        ("a", "salt"), (7, "MgÖ"), (None, "last"),
    ]  # fmt: skip
    assert done.code == 1
    for number in (4, 5, 6, 7, 8, 9):
        assert f"q.jsonl:{number}: " in done.err
    assert "6 lines refused" in done.err
    Path("good.jsonl").write_text('{"id": "a", "text": "salt"}\n')
    assert clac("search", "--queries", "good.jsonl", "--json").code == 0
    assert clac("search", "--queries", "good.jsonl").code == 0
    Path("none.jsonl").write_text("\n")
    fails_with_one_line(clac("search", "--queries", "none.jsonl"), 1, "holds no query")
    fails_with_one_line(clac("search", "--queries", "no.jsonl"), 1, "no.jsonl: cannot be read")


def test_an_index_is_built_inspected_and_searched(clac: Clac) -> None:
    done = clac("index", "build", "salt.cif", "mgo.cif", "broken.cif", "--out", "my index")
    assert done.code == 0, done.err
    assert "2 structures of 3 read, 1 refused" in done.out
    assert "refusals.jsonl" in done.out
    (line,) = next(Path("my index").rglob("refusals.jsonl")).read_text().splitlines()
    assert "broken.cif" in json.loads(line)["origin"]
    (info,) = clac("index", "info", "my index", "--json").objects
    assert (info["count"], info["n_read"], info["n_refused"]) == (2, 3, 1)
    assert (info["model_id"], info["format_version"]) == ("double", 4)
    assert clac("index", "info", "my index").code == 0
    (hit,) = clac("search", "MgO", "--index", "my index", "-k", 1, "--json").objects
    assert hit["formula"] == "MgO"
    again = clac("index", "build", "salt.cif", "--out", "my index")
    fails_with_one_line(again, 1, "--force")
    (report,) = clac("index", "build", "salt.cif", "--out", "my index", "--force", "--json").objects
    assert (report["count"], report["n_read"], report["n_refused"]) == (1, 1, 0)
    assert report["out"] == "my index"


def test_strict_and_empty_builds_leave_nothing(clac: Clac) -> None:
    strict = clac("index", "build", "salt.cif", "broken.cif", "--strict", "--out", "i")
    fails_with_one_line(strict, 1, "broken.cif")
    fails_with_one_line(clac("index", "build", "broken.cif", "--out", "i"), 1, "nothing to index")
    fails_with_one_line(clac("index", "build", "absent.cif", "--out", "i"), 1, "absent.cif")
    assert sorted(path.name for path in Path().iterdir()) == ["broken.cif", "mgo.cif", "salt.cif"]


def test_the_embedded_collection_needs_no_index(clac: Clac) -> None:
    (info,) = clac("index", "info", "--json").objects
    assert info["count"] == 5 and "cache" in info["folder"]
    assert clac("similar", "salt", "--json", "-k", 9).code == 0
    assert len(clac("similar", "salt", "--json", "-k", 9).objects) == 4


def test_similar_takes_a_file_or_an_id(clac: Clac) -> None:
    done = clac("similar", "mgo.cif", "-k", 1, "--json")
    assert done.objects[0]["id"] == "periclase" and done.objects[0]["query"] == "mgo.cif"
    assert clac("similar", "lif", "-k", 1).code == 0
    fails_with_one_line(clac("similar", "sal"), 1, "no such file", "no such id", "salt")
    fails_with_one_line(clac("similar", "broken.cif"), 1, "broken.cif")
    Path("two.cif").write_text(Path("salt.cif").read_text() + Path("mgo.cif").read_text())
    fails_with_one_line(clac("similar", "two.cif"), 1, "two.cif", "more than one")


def test_describe_ranks_descriptors_captions_or_own_texts(clac: Clac) -> None:
    done = clac("describe", "salt.cif", "-k", 3, "--json")
    assert done.code == 0, done.err
    assert [line["kind"] for line in done.objects] == ["descriptor"] * 3 + ["caption"] * 3
    assert [line["rank"] for line in done.objects] == [1, 2, 3, 1, 2, 3]
    assert all(line["text"] and isinstance(line["score"], float) for line in done.objects)
    Path("own.txt").write_text("KBr\n\nNaCl\nMgO\n")
    own = clac("describe", "salt", "--texts", "own.txt", "--json")
    assert own.objects[0]["text"] == "NaCl" and len(own.objects) == 3
    assert clac("describe", "salt").code == 0
    fails_with_one_line(clac("describe", "salt", "--texts", "no.txt"), 1, "no.txt")


def test_classify_gives_probabilities(clac: Clac) -> None:
    done = clac("classify", "salt.cif", "--labels", "NaCl, MgO,spinel", "--json")
    assert done.code == 0, done.err
    assert sorted(line["label"] for line in done.objects) == ["MgO", "NaCl", "spinel"]
    assert sum(line["probability"] for line in done.objects) == pytest.approx(1.0)
    systems = clac("classify", "salt", "--task", "crystal_system", "--json")
    assert len(systems.objects) == 7 and systems.objects[0]["task"] == "crystal_system"
    assert len(clac("classify", "salt", "--task", "space_group", "-k", 4, "--json").objects) == 4
    assert clac("classify", "salt", "--task", "crystal_system").code == 0
    fails_with_one_line(clac("classify", "salt", "--task", "colour"), 1, "colour")
    fails_with_one_line(clac("classify", "salt", "--labels", "one"), 1, "at least two")
    fails_with_one_line(clac("classify", "salt"), 2, "--labels")


def test_embed_writes_vectors(clac: Clac) -> None:
    done = clac("embed", "salt.cif", "mgo.cif", "broken.cif", "--out", "v.parquet", "--json")
    assert done.code == 0, done.err
    assert (done.objects[0]["count"], done.objects[0]["n_refused"]) == (2, 1)
    assert len(Path(done.objects[0]["refusals"]).read_text().splitlines()) == 1
    table = pq.read_table("v.parquet")
    assert table["id"].to_pylist() == ["salt", "mgo"]
    assert len(table["vector"][0]) == HashEmbedder().dim
    fails_with_one_line(clac("embed", "salt.cif", "--out", "v.parquet"), 1, "--force")
    clean = clac("embed", "salt.cif", "--out", "v.parquet", "--force", "--json")
    assert clean.code == 0 and clean.objects[0]["refusals"] is None
    fails_with_one_line(clac("embed", "broken.cif", "--out", "new/w.parquet"), 1, "broken.cif")
    assert [path.name for path in Path("new").iterdir()] == ["w.parquet.refusals.jsonl"]
    strict = clac("embed", "salt.cif", "broken.cif", "--out", "x.parquet", "--strict")
    fails_with_one_line(strict, 1, "broken.cif")
    fails_with_one_line(clac("embed", "salt.cif", "--out", "salt.cif/v"), 1, "salt.cif")
    assert not list(Path().glob("x.parquet*"))


def test_a_damaged_index_is_one_line_that_says_how_to_mend_it(clac: Clac) -> None:
    clac("index", "build", "salt.cif", "--out", "i")
    (path,) = Path("i").rglob(manifest.VECTORS)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    for command in (("search", "x", "--index", "i"), ("index", "info", "i")):
        fails_with_one_line(clac(*command), 1, manifest.VECTORS, "SHA-256", "clac index build")


@pytest.mark.parametrize(
    "arguments",
    [
        ("search",),
        ("search", "x", "--queries", "q.jsonl"),
        ("search", "x", "-k", "0"),
        ("search", "x", "-k", "many"),
        ("search", "x", "--colour"),
        ("find", "x"),
        ("index", "build", "salt.cif"),
        ("similar",),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(clac: Clac, arguments: tuple[str, ...]) -> None:
    fails_with_one_line(clac(*arguments), 2, "--help")


def test_help_succeeds(clac: Clac) -> None:
    for arguments in (("--help",), ("search", "-h"), ("index", "build", "--help")):
        done = clac(*arguments)
        assert done.code == 0 and "Usage" in done.out


def test_an_empty_query_and_a_missing_config_are_errors(clac: Clac) -> None:
    fails_with_one_line(clac("search", " "), 1, "the text is empty")
    fails_with_one_line(clac("train", "no.toml"), 1, "no.toml")


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt(), 130, ""),
        (RuntimeError("odd\nlines"), 1, "unexpected RuntimeError: odd lines"),
        (OSError(28, "No space left on device"), 1, "No space left"),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_nothing_ends_in_a_traceback(
    clac: Clac, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, message: str
) -> None:
    def fail(*_: Any) -> None:
        raise raised

    monkeypatch.setattr(inputs, "engine", fail)
    monkeypatch.setattr(cli.os, "dup2", lambda *_: None)
    done = clac("search", "x")
    assert done.code == code
    assert message in done.err and "Traceback" not in done.err


def test_a_cache_that_cannot_be_written_is_one_warning(clac: Clac, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    done = clac("search", "salt, halite", "-k", 1, "--json")
    assert done.code == 0 and done.objects[0]["id"] == "salt"
    assert done.err.startswith("clac: warning: ") and len(done.err.splitlines()) == 1


def test_a_closed_pipe_is_quiet() -> None:
    script = (
        "import sys; from index import cli, inputs, render\n"
        "inputs.engine = lambda *_: type('E', (), {'search_batch': lambda *a: [[]]})\n"
        "render.hits = lambda *_: print('line\\n' * 100_000)\n"
        "sys.argv = ['clac', 'search', 'x']; cli.main()"
    )
    root = Path(__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() != 0


def test_no_arguments_show_the_help_line_by_line(clac: Clac) -> None:
    outcome = clac()
    assert outcome.code == 2 and not outcome.out
    assert any(line.split()[:1] == ["search"] for line in outcome.err.splitlines())


def test_a_folder_is_not_called_a_missing_file(clac: Clac) -> None:
    fails_with_one_line(clac("similar", "."), 1, ".: a folder, not a file")


def test_escape_sequences_do_not_reach_the_terminal(clac: Clac) -> None:
    assert "\x1b" not in clac("search", "\x1b[31mred").out


def test_a_narrow_table_keeps_its_rows_short(clac: Clac, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "width", lambda: 50)
    lines = clac("search", "NaCl", "-k", "1").out.splitlines()
    assert max(map(len, lines)) <= 50 and len(lines) < 12
    assert "known" not in "".join(lines) and "formula" in "".join(lines)


def test_a_filter_is_told_with_the_hits(clac: Clac) -> None:
    found = clac("search", "salt", "--filter", 'elements HAS "Na" AND band_gap>1', "--json")
    (hit,) = found.objects
    assert hit["id"] == "salt" and hit["path"] == "exact scan of 1 row"
    assert hit["filter"] == {
        "text": 'elements HAS ALL "Na" AND _clac_band_gap>1', "passing": 1, "unknown": 0,
        "missing": {},
    }  # fmt: skip
    assert clac("search", "salt", "-k", 1, "--json").objects[0]["filter"] is None
    table = clac("search", "salt", "--where", "band_gap=1..9", "--elements", "Na,Cl")
    first, _, *rest = table.out.splitlines()
    text = 'elements HAS ALL "Na","Cl" AND (_clac_band_gap>=1 AND _clac_band_gap<=9)'
    assert first == f"filter: {text}: 1 row passes; exact scan of 1 row"
    assert any("NaCl" in line for line in rest)
    wide = clac("search", "salt", "--where", "band_gap>1")
    assert "band_gap is not known of 4 rows: left out" in wide.out


def test_similar_takes_filters_and_ids(clac: Clac) -> None:
    Path("ids.txt").write_text("lif\ncao\nkbr\n")
    found = clac("similar", "salt", "--ids", "ids.txt", "--without", "K", "--json")
    assert sorted(hit["id"] for hit in found.objects) == ["cao", "lif"]
    assert found.objects[0]["filter"]["passing"] == 2


def test_where_nothing_passes_one_line_says_why(clac: Clac) -> None:
    for more in ((), ("--json",)):
        found = clac("search", "salt", "--elements", "Na", "--atoms", "3-", *more)
        assert found.code == 0 and not found.out
        assert found.err == (
            'clac: nothing passes the filter elements HAS ALL "Na" AND _clac_n_atoms>=3; '
            'alone, elements HAS ALL "Na" passes 1 row, _clac_n_atoms>=3 passes 0 rows\n'
        )


def test_a_batch_takes_a_filter_on_each_line_and_for_all(clac: Clac) -> None:
    lines = (
        '{"id": 1, "text": "salt", "filter": "elements HAS \\"O\\""}',
        '{"id": 2, "text": "salt", "filter": {"column": "formula", "op": "=", "value": "FLi"}}',
        '{"id": 3, "text": "salt"}', '{"id": 4, "text": "salt", "filter": "elements HAS 3"}',
        '{"id": 5, "text": "salt", "filter": [1]}',
    )  # fmt: skip
    Path("q.jsonl").write_text("\n".join(lines))
    found = clac("search", "--queries", "q.jsonl", "--json", "--any-of", "O,Br")
    hits = {(hit["query_id"], hit["id"]) for hit in found.objects}
    assert hits == {(1, "periclase"), (1, "cao"), (3, "periclase"), (3, "cao"), (3, "kbr")}
    assert found.code == 1 and "q.jsonl:4: filter, column 1" in found.err
    assert "q.jsonl:5: filter: expected" in found.err
    assert "query 2: nothing passes the filter" in found.err


def test_a_bad_filter_is_one_line(clac: Clac) -> None:
    fails_with_one_line(clac("search", "x", "--filter", "a<<1"), 1, "--filter: ", "column 3")
    fails_with_one_line(clac("search", "x", "--where", "a>1"), 1, "no column 'a'", "nelements")
    fails_with_one_line(clac("similar", "lif", "--space-group", "900"), 1, "--space-group: '900'")


def test_a_kind_of_index_is_built_and_told(clac: Clac) -> None:
    build = ("index", "build", "salt.cif", "mgo.cif", "--out", "x", "--force")
    done = clac(*build, "--kind", "hnsw", "--recall", 0.9)
    assert "vectors: hnsw (as asked); finds 100.0% of true neighbours" in done.out
    (told,) = clac("index", "info", "x", "--json").objects
    assert (told["kind"], told["recall"], told["dial"]) == ("hnsw", 1.0, {"efSearch": 32})
    assert "vectors: exact (auto: 2 rows, no more than 500,000)" in clac(*build).out
    (told,) = clac(*build, "--json").objects
    assert (told["kind"], told["recall"], told["reason"][:4]) == ("exact", 1.0, "auto")
    known = "no such kind of index: 'annoy'; known are auto, exact, hnsw"
    fails_with_one_line(clac(*build, "--kind", "annoy"), 1, known)
    fails_with_one_line(clac(*build, "--recall", "2"), 1, "recall is a share")
