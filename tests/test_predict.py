"""Predictions: a value, an interval, the crystals behind it, and warnings that are true."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from crystals import ROCK_SALT_CIF
from doubles import rock_salt

from clac import head_files
from clac.config import HeadConfig
from clac.data.starter import starter_records
from clac.embed import Embedder, load_model
from clac.errors import InputError, ModelError
from clac.types import Record, Refusal
from index import IndexWriter, SearchEngine, cli
from index.answer import Predictor, heads_beside
from index.labels import column_of, count_known, numbers
from index.learn import classes_of, gather, learn_property

QUICK = HeadConfig(neighbours=12, members=2, steps=80, metric_steps=80, hidden=32, landmarks=16)


def stiffness(record: Record) -> float:
    """Return a number that the structure decides: large for dense packing of light atoms."""
    structure = record.structure
    return float(100 * len(structure) / structure.volume_ang3 / np.log(structure.numbers.mean()))


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_model()


@pytest.fixture(scope="module")
def engine(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Return an index of real crystals with a number, a class and a rare number of each."""
    folder = tmp_path_factory.mktemp("predict") / "mine"
    records = [
        dataclasses.replace(r, properties={
            "stiffness": stiffness(r), "kind": "hard" if stiffness(r) > 3 else "soft",
            "same": 1.0, **({"rare": 1.0} if i < 20 else {}),
        })
        for i, r in enumerate(starter_records()[:1600:8])
    ]  # fmt: skip
    SearchEngine.build(records, folder, embedder)
    opened = SearchEngine.open(folder, embedder)
    learn_property(opened, gather(opened, "stiffness"), QUICK)
    learn_property(opened, gather(opened, "kind"), QUICK)
    return opened


def refuse(refusal: Refusal) -> None:
    raise AssertionError(refusal)


def test_a_prediction_shows_value_interval_and_evidence(engine: SearchEngine) -> None:
    asked = [r for r in starter_records()[4:1600:80]]
    answers = list(Predictor(engine).predict(asked, ["stiffness"], refuse))
    off = [abs(a.value - stiffness(r)) for a, r in zip(answers, asked, strict=True)]
    values = [stiffness(r) for r in starter_records()[:1600:8]]
    assert np.mean(off) < 0.6 * np.abs(values - np.median(values)).mean()
    for answer in answers:
        low, high = answer.interval or (0, 0)
        assert low < answer.value < high and answer.coverage == 0.9
        weights = [e.weight for e in answer.evidence]
        assert weights == sorted(weights, reverse=True) and 0 <= sum(weights) <= 1
        for evidence in answer.evidence:
            row = engine.catalog.row_of(evidence.id)
            known = engine.catalog.record(row or 0).properties["stiffness"]
            assert evidence.value == pytest.approx(known, rel=1e-3)


def test_a_crystal_is_no_evidence_of_itself(engine: SearchEngine) -> None:
    id = engine.catalog.ids()[3]
    record = engine.catalog.record(3)
    predictor = Predictor(engine)
    (seen,) = predictor.predict([record], ["stiffness"], refuse)
    (left,) = predictor.predict([record], ["stiffness"], refuse, frozenset([id]))
    assert seen.evidence[0].id == id and id not in [e.id for e in left.evidence]


def test_classes_come_with_probabilities_and_a_set(engine: SearchEngine) -> None:
    (answer,) = Predictor(engine).predict([starter_records()[4]], ["kind"], refuse)
    assert answer.value == next(iter(answer.probabilities)) in answer.possible
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert answer.interval is None and answer.evidence[0].value in ("hard", "soft")


def test_without_labelled_neighbours_it_says_so_and_widens(
    engine: SearchEngine, embedder: Embedder, tmp_path: Path
) -> None:
    SearchEngine.build(starter_records()[:3], tmp_path / "bare", embedder)
    heads_beside(tmp_path / "bare").symlink_to(heads_beside(engine.folder))
    bare = Predictor(SearchEngine.open(tmp_path / "bare", embedder))
    asked = starter_records()[4:400:80]
    near = list(Predictor(engine).predict(asked, ["stiffness"], refuse))
    alone = list(bare.predict(asked, ["stiffness"], refuse))
    assert all("predicted from the crystal alone" in a.warning for a in alone)
    assert all(a.evidence == () for a in alone)
    widths = [
        sum(a.interval[1] - a.interval[0] for a in found if a.interval) for found in (near, alone)
    ]
    assert widths[0] < widths[1]


