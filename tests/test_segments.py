"""Segments seen as one answer as one index of their rows: vectors, words, numbers of rows."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from contracts import brute_force, unit_vectors
from doubles import HashEmbedder
from hypothesis import given
from hypothesis import strategies as st
from living import answers, build, pool

from index import SearchEngine, segments
from index.lexical import LexicalIndex, LexicalWriter
from index.live_rows import LiveRows
from index.segments import SegmentedVectors, SegmentedWords, open_index, tokens_of
from index.vectors import VectorIndex


@pytest.mark.parametrize("seed", range(4))
def test_vectors_in_segments_equal_one_exact_index(seed: int) -> None:
    dice = np.random.default_rng(seed)
    stored = unit_vectors(240, 8, seed=seed)
    stored[dice.integers(0, 240, 60)] = stored[0]  # ties
    cuts = [0, *sorted(dice.integers(0, 240, 4).tolist()), 240]
    pieces = list(itertools.pairwise(cuts))
    gone = [set(dice.choice(b - a, (b - a) * seed // 6, replace=False).tolist()) for a, b in pieces]
    live = LiveRows([b - a for a, b in pieces], gone)
    indexes = [VectorIndex(8) for _ in pieces]
    for index, (a, b) in zip(indexes, pieces, strict=True):
        if b > a:
            index.add(stored[a:b])
    rows = [a + i for (a, b), out in zip(pieces, gone) for i in range(b - a) if i not in out]
    left, many = stored[rows], SegmentedVectors(indexes, live)
    assert len(many) == len(live) == len(left)
    np.testing.assert_array_equal(many.vectors(np.arange(len(left))[::-1]), left[::-1])
    queries = np.concatenate([unit_vectors(3, 8, seed=9), stored[:1]])
    for k in (1, 7, 300):
        for found, expected in zip(many.search(queries, k), brute_force(left, queries, k)):
            np.testing.assert_array_equal(found, expected[:, : len(left)])
        allowed = dice.random(len(left)) < 0.3
        single = VectorIndex(8)
        single.add(left)
        for found, expected in zip(
            many.search(queries, k, allowed), single.search(queries, k, allowed), strict=True
        ):
            np.testing.assert_array_equal(found, expected)
    assert many.search(queries, 3, np.zeros(len(left), bool))[1].shape == (4, 0)
    with pytest.raises(ValueError, match="expected a mask"):
        many.search(queries, 3, np.zeros(len(left) + 1, bool))


_TEXTS = st.lists(
    st.lists(
        st.sampled_from("salt salts halite blue_salt blue oxide oxides ligand a 5 x_y".split()),
        max_size=9,
    ).map(" ".join),
    min_size=1,
    max_size=12,
)


def lexical(path: Path, texts: list[str]) -> LexicalIndex:
    path.unlink(missing_ok=True)
    writer = LexicalWriter(path)
    writer.write(texts)
    writer.close()
    return LexicalIndex(path)


@given(_TEXTS, _TEXTS, st.integers(0, 2**24), st.integers(0, 2**24), st.integers(1, 30))
def test_words_in_segments_equal_one_index(
    tmp_path: Path, one: list[str], two: list[str], gone: int, mask: int, k: int
) -> None:
    texts = [one, two]
    deleted = [{i for i in range(len(t)) if gone >> (12 * n + i) & 1} for n, t in enumerate(texts)]
    left = [t for n, part in enumerate(texts) for i, t in enumerate(part) if i not in deleted[n]]
    live = LiveRows([len(part) for part in texts], deleted)
    files = [lexical(tmp_path / f"{n}", part) for n, part in enumerate(texts)]
    many, single = SegmentedWords(files, live), lexical(tmp_path / "all", left)
    assert len(many) == len(single)
    allowed = np.array([bool(mask >> i & 1) for i in range(len(left))], dtype=bool)
    for text in ("salt", "blue salts", "blue_salt oxide", "a halite unheard x_y", "", "ligands 5"):
        for passing in (None, allowed):
            found, expected = many.search(text, k, passing), single.search(text, k, passing)
            np.testing.assert_array_equal(found[0], expected[0])
            np.testing.assert_allclose(found[1], expected[1], rtol=1e-14, atol=0)


def test_words_become_the_tokens_of_the_index() -> None:
    assert tokens_of("oxides") == ("oxid",)
    assert tokens_of("blue_salts") == ("blue", "salt")
    assert tokens_of("_") == ()


def test_rows_are_counted_without_deleted_ones() -> None:
    live = LiveRows([3, 0, 2], [{1}, (), {0}])
    assert len(live) == 3 and not live.all_there and live.sizes == [3, 0, 2]
    assert live.stored(np.arange(3)).tolist() == [0, 2, 4]
    assert [part.tolist() for part in live.places(np.arange(3))] == [[0, 0, 2], [0, 2, 1]]
    assert live.numbers(0, np.arange(3)).tolist() == [0, -1, 1]
    assert live.numbers(2, np.arange(2)).tolist() == [-1, 2]
    assert live.mask(0, None).tolist() == [True, False, True]
    assert live.mask(2, np.array([True, True, False])).tolist() == [False, False]
    assert LiveRows([2, 3], [(), ()]).all_there
    assert LiveRows([2, 3]).mask(1, None) is None


def test_one_whole_segment_needs_no_view(tmp_path: Path) -> None:
    build(pool()[:3], tmp_path / "i")
    alone = open_index(tmp_path / "i")
    assert type(alone.vectors) is VectorIndex and type(alone.words) is LexicalIndex


def test_a_large_index_keeps_what_words_gain_and_answers_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_fts5 = answers(build(pool(), tmp_path / "i"))
    monkeypatch.setattr(segments, "_FTS5_ROWS", 0)
    for kept in (segments._KEPT_NUMBERS, 5):
        monkeypatch.setattr(segments, "_KEPT_NUMBERS", kept)
        monkeypatch.setattr(segments, "_KEPT_FOR_A_ROW", 0)
        assert type(open_index(tmp_path / "i").words) is SegmentedWords
        engine = SearchEngine.open(tmp_path / "i", HashEmbedder())
        assert answers(engine) == answers(engine) == by_fts5
