"""Filters as the OPTIMADE filter language writes them (specification 1.2): read and written.

The grammar is the one that the package `optimade` ships.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from typing import Any as Anything

from clac.data.formats.optimade import OWN
from clac.errors import InputError, MissingExtra
from index.columns import OF_OPTIMADE, column_slug
from index.filters import All, Any, Filter, Not, Test, changed

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

PREFIX = OWN
"""of the names that the standard does not define"""
FEATURES_LENGTH = "structure_features LENGTH"
"""stands for a column, since no property of the standard counts them"""
_SMALL_BEFORE = re.compile(r"\b(?:and|or|not)\s*$")
_SMALL = re.compile(r"(?:has|is|length|contains|starts|ends|true|false|and|or)\b")
"""key words that were not written in capitals"""
_GRAMMAR = "grammar/v1.2.0.lark"
_MAX_LETTERS = 100_000
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_HAS = {"ALL": "has_all", "ANY": "has_any", "ONLY": "has_only"}
_MEANING = {
    "IDENTIFIER": "a property in lower case", "OPERATOR": "a comparison such as <=",
    "SIGNED_INT": "a number", "ESCAPED_STRING": 'a word in "quotes"', "RPAR": "a bracket )",
    "_AND": "AND", "$END": "the end",
}  # fmt: skip
"""terminals of the grammar that a message names"""
_LENGTHS = {
    "elements": "nelements", "elements_ratios": "nelements", "species": "nelements",
    "species_at_sites": "nsites", "cartesian_site_positions": "nsites",
    "structure_features": FEATURES_LENGTH,
}  # fmt: skip
"""list -> property that counts its entries"""


class UnsupportedError(InputError):
    """Report a filter that the language allows and that asks what cannot be asked here."""


def read_optimade(text: str) -> Filter:
    """Read a filter in the OPTIMADE language, as 'elements HAS ALL "Li","O" AND nelements<=3'.

    The prefix of our own names may be there or not. Raises InputError that names the column of
    the text where it went wrong.
    """
    return changed(read_standard(text), _bare)


def read_standard(text: str) -> Filter:
    """Read a filter with each property under the name that the text has for it.

    Raises InputError for what is no filter, and UnsupportedError for one that mixes types or uses
    an optional feature that is not supported.
    """
    if not text.strip():
        raise InputError("", "filter: it is empty; give one such as nelements<=3")
    if len(text) > _MAX_LETTERS:
        raise InputError("", f"filter: it has {len(text)} characters, at most {_MAX_LETTERS}")
    tree = _parsed(text)
    if len(tree.children) > 1:
        start = tree.children[1].meta.start_pos
        raise _at(text, start, "two conditions need AND or OR between them")
    try:
        return _expression(text, tree.children[0])
    except RecursionError as error:
        raise InputError("", "filter: its brackets are nested too deeply") from error


def write_optimade(filter: Filter) -> str:
    """Write a filter in the OPTIMADE language; `read_optimade` reads one that asks the same."""
    match filter:
        case All(parts):
            return " AND ".join(map(_inner, parts)) if len(parts) > 1 else write_optimade(parts[0])
        case Any(parts):
            return " OR ".join(map(_inner, parts)) if len(parts) > 1 else write_optimade(parts[0])
        case Not(Test(column, "has_any", value)):
            return _written(Test(column, "has_none", value))
        case Not(part):
            return f"NOT ({write_optimade(part)})"
    return _written(filter)


def _bare(test: Test) -> Test:
    return replace(test, column=test.column.removeprefix(PREFIX))


def _inner(filter: Filter) -> str:
    """Write a part of another filter, in brackets where it is one of several parts itself."""
    match filter:
        case All(parts) | Any(parts):
            return f"({write_optimade(filter)})" if len(parts) > 1 else _inner(parts[0])
        case Test(op="in", value=values) if len(values) > 1:
            return f"({write_optimade(filter)})"
    return write_optimade(filter)


def _written(test: Test) -> str:
    name = _name(test.column)
    match test.op:
        case "known" | "missing":
            return f"{name} IS {'KNOWN' if test.op == 'known' else 'UNKNOWN'}"
        case "contains":
            return f"{name} CONTAINS {_value(test.value)}"
        case "starts" | "ends":
            return f"{name} {test.op.upper()} WITH {_value(test.value)}"
        case "in":
            return " OR ".join(f"{name}={_value(value)}" for value in test.value)
        case "has_none":
            return f"NOT {name} HAS ANY {','.join(map(_value, test.value))}"
        case "has_all" | "has_any" | "has_only":
            return f"{name} HAS {test.op[4:].upper()} {','.join(map(_value, test.value))}"
    return f"{name}{test.op}{_value(test.value)}"


def _name(column: str) -> str:
    if column in OF_OPTIMADE:
        return column
    inner = column.removeprefix("properties.")
    return PREFIX + ("properties." if inner != column else "") + column_slug(inner)


def _value(value: Anything) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


@cache
def _parser() -> Lark:
    """Make the parser; LALR reads the grammar's language in linear time, Earley does not."""
    try:
        from lark import Lark

        grammar = resources.files("optimade").joinpath(_GRAMMAR).read_text(encoding="utf-8")
    except ImportError as error:
        raise MissingExtra("optimade", "pip install optimade") from error
    return Lark(
        grammar,
        parser="lalr",
        keep_all_tokens=True,
        propagate_positions=True,
        maybe_placeholders=False,
    )