def test_labels_of_another_kind_are_shown_and_not_used(
    engine: SearchEngine, embedder: Embedder, tmp_path: Path
) -> None:
    records = [
        dataclasses.replace(r, properties={"stiffness": 3 * stiffness(r) + 20})
        for r in starter_records()[:320:8]
    ]
    SearchEngine.build(records, tmp_path / "other", embedder)
    heads_beside(tmp_path / "other").symlink_to(heads_beside(engine.folder))
    other = Predictor(SearchEngine.open(tmp_path / "other", embedder))
    (answer,) = other.predict([starter_records()[4]], ["stiffness"], refuse)
    assert "of another kind" in answer.warning and "shown, not used" in answer.warning
    assert answer.evidence and all(e.weight == 0 for e in answer.evidence)


def test_a_few_labels_that_nobody_can_judge_are_shown_and_not_used(
    embedder: Embedder, tmp_path: Path
) -> None:
    copper = next(r for r in starter_records() if r.id == "copper")
    wrong = dataclasses.replace(copper, properties={"bulk_modulus": 50.0})
    SearchEngine.build([wrong, *starter_records()[5:7]], tmp_path / "few", embedder)
    predictor = Predictor(SearchEngine.open(tmp_path / "few", embedder))
    (answer,) = predictor.predict([copper], ["bulk_modulus"], refuse)
    assert answer.value > 100 and "too few labels in this index (1)" in answer.warning
    assert [(e.value, e.weight) for e in answer.evidence] == [(50.0, 0.0)]


def test_an_index_of_which_all_is_deleted_still_predicts(
    embedder: Embedder, tmp_path: Path
) -> None:
    SearchEngine.build(starter_records()[:2], tmp_path / "none", embedder)
    with IndexWriter(tmp_path / "none", embedder) as writer:
        writer.delete([r.id for r in starter_records()[:2]])
    predictor = Predictor(SearchEngine.open(tmp_path / "none", embedder))
    (answer,) = predictor.predict([starter_records()[4]], ["band_gap"], refuse)
    assert answer.evidence == () and "from the crystal alone" in answer.warning


def test_unknown_columns_and_too_few_labels_are_refused(engine: SearchEngine) -> None:
    with pytest.raises(
        InputError, match=r"no such property in this index; it has kind, rare, same, s"
    ):
        gather(engine, "colour")
    with pytest.raises(InputError, match="rare: 20 labels in this index; a head needs at least 50"):
        gather(engine, "rare")
    with pytest.raises(InputError, match="same: all labels in this index are the same"):
        gather(engine, "same")
    many = np.array([str(i) for i in range(60)], dtype=object)
    with pytest.raises(InputError, match="apart; numbers stand without quotes in a source"):
        classes_of(many, "hue")
    with pytest.raises(InputError, match=r"no head predicts 'colour'; known: .*kind.*stiffness"):
        list(Predictor(engine).predict([], ["colour"], refuse))


def test_a_word_among_numbers_takes_no_label_away(embedder: Embedder, tmp_path: Path) -> None:
    found = (1.5, "2.5", "unknown", None, 0.0)
    records = [
        dataclasses.replace(r, properties={} if value is None else {"hue": value})
        for r, value in zip(starter_records(), found, strict=False)
    ]
    SearchEngine.build(records, tmp_path / "mixed", embedder)
    mixed = SearchEngine.open(tmp_path / "mixed", embedder)
    column = column_of(mixed.catalog, "hue")
    assert np.nan_to_num(numbers(column, log_scale=False), nan=-1).tolist() == [1.5, 2.5, -1, -1, 0]
    assert count_known(column) == 4
    with pytest.raises(InputError, match="3 labels in this index are numbers and 1 words, such as"):
        gather(mixed, "hue")


def test_heads_of_another_model_are_refused(engine: SearchEngine, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="heads of model"):
        head_files.read_heads(heads_beside(engine.folder), "another")


@pytest.fixture
def clac(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)
    for name, a in (("salt", "5.64"), ("broken", "nan")):
        Path(f"{name}.cif").write_text(ROCK_SALT_CIF.format(name=name, one="Na", two="Cl", a=a))

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        return cli.run([str(argument) for argument in arguments]), *capsys.readouterr()

    return run


