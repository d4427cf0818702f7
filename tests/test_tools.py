"""The tools for assistants tell what is known, with unit and basis, and each mistake in a line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from clac.errors import ClacError
from index import Predictor, SearchEngine
from index.assistant import Assistant
from index.dossier import COMPUTED, TEXTBOOK, UNTOLD, known_values
from index.service import Settings
from index.service.bodies import CIF
from index.tools import TOOLS, Shelf

GAN = "gallium-nitride-wurtzite"
SETTINGS = Settings(timeout_s=600, parse_timeout_s=120, max_body_bytes=20_000, max_atoms=8)
BIG = CIF.replace("0.5 0.5 0.5\n", "0.5 0.5 0.5\nK 0.123 0.237 0.311\n")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    engine = SearchEngine.open()
    return Shelf(engine, Predictor(engine), is_embedded=True)


def ask(shelf: Shelf, name: str, **arguments: Any) -> Any:
    tool = TOOLS[name]
    return tool.answer(shelf, tool.asks.model_validate(arguments), None)


def test_fetch_tells_all_in_words_and_numbers(shelf: Shelf) -> None:
    told = ask(shelf, "fetch", id=GAN)
    for part in ("gallium nitride", "P6_3mc (number 186)", "a 3.1890", "6.088 g/cm3", "N 4, Ga 4",
                 "blue LED", f"Band gap: 3.4 eV ({TEXTBOOK})"):  # fmt: skip
        assert part in told.text, part
    assert told.title == "GaN, wurtzite, P6_3mc" and told.url == f"clac:{GAN}"
    assert told.metadata["band_gap (eV)"] == 3.4


def test_a_value_says_whether_it_was_measured_or_computed() -> None:
    properties = {
        "band_gap_megnet_2018": 1.0, "band_gap_mp_2020": 2.0, "hardness": 3, "licence": "x",
        "bulk_modulus_vrh": 100.0,
    }  # fmt: skip
    told = {value.name: value for value in known_values(properties, is_embedded=False)}
    assert told.keys() == {"band_gap", "hardness", "bulk_modulus"}
    assert (told["band_gap"].value, told["band_gap"].unit, told["band_gap"].basis) == (
        2,
        "eV",
        COMPUTED,
    )
    assert told["hardness"].basis == UNTOLD and str(told["bulk_modulus"]) == "bulk modulus: 100 GPa"


@pytest.mark.parametrize(
    "filter",
    [
        'elements HAS ALL "Li","O" AND nelements<=3',
        'band_gap>=2 AND crystal_system="cubic" AND NOT elements HAS "Pb"',
        'space_group="Fm-3m" AND classes HAS "oxide"',
        'prototype_name="wurtzite" OR space_group_number=186',
        'dimensionality="2D" AND centrosymmetric=TRUE AND density<5',
        'chemical_formula_reduced="CoLiO2" AND n_atoms<=4 AND uses HAS "phone battery"',
    ],
)
def test_filters_that_the_descriptions_promise_work(shelf: Shelf, filter: str) -> None:
    told = ask(shelf, "search_crystals", filter=filter, k=3)
    assert told.hits and told.filter.passing >= len(told.hits)


def test_a_search_says_what_it_understood_and_what_is_unknown(shelf: Shelf) -> None:
    text = "lead-free cubic oxide with a gap between 2 and 4 eV and bulk modulus above 100 GPa"
    told = ask(shelf, "search_crystals", text=text, k=2)
    (hit, _) = told.hits
    assert {"no Pb", "crystal system cubic", "oxide", "band gap 2 to 4 eV"} <= set(hit.why)
    assert 2 <= hit.values[0].value <= 4 and hit.values[0].unit == "eV"
    assert any("bulk modulus" in note and "not used" in note for note in told.notes)
    assert any("band_gap is not known" in note for note in told.notes)
    rest = ask(shelf, "search_crystals", text=text, k=1, offset=1)
    assert [one.id for one in rest.hits] == [told.hits[1].id]


def test_lists_may_come_as_text_and_nulls_mean_nothing(shelf: Shelf) -> None:
    for labels in (
        ["perovskite", "wurtzite"],
        '["perovskite", "wurtzite"]',
        "perovskite, wurtzite",
    ):
        told = ask(shelf, "classify_crystal", id=GAN, labels=labels, cif=None, task=None)
        assert [one.label for one in told.labels] == ["wurtzite", "perovskite"]


def test_a_prediction_comes_with_what_is_known(shelf: Shelf) -> None:
    told = ask(shelf, "predict_property", id=GAN, properties="band_gap")
    (answer,) = told.predictions
    assert answer.interval[0] < answer.value < answer.interval[1]
    assert GAN not in {one.id for one in answer.evidence}
    assert [(one.value, one.basis) for one in told.known] == [(3.4, TEXTBOOK)]


def test_an_address_is_that_of_the_source(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Shelf(shelf.engine, shelf.predictor, is_embedded=False)
    assert own.url("mp-149") == "https://materialsproject.org/materials/mp-149"
    place = "https://host/optimade/structures/1"
    monkeypatch.setattr(shelf.engine.catalog, "texts", lambda rows, column: [place])
    assert own.url(GAN) == place


@pytest.fixture(scope="module")
def assistant() -> Iterator[Any]:
    with asyncio.Runner() as runner:

        async def begin() -> Assistant:
            made = Assistant(None, SETTINGS)
            made.start()
            return made

        made = runner.run(begin())
        yield lambda name, arguments: runner.run(made.call(name, arguments))
        runner.run(made.stop())


@pytest.mark.parametrize(
    "name, arguments, told",
    [
        ("none", {}, "no such tool; there are search, fetch"),
        ("search", {}, "query: Field required"),
        ("search", {"query": "a", "more": 1}, "more: Extra inputs"),
        ("search_crystals", {"k": 3}, "give a text, a filter"),
        ("search_crystals", {"text": "a", "k": 1000}, "k: Input should be less than"),
        ("search_crystals", {"filter": "nelements<"}, "filter, column 11"),
        ("search_crystals", {"filter": "nothing=1"}, "no column 'nothing'"),
        ("search_crystals", {"like": ["gallium-nitride-wurzite"]}, GAN),
        ("fetch", {"id": "gallium nitride wurzit"}, GAN),
        ("fetch", {"id": "wurtzite"}, "-wurtzite, "),
        ("get_structure", {"id": "coper"}, "copper"),
        ("similar_crystals", {}, "give either id or cif"),
        ("similar_crystals", {"id": GAN, "cif": CIF}, "give either id or cif"),
        ("similar_crystals", {"cif": "x" * 30_000}, "20000 bytes"),
        ("similar_crystals", {"cif": CIF + CIF}, "2 structures; give one"),
        ("similar_crystals", {"cif": CIF.replace("b 5.64", "b wide")}, ":3: no cell: _cell"),
        ("describe_crystal", {"cif": BIG}, "at most 8"),
        ("classify_crystal", {"id": GAN}, "give labels, or one of the tasks"),
        ("classify_crystal", {"id": GAN, "task": "none"}, "known: crystal_system"),
        ("classify_crystal", {"id": GAN, "labels": ["one"]}, "two different"),
        ("predict_property", {"id": GAN, "properties": ["none"]}, "known: band_gap"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line(
    assistant: Any, name: str, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(ClacError) as caught:
        assistant(name, arguments)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_a_text_of_a_file_is_read_and_finds_its_crystal(assistant: Any) -> None:
    told = assistant("similar_crystals", {"cif": CIF, "k": 1})
    assert told.hits[0].id == "sodium-chloride-rock-salt" and told.hits[0].score == 1
    told = assistant("describe_crystal", {"cif": CIF, "k": 2})
    assert told.title == "NaCl, rock salt, Fm-3m" and "8 atoms" in told.facts
    told = assistant("predict_property", {"cif": CIF, "properties": ["bulk_modulus"]})
    assert told.predictions[0].unit == "GPa" and told.known == []


def test_the_descriptions_name_the_limits() -> None:
    field = TOOLS["similar_crystals"].asks.model_json_schema()["properties"]["cif"]
    most = Settings()
    assert f"{most.max_atoms} atoms and {most.max_body_bytes // 2**20} MB" in " ".join(
        field["description"].split()
    )


def test_nobody_waits_at_a_full_desk_or_for_what_does_not_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        slow = Assistant(None, Settings(timeout_s=0.05))
        slow.start()
        with pytest.raises(ClacError, match="make the same call again"):
            await slow.call("search", {"query": "a"})
        await slow.stop()
        full = Assistant(None, Settings(timeout_s=600, waiting=1))
        full.start()
        calls = [full.call("search", {"query": "a"}) for _ in range(3)]
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert sum("too many calls" in str(one) for one in told) == 2
        await full.stop()

    asyncio.run(run())


def test_an_index_that_cannot_be_opened_is_told_at_each_call(tmp_path: Any) -> None:
    async def run(settings: Settings) -> list[str]:
        lost = Assistant(tmp_path / "none", settings)
        lost.start()
        told = await asyncio.gather(
            *(lost.call("collection_info", {}) for _ in range(2)), return_exceptions=True
        )
        await lost.stop()
        assert all(isinstance(one, ClacError) for one in told)
        return [str(one) for one in told]

    assert all(str(tmp_path) in one for one in asyncio.run(run(SETTINGS)))
    abroad = Settings(host="0.0.0.0", timeout_s=600)
    assert all(str(tmp_path) not in one for one in asyncio.run(run(abroad)))
