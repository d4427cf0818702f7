"""Pictures of a collection and of hits: axes that stay, groups that say what they hold, files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from doubles import HashEmbedder, rock_salt, some_records
from test_cli import Clac, clac, fails_with_one_line  # noqa: F401

from clac.errors import InputError, StoreError
from clac.types import Record
from index import Hit, Hits, IndexWriter, SearchEngine, pictures
from index.atlas import grouped, survey
from index.manifest import AXES, SEGMENTS, read_manifest
from index.pictures import draw_hits, draw_map, property_of
from index.projection import N_AXES, find_projection, projection_of

PNG = b"\x89PNG\r\n"


def is_picture(path: Path) -> bool:
    """Tell whether a file is a picture with something on it."""
    from matplotlib.image import imread

    content = path.read_bytes()
    return content.startswith(PNG) and float(np.ptp(imread(path))) > 0.5


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    out = tmp_path_factory.mktemp("pictures") / "index"
    SearchEngine.build(some_records(), out, HashEmbedder())
    return SearchEngine.open(out, HashEmbedder())


def hit(rank: int, **properties: float) -> Hit:
    return Hit(rank, f"id{rank}", 1 / rank, f"A{rank}O2", "P1", 1, "p", properties=properties)


def test_axes_are_those_of_a_singular_value_decomposition() -> None:
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(500, 12)) * np.linspace(3, 0.5, 12)).astype(np.float32)
    found = find_projection(vectors.__getitem__, 500, 12)
    centred = vectors - vectors.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    assert np.abs((found.axes * axes[:N_AXES]).sum(axis=1)) == pytest.approx(1, abs=1e-4)
    assert found.shares == pytest.approx((lengths**2 / (lengths**2).sum())[:N_AXES], rel=1e-4)
    assert found.places(vectors).mean(axis=0) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_vectors_have_few_axes(count: int) -> None:
    vectors = np.eye(5, dtype=np.float32)[:count]
    found = find_projection(vectors.__getitem__, count, 5)
    assert found.axes.shape == (N_AXES, 5)
    assert int(found.axes.any(axis=1).sum()) == max(0, count - 1)
    assert np.isfinite(found.places(vectors)).all() and np.isfinite(found.shares).all()


def test_added_rows_take_their_place_and_leave_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    SearchEngine.build(some_records(), folder, HashEmbedder())
    before = survey(SearchEngine.open(folder, HashEmbedder()))
    more = Record("kf", rock_salt(19, 9, 5.35), origin="s:9")
    with IndexWriter(folder, HashEmbedder()) as writer:
        writer.add([more])
    after = survey(SearchEngine.open(folder, HashEmbedder()))
    assert after.ids == (*before.ids, "kf")
    assert np.array_equal(after.places[:5], before.places)
    assert after.places[5].any()


def test_an_index_of_before_has_its_axes_found_anew(engine: SearchEngine) -> None:
    (segment,) = engine.manifest.segments
    files = {name: found for name, found in segment.files.items() if name != AXES}
    old = dataclasses.replace(
        engine.manifest, segments=(dataclasses.replace(segment, files=files),)
    )
    kept = projection_of(engine.folder, engine.manifest, engine.vectors)
    found = projection_of(engine.folder, old, engine.vectors)
    assert np.allclose(found.axes, kept.axes, atol=1e-5)


def test_axes_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    SearchEngine.build(some_records(), folder, HashEmbedder())
    opened = SearchEngine.open(folder, HashEmbedder())
    (segment,) = read_manifest(folder).segments
    (folder / SEGMENTS / segment.name / AXES).write_bytes(b"other")
    with pytest.raises(StoreError, match=r"axes\.safetensors: cannot be read"):
        survey(opened)
    with pytest.raises(StoreError, match=r"axes\.safetensors: found SHA-256"):
        SearchEngine.open(folder, HashEmbedder())


def test_groups_are_the_most_frequent_words() -> None:
    rows = [["oxide", "silicate"], ["oxide"], ["halide", "fluoride"], ["halide"], ["halide"], [],
            None, *([f"rare{i}"] for i in range(9))]  # fmt: skip
    found = grouped(rows)
    assert found[:7] == ("oxide", "oxide", "halide", "halide", "halide", "unknown", "unknown")
    assert found[7:].count("other") == 2
    assert grouped([True, False, None]) == ("True", "False", "unknown")


def test_a_map_is_coloured_by_words_or_numbers(engine: SearchEngine, tmp_path: Path) -> None:
    by_class = survey(engine)
    assert by_class.values is None and set(by_class.groups) == {"halide", "oxide"}
    by_gap = survey(engine, "band_gap")
    assert by_gap.by == "band gap" and by_gap.unit == "eV"
    assert int(np.isfinite(by_gap.values).sum()) == 1
    hits = engine.search("salt, halite", k=3, parse=False)
    ringed = survey(engine, query="salt $x$ halite", hits=hits)
    assert [ringed.ids[row] for row in ringed.rows] == [one.id for one in hits]
    for number, atlas in enumerate((by_class, by_gap, ringed)):
        draw_map(atlas, tmp_path / f"{number}.png")
        assert is_picture(tmp_path / f"{number}.png")
    with pytest.raises(InputError, match="no column 'colour'"):
        survey(engine, "colour")
    with pytest.raises(InputError, match="refractive_index is known of no crystal"):
        survey(engine, "refractive_index")
    with pytest.raises(InputError, match="cannot be written"):
        draw_map(by_class, tmp_path / "no" / "such.png")
    with pytest.raises(InputError, match="cannot be written"):
        draw_map(by_class, tmp_path / "picture.doc")


def test_many_points_are_drawn_and_a_logarithm_leaves_zero_out(
    engine: SearchEngine, tmp_path: Path
) -> None:
    places = np.random.default_rng(0).normal(size=(30_000, 3)).astype(np.float32)
    values = np.abs(places[:, 0].astype(float))
    values[:2] = 0, np.nan
    many = dataclasses.replace(
        survey(engine, "band_gap"), ids=("x",) * len(places), places=places, values=values,
        log_scale=True,
    )  # fmt: skip
    draw_map(many, tmp_path / "many.png")
    assert is_picture(tmp_path / "many.png")
    with pytest.raises(InputError, match="above zero"):
        draw_map(dataclasses.replace(many, values=values * 0), tmp_path / "none.png")


def test_hits_are_drawn_against_what_the_query_asks_for(
    engine: SearchEngine, tmp_path: Path
) -> None:
    known = Hits([hit(1, band_gap=1.0, bulk_modulus=100.0), hit(2, bulk_modulus=2.0), hit(3)])
    assert property_of(known) == "bulk_modulus"
    asked = engine.search("a band gap above 5 eV", k=2)
    assert property_of(asked) == "band_gap"
    none = Hits([hit(1), hit(2)])
    assert property_of(none) is None
    for name, hits in {
        "some": known, "none": none, "asked": asked, "one": Hits([hit(1, band_gap=0.0)]),
        "many": Hits([hit(i, bulk_modulus=float(i)) for i in range(1, 60)]),
    }.items():  # fmt: skip
        draw_hits(hits, "a query of $5$", tmp_path / f"{name}.png")
        assert is_picture(tmp_path / f"{name}.png")
    with pytest.raises(InputError, match="no hits"):
        draw_hits(Hits(), "q", tmp_path / "x.png")


def test_zero_moduli_alone_are_no_logarithm(tmp_path: Path) -> None:
    draw_hits(Hits([hit(1, bulk_modulus=0.0)]), "q", tmp_path / "zero.png")
    assert is_picture(tmp_path / "zero.png")


def test_the_map_command_writes_a_picture_or_points(clac: Clac) -> None:  # noqa: F811
    done = clac("map", "--out", "map.png", "--text", "salt, halite", "-k", 2)
    assert done.code == 0 and "map.png" in done.out and is_picture(Path("map.png"))
    points = clac("map", "--json", "--text", "salt, halite", "-k", 2, "--by", "band_gap").objects
    assert {point["id"] for point in points} == {record.id for record in some_records()}
    (salt,) = [point for point in points if point["id"] == "salt"]
    assert salt["colour"] == 8.5 and salt["rank"] == 1 and len(salt["place"]) == N_AXES
    assert [point["colour"] for point in points].count(None) == 4
    fails_with_one_line(clac("map"), 2, "--out")
    fails_with_one_line(clac("map", "--json", "--by", "no"), 1, "no column 'no'")
    fails_with_one_line(clac("map", "--out", "no/map.png"), 1, "cannot be written")


def test_search_draws_its_hits(clac: Clac, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    done = clac("search", "salt, halite", "--plot", "hits.png", "--json", "-k", 3)
    assert done.code == 0 and len(done.objects) == 3 and is_picture(Path("hits.png"))
    Path("q.jsonl").write_text('{"text": "salt"}\n')
    fails_with_one_line(clac("search", "--queries", "q.jsonl", "--plot", "x.png"), 2, "--plot")
    monkeypatch.setattr(pictures.importlib.util, "find_spec", lambda name: None)
    lacks = "pip install 'clac[explain]'"
    fails_with_one_line(clac("search", "salt", "--plot", "x.png"), 1, lacks)
    fails_with_one_line(clac("map", "--out", "x.png"), 1, lacks)
    assert not Path("x.png").exists()


def test_arrow_columns_of_every_kind_are_told_apart(engine: SearchEngine) -> None:
    assert survey(engine, "nelements").values is not None
    assert pa.types.is_list(engine.catalog.table(["classes"]).column(0).type)
    assert set(survey(engine, "polar").groups) == {"False"}
    assert set(survey(engine, "crystal_system").groups) == {"cubic"}