def test_the_command_answers_files_and_ids(
    engine: SearchEngine, clac: Callable[..., tuple[int, str, str]]
) -> None:
    id = engine.catalog.ids()[3]
    place = ("--index", engine.folder)
    code, out, err = clac(
        "predict", "salt.cif", id, "--property", "stiffness, kind,kind", "--json", *place
    )
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert [(a["id"], a["property"]) for a in found] == [
        (id, "stiffness"), (id, "kind"), ("salt", "stiffness"), ("salt", "kind"),
    ]  # fmt: skip
    first = found[0]
    assert first["interval"][0] < first["value"] < first["interval"][1]
    assert {"unit", "evidence", "warning", "source", "coverage"} <= first.keys()
    assert first["warning"] is None or first["warning"]
    assert id not in [e["id"] for e in first["evidence"]]
    code, out, _ = clac("predict", "salt.cif", "--property", "stiffness", *place)
    assert code == 0 and "90% interval" in out and "evidence" in out and "learnt from" in out


def test_files_of_one_name_are_told_apart(
    engine: SearchEngine, clac: Callable[..., tuple[int, str, str]]
) -> None:
    for folder, a in (("one", "5.64"), ("two", "5.7")):
        Path("runs", folder).mkdir(parents=True)
        text = ROCK_SALT_CIF.format(name="x", one="Na", two="Cl", a=a)
        Path("runs", folder, "same.cif").write_text(text)
    place = ("--index", engine.folder)
    code, out, _ = clac("predict", "runs", "--property", "stiffness", "--json", *place)
    first, second = (json.loads(line)["id"] for line in out.splitlines())
    assert code == 0 and first == "same" and second.startswith("runs/two/same.cif")


def test_the_command_learns_a_column(
    engine: SearchEngine, clac: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.learn.HeadConfig", lambda: QUICK)
    code, out, err = clac("predict", "--train", engine.folder, "--property", "stiffness", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (
        told["labels"] == len(engine) and told["left_out"] == 0 and told["mean_absolute_error"] > 0
    )


def test_bad_input_is_one_line(
    engine: SearchEngine, clac: Callable[..., tuple[int, str, str]]
) -> None:
    place = ("--index", engine.folder)
    for arguments, said in (
        (("broken.cif", "--property", "stiffness"), "broken.cif"),
        (("none.cif", "--property", "stiffness"), "none.cif"),
        (("alumina", "--property", "stiffness"), "no such file, and no such id in the index"),
        (("salt.cif", "--property", " , "), "--property needs a name"),
        (("salt.cif", "--property", "colour"), "known: "),
        ((), "give FILE_OR_ID"),
    ):
        code, _, err = clac("predict", *arguments, *place)
        assert code != 0 and len(err.splitlines()) == 1 and said in err, err


def test_the_shipped_heads_know_well_known_crystals(embedder: Embedder, tmp_path: Path) -> None:
    asked = {r.id: r for r in starter_records()}
    names = ("sodium-chloride-rock-salt", "diamond", "copper")
    chosen = [asked[name] for name in names]
    SearchEngine.build(starter_records()[:3], tmp_path / "few", embedder)
    predictor = Predictor(SearchEngine.open(tmp_path / "few", embedder))
    assert predictor.properties == (
        "band_gap", "bulk_modulus", "formation_energy", "shear_modulus"
    )  # fmt: skip
    found = {(a.id, a.property): a for a in predictor.predict(chosen, predictor.properties, refuse)}
    # What density functional theory finds for them.
    for name, property, value in (
        ("sodium-chloride-rock-salt", "band_gap", 5.0), ("diamond", "band_gap", 4.1),
        ("copper", "band_gap", 0.0), ("sodium-chloride-rock-salt", "bulk_modulus", 24),
        ("diamond", "bulk_modulus", 435), ("copper", "bulk_modulus", 145),
        ("sodium-chloride-rock-salt", "formation_energy", -2.1),
    ):  # fmt: skip
        answer = found[name, property]
        low, high = answer.interval or (0, 0)
        assert low <= value <= high, answer
    assert found["diamond", "shear_modulus"].unit == "GPa"


def test_the_shipped_heads_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in head_files.SHIPPED.iterdir()}
    of_explain = sum(size for name, size in sizes.items() if name.startswith("fusion-"))
    # What predicts: four heads, their tower and the list; the network of `clac explain` is beside.
    assert sum(sizes.values()) - of_explain < 8e6
    assert of_explain < 3e6


def test_an_element_that_was_never_met_is_told(embedder: Embedder, tmp_path: Path) -> None:
    SearchEngine.build(starter_records()[:3], tmp_path / "few", embedder)
    predictor = Predictor(SearchEngine.open(tmp_path / "few", embedder))
    odd = Record("odd", rock_salt(100, 9, 5.2))
    (answer,) = predictor.predict([odd], ["band_gap"], refuse)
    assert "outside the data's range: it learnt no crystal with Fm" in answer.warning
