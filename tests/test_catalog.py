"""The index folder: whole or absent, checked when opened, read a row at a time."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from doubles import rock_salt, some_records

from clac.data.facts import Facts, collect_facts
from clac.data.symmetry import analyze
from clac.errors import StoreError
from clac.types import Record
from index.catalog import SCHEMA, Catalog
from index.catalog_writer import CatalogWriter, catalog_table, write_vectors
from index.manifest import (
    CATALOG,
    MANIFEST,
    PARTS,
    PROPERTIES,
    SEGMENTS,
    VECTORS,
    check_folder,
    describe_segment,
    first_manifest,
    write_manifest,
)
from index.property_columns import write_property_columns
from index.staging import staging


def write_catalog(path: Path, records: list[Record], batch: int = 2) -> Catalog:
    """Write records in batches and open what was written."""
    writer = CatalogWriter(path)
    known: dict[int, Facts] = {}
    for start in range(0, len(records), batch):
        part = records[start : start + batch]
        for r in part:
            if id(r.structure) not in known:
                known[id(r.structure)] = collect_facts(r, analyze(r.structure))
        facts = [known[id(r.structure)] for r in part]
        captions = [f"caption of {r.id}" for r in part]
        writer.write_table(catalog_table(part, facts, captions, ["words"] * len(part)))
    writer.close()
    write_property_columns(path, path.with_name(PROPERTIES))
    return Catalog(path)


def write_folder(out: Path, note: str = "", *, force: bool = False) -> None:
    """Write an index folder whose parts are only names."""
    with staging(out, force=force) as folder:
        segment = folder / SEGMENTS / "000001"
        segment.mkdir(parents=True)
        for name in PARTS:
            (segment / name).write_text(name + note)
        described = describe_segment(segment, 0)
        numbers = {"dim": 4, "n_read": 0, "n_refused": 0}
        write_manifest(folder, first_manifest(described, model_id="m", **numbers))


def part_of(out: Path, name: str) -> Path:
    """Return the place of a part of an index of one segment."""
    return next(out.rglob(name))


def test_a_catalog_gives_back_what_was_written(tmp_path: Path) -> None:
    records = some_records()
    catalog = write_catalog(tmp_path / CATALOG, records)
    assert len(catalog) == 5
    rows = catalog.rows([4, 0])
    assert [row["id"] for row in rows] == ["kbr", "salt"]
    assert rows[1]["formula"] == "NaCl"
    assert (rows[1]["space_group"], rows[1]["space_group_number"]) == ("Fm-3m", 225)
    assert rows[1]["crystal_system"] == "cubic"
    assert rows[1]["prototype"].startswith("AB_cF8_225_")
    assert rows[1]["properties"] == {"band_gap": 8.5}
    assert catalog.texts([1, 4, 1], "text") == ["magnesia", "", "magnesia"]
    assert catalog.texts([3], "caption") == ["caption of cao"]
    for row, record in enumerate(records):
        assert catalog.row_of(record.id) == row
        again = catalog.record(row)
        for name in ("cell", "frac", "numbers"):
            np.testing.assert_array_equal(
                getattr(again.structure, name), getattr(record.structure, name)
            )
        assert (again.id, again.text, again.origin) == (record.id, record.text, record.origin)
        assert dict(again.properties) == dict(record.properties)
    assert catalog.row_of("nothing") is None
    assert catalog.ids_like("AO") == ["cao"]
    assert catalog.ids_like("zzz") == ["salt", "periclase", "lif"]


def test_rows_are_found_across_row_groups(tmp_path: Path) -> None:
    base = some_records()[2]
    records = [Record(f"r{i}", base.structure, f"t{i}") for i in range(2500)]
    catalog = write_catalog(tmp_path / CATALOG, records, batch=1300)
    rows = [2499, 0, 1023, 1024, 1299, 1300, 2323, 2324]
    assert catalog.texts(rows, "text") == [f"t{i}" for i in rows]
    assert [row["id"] for row in catalog.rows(rows)] == [f"r{i}" for i in rows]
    assert catalog.record(2400).id == "r2400"


def test_odd_values_become_plain_ones(tmp_path: Path) -> None:
    odd = {
        "gap": np.float32(1.5), "n": np.int64(3), "flag": np.bool_(True),
        "missing": None, "nan": float("nan"), "inf": np.float64("inf"), "word": "Å",
    }  # fmt: skip
    name = os.fsdecode(b"caf\xe9")
    catalog = write_catalog(
        tmp_path / CATALOG, [Record(name, rock_salt(11, 17, 5.6), properties=odd, origin=name)]
    )
    (row,) = catalog.rows([0])
    assert row["properties"] == {"gap": 1.5, "n": 3, "flag": True, "word": "Å"}
    assert row["id"] == "caf?"


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / CATALOG
    pq.write_table(SCHEMA.empty_table().drop_columns(["caption"]), path)
    with pytest.raises(StoreError, match=r"found columns .* expected .*caption.*index build"):
        Catalog(path)
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(StoreError, match="cannot be read"):
        Catalog(path)


def test_a_folder_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), staging(tmp_path / "new") as folder:
        (folder / "half").write_text("x")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    write_folder(tmp_path / "old")
    with pytest.raises(KeyboardInterrupt), staging(tmp_path / "old", force=True):
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    check_folder(tmp_path / "old")


def test_an_index_is_replaced_only_by_force(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "index"
    write_folder(out)
    with pytest.raises(StoreError, match="--force"):
        write_folder(out, " again")
    write_folder(out, " again", force=True)
    assert part_of(out, VECTORS).read_text() == VECTORS + " again"
    assert [path.name for path in out.parent.iterdir()] == ["index"]


def test_what_is_no_index_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    (tmp_path / "file").write_text("x")
    for name in ("thesis", "file"):
        with pytest.raises(StoreError, match="is not an index"):
            write_folder(tmp_path / name, force=True)
    assert (tmp_path / "thesis" / "chapter.tex").is_file()
    (tmp_path / "empty").mkdir()
    write_folder(tmp_path / "empty")


def test_the_slower_of_two_writers_leaves_the_faster_ones_work(tmp_path: Path) -> None:
    out = tmp_path / "index"
    with pytest.raises(StoreError, match="--force"), staging(out) as folder:
        (folder / "slow").write_text("x")
        write_folder(out, " fast")
    assert part_of(out, VECTORS).read_text() == VECTORS + " fast"
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    write_folder(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_folder(tmp_path / "link", " new", force=True)
    assert (tmp_path / "link").is_symlink()
    assert part_of(tmp_path / "real", VECTORS).read_text() == VECTORS + " new"


def test_every_flipped_byte_is_found_and_named(tmp_path: Path) -> None:
    out = tmp_path / "index"
    write_folder(out)
    for name in (*PARTS, MANIFEST):
        path = part_of(out, name)
        good = path.read_bytes()
        for place in range(0, len(good), 7):
            bad = bytearray(good)
            bad[place] ^= 0x04
            path.write_bytes(bad)
            with pytest.raises(StoreError, match=r"rebuild it with: clac index build") as caught:
                check_folder(out)
            assert str(path) in str(caught.value) or name == MANIFEST
            assert str(out) in str(caught.value) and "\n" not in str(caught.value)
        path.write_bytes(good)
    check_folder(out, "m")


def test_other_versions_models_and_missing_parts_are_named(tmp_path: Path) -> None:
    out = tmp_path / "index"
    with pytest.raises(StoreError, match="no such index folder"):
        check_folder(out)
    write_folder(out)
    with pytest.raises(StoreError, match="found model m, expected other"):
        check_folder(out, "other")
    part_of(out, CATALOG).unlink()
    with pytest.raises(StoreError, match=r"catalog\.parquet: found no such file"):
        check_folder(out)
    values = json.loads((out / MANIFEST).read_text())
    newer = r"found format version 99, expected 4; a newer clac wrote it: update clac, or rebuild"
    older = r"found format version 3, expected 4; rebuild it with: clac index build"
    for text, reason in (
        (json.dumps({**values, "format_version": 99}), newer),
        (json.dumps({**values, "format_version": 3}), older),
        (json.dumps([]), "cannot be read"),
        ("{", "cannot be read"),
    ):
        (out / MANIFEST).write_text(text)
        with pytest.raises(StoreError, match=reason):
            check_folder(out)
    (out / MANIFEST).unlink()
    with pytest.raises(StoreError, match=r"found no manifest\.json"):
        check_folder(out)


def test_vectors_go_to_parquet_whole_or_not_at_all(tmp_path: Path) -> None:
    rows = [(record, np.full(3, i, dtype=np.float32)) for i, record in enumerate(some_records())]
    out = tmp_path / "v.parquet"
    assert write_vectors(out, rows, dim=3, model_id="m") == 5
    table = pq.read_table(out)
    assert table.schema.metadata[b"model_id"] == b"m"
    assert table["id"].to_pylist() == [record.id for record, _ in rows]
    np.testing.assert_array_equal(table["vector"].to_pylist(), [v for _, v in rows])
    with pytest.raises(ZeroDivisionError):
        write_vectors(tmp_path / "w.parquet", (1 / 0 for _ in range(1)), dim=3, model_id="m")
    assert [path.name for path in tmp_path.iterdir()] == ["v.parquet"]


class OneAtATime:
    """A Parquet file that notes whether two threads read it at once, which would end a process."""

    def __init__(self, file: pq.ParquetFile) -> None:
        self._file, self._busy, self.torn = file, threading.Lock(), False

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def read(self, **given: object) -> object:
        return self._alone(lambda: self._file.read(**given))

    def read_row_group(self, group: int, **given: object) -> object:
        return self._alone(lambda: self._file.read_row_group(group, **given))

    def _alone(self, read: Callable[[], object]) -> object:
        if not self._busy.acquire(blocking=False):
            self.torn = True
            return read()
        time.sleep(0.005)
        found = read()
        self._busy.release()
        return found


def test_threads_read_a_file_one_after_the_other(tmp_path: Path) -> None:
    records = [replace(r, properties={"a": 1.0, "b": 2.0}) for r in some_records()]
    catalog = write_catalog(tmp_path / CATALOG, records)
    facts = OneAtATime(catalog._files[0])
    known = OneAtATime(catalog._known._files[0])
    catalog._files, catalog._known._files = [facts], [known]
    catalog._groups = [(facts, group) for _, group in catalog._groups]
    names = ("elements", "nelements", "polar", "a", "b", "classes")
    with ThreadPoolExecutor(2 * len(names)) as pool:
        texts = [pool.submit(catalog.texts, [row], "caption") for row in range(4)]
        tables = list(pool.map(lambda name: catalog.table([name]), names))
    assert [one.result() for one in texts] == [[f"caption of {r.id}"] for r in records[:4]]
    assert not facts.torn and not known.torn
    assert [table.column_names for table in tables] == [[name] for name in names]
