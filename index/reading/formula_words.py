"""Formulas and general formulas in a text: 'LiCoO2', 'ABX3'."""

from __future__ import annotations

import re

from index.filters import Filter, Test
from index.reading.classes import CLASS
from index.reading.element_tests import all_of
from index.reading.formulas import in_order, read_formula, read_pattern, reduced_formula
from index.reading.sentence import Found, Sentence
from index.reading.structures import named_after

_RUN = re.compile(r"[A-Za-z0-9()\[\]]{1,40}")


def read_formula_word(s: Sentence, i: int) -> Found | None:
    """Read a formula or a general formula; several are joined by the caller."""
    match = _RUN.match(s.text, s.starts[i])
    if match is None:
        return None
    text = match.group()
    while text and match.start() + len(text) not in s.ends:
        text = text[:-1]
    if text.count("(") < text.count(")"):
        text = text.rstrip(")")
    end = s.token_at(match.start() + len(text))
    if not text or (s.word(end) in (".", "+") and s.word(end + 1)[:1].isdigit() and s.glued(end)):
        return None
    following = s.text[match.start() + len(text) : match.start() + len(text) + 2]
    if following[:1] in "-_" and following[1:2].isalpha() and following[1:2] in "xyz":
        return None
    pattern = read_pattern(text)
    if pattern:
        shape, named = pattern
        tests: list[Filter] = [Test("anonymous_formula", "=", shape)]
        if named:
            tests.append(Test("elements", "has_all", in_order(frozenset(named))))
        return Found(end, all_of(tests))
    counts = read_formula(text)
    if counts is None or s.word(end) in ("octahedra", "tetrahedra", "capture", "reduction",
                                         "storage", "emission", "emissions", "like", "octahedron",
                                         "tetrahedron", "units", "groups", "layers", "sensor",
                                         "sensing", "conversion"):  # fmt: skip
        return None
    after = s.word(end + 1) if s.word(end) == "-" else ""
    if CLASS.find(s, end) and not any(map(str.isdigit, text)):
        return None  # 'LiFe oxides'
    if after in ("style", "like", "type", "related", "derived", "based", "doped"):
        return None
    # 'structure of AlB2' where other elements are asked
    kind = named_after(s, i, end)
    return Found(end, Test("formula", "=", reduced_formula(counts)), kind)
