"""Hits in a notebook: a table with pictures that no input can break, data frames, structures."""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from crystals import ALL
from doubles import HashEmbedder, rock_salt, some_records

from clac.data.elements import SYMBOLS
from clac.errors import InputError
from clac.types import Record
from index import Hits, SearchEngine
from index.notebook import PICTURED, formula, space_group
from index.thumbnail import SIZE, colour_of, thumbnail

NASTY = "<script>alert('1')</script>&\""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    out = tmp_path_factory.mktemp("notebook") / "index"
    nasty = Record(
        f"a{NASTY}", rock_salt(19, 9, 5.3), "potassium", {"note": NASTY, "rank": 3}, "s:6"
    )
    SearchEngine.build([*some_records(), nasty], out, HashEmbedder())
    return SearchEngine.open(out, HashEmbedder())


def test_a_notebook_shows_a_table_with_pictures(engine: SearchEngine) -> None:
    hits = engine.search("salt, halite", k=6, parse=False)
    html = hits._repr_html_()
    ElementTree.fromstring(f"<all>{html}</all>")  # every tag is closed, every letter escaped
    assert html.count("<tr>") == 7 and html.count("<svg") == 6
    assert "band gap: 8.5 eV" in html and "Fm<span" in html and "(225)" in html
    assert "<script" not in html and "&lt;script&gt;" in html
    assert html == engine.search("salt, halite", k=6, parse=False)._repr_html_()
    assert not re.findall(r"(?:src|href)=", html)
    assert Hits()._repr_html_() == "<p>no hits</p>"


def test_only_the_first_hits_get_pictures(engine: SearchEngine) -> None:
    (hit,) = engine.search("salt", k=1)
    many = Hits([hit] * 300, read=engine.records)
    html = many._repr_html_()
    assert html.count("<svg") == PICTURED and html.count("<tr>") == 301
    assert len(html) < 300_000


def test_what_was_understood_stands_above(engine: SearchEngine) -> None:
    hits = engine.search("salt with a band gap above 5 eV", k=2)
    assert "<p>understood: " in hits._repr_html_() and "band gap" in hits._repr_html_()


def test_formulas_and_symbols_are_written_as_in_print() -> None:
    assert formula("Ti(Bi3O5)4") == "Ti(Bi<sub>3</sub>O<sub>5</sub>)<sub>4</sub>"
    assert formula("Li0.5CoO2") == "Li<sub>0.5</sub>CoO<sub>2</sub>"
    assert formula("<b>2") == "&lt;b&gt;<sub>2</sub>"
    assert space_group("P6_3/mmc") == "P6<sub>3</sub>/mmc"
    bar = '<span style="text-decoration:overline">3</span>'
    assert space_group("Fm-3m") == f"Fm{bar}m"


@pytest.mark.parametrize("name", ALL)
def test_a_crystal_is_drawn_inside_its_frame(name: str) -> None:
    text = thumbnail(ALL[name])
    assert text == thumbnail(ALL[name])
    root = ElementTree.fromstring(text)
    discs = [[float(one.get(key, 0)) for key in ("cx", "cy", "r")]
             for one in root if one.tag.endswith("circle")]  # fmt: skip
    assert len(discs) >= len(ALL[name])
    x, y, r = np.array(discs).T
    assert min((x - r).min(), (y - r).min()) >= 0
    assert max((x + r).max(), (y + r).max()) <= SIZE


def test_elements_have_the_colours_of_the_page() -> None:
    page = (Path(__file__).parents[1] / "index" / "web" / "elements.js").read_text()
    other = re.search(r'OTHER = \{ colour: "(#\w+)"', page)[1]
    assert (colour_of("O"), colour_of("Og")) == ("#fe0300", other)
    assert sum(colour_of(symbol) != other for symbol in SYMBOLS) == 96
    assert all(f"{one}:{colour_of(one)[1:]}:" in page for one in SYMBOLS[:96])


def test_rock_salt_shows_its_conventional_cell() -> None:
    assert thumbnail(rock_salt(11, 17, 5.64)).count("<circle") == 14 + 13


def test_hits_become_data_frames_and_structures(engine: SearchEngine) -> None:
    hits = engine.search("salt, halite", k=6, parse=False)
    frame = hits.to_pandas()
    assert frame["id"].tolist() == [hit.id for hit in hits]
    assert frame["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert frame.set_index("id").loc["salt", "band_gap"] == 8.5
    assert frame.set_index("id").loc[f"a{NASTY}", "properties.rank"] == 3
    assert "formula" in Hits().to_pandas().columns
    structures = hits.structures()
    assert [one.composition.reduced_formula for one in structures] == [h.formula for h in hits]
    assert structures[0].lattice.a == pytest.approx(5.64 / 2**0.5)


def test_a_part_of_hits_knows_what_they_know(engine: SearchEngine) -> None:
    hits = engine.search("salt, halite", k=4, parse=False)
    part = hits[1:3]
    assert isinstance(part, Hits) and part.path == hits.path
    assert [record.id for record in part.records()] == [hit.id for hit in hits[1:3]]
    assert len(hits.records(2)) == 2


def test_copies_elsewhere_have_no_index(engine: SearchEngine) -> None:
    hits = engine.search("salt", k=2)
    for twin in (pickle.loads(pickle.dumps(hits)), copy.deepcopy(hits)):
        assert twin == hits and twin.path == hits.path
        assert "<svg" not in twin._repr_html_()
        with pytest.raises(InputError, match="no index to read from"):
            twin.structures()


def test_hits_of_a_changed_index_still_have_their_crystals(tmp_path: Path) -> None:
    from index import IndexWriter

    SearchEngine.build(some_records(), tmp_path / "i", HashEmbedder())
    hits = SearchEngine.open(tmp_path / "i", HashEmbedder()).search("salt", k=2)
    with IndexWriter(tmp_path / "i", HashEmbedder()) as writer:
        writer.delete([hits[0].id])
    assert len(hits.structures()) == 2