def _parsed(text: str) -> Tree[Token]:
    parser = _parser()
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput

    try:
        return parser.parse(text)
    except UnexpectedInput as error:
        allowed = error.allowed if isinstance(error, UnexpectedCharacters) else error.accepts
        wanted = [meaning for name, meaning in _MEANING.items() if name in (allowed or ())]
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        at = len(text.rstrip()) if ended else error.pos_in_stream or 0
        if _SMALL_BEFORE.search(text[:at]) or _SMALL.match(text[at:]):
            wanted = ["AND, OR, HAS, IS and their like in capitals"]
        raise _at(text, at, f"expected {' or '.join(wanted) or 'something else'}") from error


def _at(text: str, at: int, reason: str, kind: type[InputError] = InputError) -> InputError:
    """Say where in the text of a filter something is wrong."""
    rest = " ".join(text[at:].split())
    found = f"found {rest[:30]!r}" if rest else "found the end"
    return kind("", f"filter, column {at + 1}: {reason}, {found}")


def _wrong(text: str, tree: Tree[Token], reason: str) -> InputError:
    return _at(text, tree.meta.start_pos, reason, UnsupportedError)


def _expression(text: str, tree: Tree[Token]) -> Filter:
    """Read 'clause OR clause'."""
    parts = tuple(_clause(text, child) for child in _trees(tree))
    return Any(parts) if len(parts) > 1 else parts[0]


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    """Return the children that are trees, without the words between them."""
    return [child for child in tree.children if hasattr(child, "data")]


def _words(tree: Tree[Token]) -> list[str]:
    """Return the children that are words."""
    return [str(child) for child in tree.children if not hasattr(child, "data")]


def _clause(text: str, tree: Tree[Token]) -> Filter:
    """Read 'phrase AND phrase'."""
    parts = tuple(_phrase(text, child) for child in _trees(tree))
    return All(parts) if len(parts) > 1 else parts[0]


def _phrase(text: str, tree: Tree[Token]) -> Filter:
    """Read a comparison or an expression in brackets, with or without NOT."""
    (child,) = _trees(tree)
    found = _expression(text, child) if child.data == "expression" else _comparison(text, child)
    if "NOT" not in _words(tree):
        return found
    if isinstance(found, Test) and found.op == "has_any":
        return Test(found.column, "has_none", found.value)
    return Not(found)


def _comparison(text: str, tree: Tree[Token]) -> Filter:
    (comparison,) = _trees(tree)
    first, last = _trees(comparison)
    try:
        if comparison.data == "constant_first_comparison":
            (operator,) = _words(comparison)
            (inner,) = _trees(last)
            return Test(_column(text, inner), _FLIPPED[operator], _constant(text, first))
        return _right_side(text, _column(text, first), last)
    except InputError as error:
        if error.reason.startswith("filter, column"):
            raise
        raise _wrong(text, comparison, error.reason.removeprefix("filter: ")) from error


def _right_side(text: str, column: str, tree: Tree[Token]) -> Filter:
    """Read what is asked of a column."""
    words, trees = _words(tree), _trees(tree)
    match tree.data:
        case "value_op_rhs":
            return Test(column, words[0], _constant(text, trees[0]))
        case "known_op_rhs":
            return Test(column, "known" if words[-1] == "KNOWN" else "missing")
        case "fuzzy_string_op_rhs":
            return Test(column, words[0].lower(), _constant(text, trees[0]))
        case "set_op_rhs" if len(words) == 1 and trees[0].data == "value":
            return Test(column, "has_all", (_constant(text, trees[0]),))
        case "set_op_rhs" if words[-1] in _HAS and set(_words(trees[0])) <= {","}:
            values = tuple(_constant(text, value) for value in _trees(trees[0]))
            return Test(column, _HAS[words[-1]], values)
        case "length_op_rhs" if column in _LENGTHS:
            operator = words[1] if len(words) > 1 else "="
            return Test(_LENGTHS[column], operator, int(_words(trees[0])[0]))
    raise _wrong(text, tree, "this comparison of lists is not supported")


def _column(text: str, tree: Tree[Token]) -> str:
    """Return the name of a property."""
    if tree.data != "property":
        raise _wrong(text, tree, "expected a property")
    return "".join(_words(tree))


def _constant(text: str, tree: Tree[Token]) -> Anything:
    """Read a word, a number, TRUE or FALSE."""
    (inner,) = _trees(tree)
    word = _words(inner)[0]
    match inner.data:
        case "string":
            return re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)
        case "number":
            return int(word) if re.fullmatch(r"[+-]?\d{1,300}", word) else float(word)
        case "bool":
            return word == "TRUE"
    raise _wrong(text, inner, "a property cannot be compared with another; give a value")
