import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clac.errors import StoreError
from index.lexical import LexicalIndex, LexicalWriter

TEXTS = [
    "sodium chloride\ntable salt\nhalite", "", "gallium nitride\nblue LED", "quartz\nwatch timing",
    "zinc oxide\nwhite pigment\nblue LED substrate", "potassium chloride\nsalt substitute",
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> LexicalIndex:
    path = tmp_path_factory.mktemp("words") / "words.sqlite"
    writer = LexicalWriter(path)
    writer.write(TEXTS[:2])
    writer.write(TEXTS[2:])
    writer.close()
    return LexicalIndex(path)


def test_rare_words_find_their_rows(index):
    assert len(index) == len(TEXTS)
    assert index.search("halite", 5)[0].tolist() == [0]
    assert index.search("what are blue LEDs made of", 5)[0].tolist()[0] == 2
    rows, shares = index.search("table salt", 5)
    assert rows.tolist() == [0, 5]
    assert 1 >= shares[0] > shares[1] > 0


def test_a_number_and_its_quantity_are_no_words(tmp_path):
    writer = LexicalWriter(tmp_path / "words.sqlite")
    writer.write(["zircon\nwide band gap\n5 layers", "gallium nitride", "cubic metal lead 225"])
    writer.close()
    index = LexicalIndex(tmp_path / "words.sqlite")
    assert index.search("band gap around 1.5 eV", 5)[0].tolist() == []
    assert index.search("gallium nitride with a band gap of 3 eV", 5)[0].tolist() == [1]
    assert index.search("5 grams per cubic centimetre", 5)[0].tolist() == []
    assert index.search("a cubic metal", 5)[0].tolist() == [2]
    assert index.search("8 kg per cubic metre", 5)[0].tolist() == []
    assert index.search("cubic lead, 5 g/cm3", 5)[0].tolist() == [2]
    assert index.search("wide band gap", 5)[0].tolist() == [0]
    assert index.search("space group 225", 5)[0].tolist() == [2]


def test_shares_equal_bm25_by_hand(index):
    documents = [re.findall(r"\w+", text.lower()) for text in TEXTS if text]
    mean = sum(map(len, documents)) / len(documents)

    def weight(word):
        n = sum(word in d for d in documents)
        return math.log((len(documents) - n + 0.5) / (n + 0.5))

    d = documents[0]
    k1, b = 1.2, 0.75
    found = sum(
        weight(w) * d.count(w) * (k1 + 1) / (d.count(w) + k1 * (1 - b + b * len(d) / mean))
        for w in ("table", "halite")
    )
    whole = (k1 + 1) * (weight("table") + weight("halite") + weight("unheard"))
    rows, shares = index.search("table halite unheard", 1)
    assert rows.tolist() == [0]
    assert shares[0] == pytest.approx(found / whole, rel=1e-6)


@pytest.mark.parametrize("text", ["", "of the", "???", '"', "unheard"])
def test_what_holds_no_known_word_finds_nothing(index, text):
    rows, shares = index.search(text, 5)
    assert len(rows) == len(shares) == 0


@given(st.text())
def test_any_text_is_answered(index, text):
    rows, shares = index.search(text, 3)
    assert len(rows) == len(shares) <= 3
    assert np.all((shares >= 0) & (shares <= 1))


def test_damaged_file_is_named(tmp_path):
    path: Path = tmp_path / "words.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match=r"words\.sqlite: cannot be read"):
        LexicalIndex(path)
    with pytest.raises(StoreError, match="cannot be read"):
        LexicalIndex(tmp_path / "missing")
