"""Structures, ids and words asked together; what is unlike, near enough, unique, diverse."""

from __future__ import annotations

import json

import numpy as np
import pytest
from doubles import HashEmbedder, rock_salt
from typer.testing import CliRunner

from clac.errors import InputError
from clac.types import Record
from index import Query, SearchEngine
from index.cli import app
from index.segments import open_index

METALS, ANIONS = (3, 11, 12, 20, 26, 28, 82), (8, 16, 17)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Index rock salts, each twice."""
    salts = [(m, a) for m in METALS for a in ANIONS for _ in range(2)]
    records = [Record(f"r{i}", rock_salt(*s, 4 + 0.03 * i)) for i, s in enumerate(salts)]
    out = tmp_path_factory.mktemp("mixed") / "index"
    SearchEngine.build(records, out, HashEmbedder())
    return SearchEngine.open(out, HashEmbedder())


@pytest.fixture(scope="module")
def stored(engine: SearchEngine) -> np.ndarray:
    return open_index(engine.folder).vectors.vectors(np.arange(len(engine)))


def by_cosine(stored: np.ndarray, vector: np.ndarray, without: tuple[int, ...] = ()) -> list[str]:
    scores = stored @ (vector / np.linalg.norm(vector))
    order = np.lexsort((np.arange(len(scores)), -scores.astype(np.float64).round(6)))
    return [f"r{i}" for i in order if i not in without]


def test_several_examples_are_their_mean(engine: SearchEngine, stored: np.ndarray) -> None:
    hits = engine.similar(like=["r0", "r14"], k=99)
    assert [h.id for h in hits] == by_cosine(stored, stored[0] + stored[14], (0, 14))
    mixed = engine.similar(rock_salt(3, 8, 4.0), like="r14", k=99)
    assert [h.id for h in mixed] == by_cosine(stored, stored[0] + stored[14], (14,))


def test_words_and_an_example_are_both_asked(engine: SearchEngine, stored: np.ndarray) -> None:
    text = HashEmbedder().encode_texts(["marble"])[0]
    hits = engine.search("marble", id="r0", k=99)
    assert [h.id for h in hits] == by_cosine(stored, text + stored[0], (0,))


def test_like_this_but_without_an_element(engine: SearchEngine) -> None:
    hits = engine.search("something like this, but without lead", id="r36", k=99)
    same = engine.similar(id="r36", k=99, filter='NOT elements HAS "Pb"')
    assert [h.id for h in hits] == [h.id for h in same] and len(hits) == 36


def test_what_hits_are_unlike_is_taken_away(engine: SearchEngine, stored: np.ndarray) -> None:
    hits = engine.similar(id="r0", unlike=["r2", rock_salt(11, 8, 4.0)], k=99)
    away = (stored[2] + stored[6]) / 2
    assert [h.id for h in hits] == by_cosine(stored, stored[0] - away / 2, (0,))


def test_a_radius_leaves_out_what_is_far(engine: SearchEngine, stored: np.ndarray) -> None:
    hits = engine.similar(id="r0", k=99, radius=0.5)
    assert {h.id for h in hits} == {
        f"r{i}" for i, c in enumerate(stored @ stored[0]) if c >= 0.5 and i
    }
    assert all(h.dense >= 0.5 for h in hits) and not engine.search("zzz", radius=0.99)


def test_unique_keeps_the_best_of_equal_entries(engine: SearchEngine) -> None:
    hits = engine.similar(id="r0", k=99, unique=True)
    everything = engine.similar(id="r0", k=99)
    first: dict[str, str] = {}
    for hit in everything:
        first.setdefault(hit.formula, hit.id)
    assert [h.id for h in hits] == list(first.values()) and len(hits) == 21
    assert [h.id for h in engine.similar(id="r0", k=5, unique=True)] == [h.id for h in hits[:5]]


def test_diverse_hits_are_those_of_the_greedy_choice(
    engine: SearchEngine, stored: np.ndarray
) -> None:
    plain = engine.similar(id="r0", k=30)
    hits = engine.similar(id="r0", k=3, diversity=0.6)
    rows = [int(h.id[1:]) for h in plain]
    chosen: list[int] = []
    for _ in range(3):

        def value(i: int) -> float:
            near = max((float(stored[rows[i]] @ stored[rows[j]]) for j in chosen), default=0.0)
            return 0.4 * plain[i].score - 0.6 * near

        chosen.append(max((i for i in range(len(rows)) if i not in chosen), key=value))
    assert [h.id for h in hits] == [plain[i].id for i in chosen]
    assert len({h.formula for h in hits}) == 3


def test_scores_are_told_in_parts(engine: SearchEngine) -> None:
    for hit in engine.search("calcium oxide", k=5, parse=False):
        assert hit.score == pytest.approx(hit.dense + hit.lexical, abs=1e-6)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (Query(), "needs a text, a structure or an id"),
        (Query("x", diversity=1.0), "diversity must be at least 0 and below 1"),
        (Query("x", radius=2.0), "the radius is a cosine"),
        (Query(like=("r0", "no such")), "no such id in the index"),
        (Query(like="r0", unlike=["r0"] * 2, k=0), "k must be at least 1"),
    ],
)
def test_what_cannot_be_asked_is_one_line(engine: SearchEngine, query: Query, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        engine.search_batch([query])


def test_the_command_takes_examples(engine: SearchEngine) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.inputs.engine", lambda *_: engine)
        asked = ["search", "--like", "r0", "--like", "r14", "--unlike", "r2", "--unique", "--json"]
        lines = CliRunner().invoke(app, [*asked, "-k", "4", "--diverse", "0.2"]).output.splitlines()
        wrong = ["search", "x", "--like", "r0", "--unlike", "missing.cif"]
        error = CliRunner().invoke(app, wrong).exception
    assert len(lines) == 4 and {"dense", "lexical"} <= json.loads(lines[0]).keys()
    assert json.loads(lines[0])["query"] == "like r0, like r14"
    assert str(error).startswith("missing.cif: no such file, and no such id in the index")
