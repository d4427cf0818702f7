"""CIF text to structures.

Core dictionary tags (https://www.iucr.org/resources/cif/dictionaries/cif_core), in the older
spelling with `_` and the newer one with `.`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import gemmi
import numpy as np

from clac.config import LimitsConfig
from clac.data.elements import number_of
from clac.data.formats.operations import (
    MAX_OPERATIONS,
    Operations,
    expand,
    named_operations,
    parsed_operations,
)
from clac.data.validate import MAX_FRACTION, cell_from_parameters, make_structure, place
from clac.errors import InputError
from clac.types import PropertyValue, Structure

FULL_OCCUPANCY = 0.9999

_CELL_TAGS = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
_OPERATION_TAGS = ("_symmetry_equiv_pos_as_xyz", "_space_group_symop_operation_xyz",
                   "_space_group_symop.operation_xyz")  # fmt: skip
_HALL_TAGS = ("_symmetry_space_group_name_Hall", "_space_group_name_Hall",
              "_space_group.name_Hall")  # fmt: skip
_NAME_TAGS = ("_symmetry_space_group_name_H-M", "_space_group_name_H-M_alt",
              "_space_group.name_H-M_alt", "_space_group_name_H-M_full")  # fmt: skip
_NUMBER_TAGS = ("_symmetry_Int_Tables_number", "_space_group_IT_number",
                "_space_group.IT_number")  # fmt: skip
_UNKNOWN_SYMMETRY_TAGS = ("_space_group_symop_magn_operation.xyz",
                          "_space_group_symop_magn_operation_xyz",
                          "_space_group_symop_ssg_operation_algebraic",
                          "_space_group_symop_ssg_operation.algebraic")  # fmt: skip
_PROPERTY_TAGS = {
    "mineral": ("_chemical_name_mineral", "_chemical_name.mineral"),
    "name": ("_chemical_name_common", "_chemical_name.common"),
    "chemical_name": ("_chemical_name_systematic", "_chemical_name.systematic"),
    "cod_id": ("_cod_database_code", "_database_code_COD"),
    "icsd_id": ("_database_code_ICSD", "_icsd_collection_code"),
    "doi": ("_journal_paper_doi", "_citation_doi", "_citation_DOI"),
    "year": ("_journal_year", "_citation_year"),
}
_HEADER = re.compile(r"^[ \t]*data_", re.IGNORECASE | re.MULTILINE)
_FORMULA_PART = re.compile(r"([A-Z][a-z]?)([\d.]*)")
_CAPITAL_PART = re.compile(r"\b([A-Z]{1,2})([\d.]*)(?!\S)")

Block = tuple[str, Structure, dict[str, PropertyValue]]


def looks_like_cif(text: str) -> bool:
    """Tell whether a text is CIF: a data block, or cell and atom tags."""
    return _HEADER.search(text) is not None or "_cell_length_a" in text


def read_cif(text: str, limits: LimitsConfig) -> Iterator[Block | InputError]:
    """Yield (block name, structure, properties) or the reason against it, block by block.

    Blocks without cell and atoms (publication data) are passed over; where nothing else is there,
    one InputError says so. The place of an InputError is the block name.
    """
    found = False
    for block in _blocks(text):
        if isinstance(block, gemmi.cif.Block) and not _has_crystal(block):
            continue
        found = True
        yield block if isinstance(block, InputError) else _guarded(block, limits)
    if not found:
        yield InputError("", "no data block with a cell and atoms")


def _blocks(text: str) -> Iterator[gemmi.cif.Block | InputError]:
    """Parse a document; where its syntax is broken, parse block by block to keep the rest."""
    try:
        yield from gemmi.cif.read_string(text, check_level=0)
        return
    except (ValueError, RuntimeError) as error:
        reason = str(error)
    text = text.encode("ascii", "replace").decode("ascii")
    starts = [match.start() for match in _HEADER.finditer(text)]
    if not starts:
        yield InputError("", f"broken CIF: {reason}")
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        part = text[start:end]
        try:
            yield from gemmi.cif.read_string(part, check_level=0)
        except (ValueError, RuntimeError) as error:
            name = part.split(None, 1)[0][len("data_") :]
            yield InputError(name, f"broken CIF in this block: {error}")


def _has_crystal(block: gemmi.cif.Block) -> bool:
    """Tell whether a block means to describe a crystal."""
    names = ("_cell_length_a", "_cell.length_a", "_atom_site_label", "_atom_site_fract_x",
             "_atom_site.fract_x", "_atom_site.label", "_atom_site_type_symbol",
             "_atom_site.Cartn_x", "_atom_site_Cartn_x")  # fmt: skip
    return any(block.find_values(name) for name in names)


def _guarded(block: gemmi.cif.Block, limits: LimitsConfig) -> Block | InputError:
    """Return a crystal or the reason against it, with the block name as its place."""
    name = block.name.strip()
    try:
        with place(name):
            return name, _structure(block, limits), _properties(block)
    except InputError as error:
        return error


def _structure(block: gemmi.cif.Block, limits: LimitsConfig) -> Structure:
    """Read cell and sites, then fill the cell by symmetry."""
    cell = cell_from_parameters(*(_cell_value(block, tag) for tag in _CELL_TAGS))
    frac, numbers = _sites(block, limits)
    if (operations := _written_operations(block)) is not None:
        return _filled(cell, frac, numbers, operations, limits)
    if _first(block, _UNKNOWN_SYMMETRY_TAGS):
        raise InputError("", "magnetic or superspace symmetry; give the cell with ordinary "
                             "operations")  # fmt: skip
    return _by_name(block, cell, frac, numbers, limits)


def _first(block: gemmi.cif.Block, tags: tuple[str, ...]) -> str:
    """Return the first known value among tags, unquoted; empty where there is none."""
    for tag in tags:
        column = block.find_values(tag)
        if len(column) and not gemmi.cif.is_null(column[0]):
            return str(gemmi.cif.as_string(column[0])).strip()
    return ""


def _cell_value(block: gemmi.cif.Block, tag: str) -> float:
    """Return a length or angle."""
    text = _first(block, (f"_cell_{tag}", f"_cell.{tag}"))
    value = gemmi.cif.as_number(text) if text else math.nan
    if math.isnan(value):
        raise InputError("", f"no cell: _cell_{tag} is {text[:20]!r}; give a number")
    return float(value)


def _sites(block: gemmi.cif.Block, limits: LimitsConfig) -> tuple[np.ndarray, np.ndarray]:
    """Return fractional coordinates (s, 3) and atomic numbers (s,) of the listed sites."""
    columns = _site_columns(block)
    missing = [tag for tag in ("fract_x", "fract_y", "fract_z") if tag not in columns]
    if missing:
        raise InputError("", f"no _atom_site_{missing[0]}; give fractional coordinates")
    labels = columns.get("type_symbol") or columns.get("label")
    if labels is None:
        raise InputError("", "neither _atom_site_type_symbol nor _atom_site_label")
    if len(labels) > limits.max_atoms:
        raise InputError("", f"{len(labels)} sites, at most {limits.max_atoms} atoms in a cell")
    names = columns.get("label") or labels
    _check_full(names, columns)
    as_number = gemmi.cif.as_number
    frac = [[as_number(value) for value in columns[tag]] for tag in
            ("fract_x", "fract_y", "fract_z")]  # fmt: skip
    table = np.array(frac).T
    absurd = ~(np.abs(table) < MAX_FRACTION)  # also true for NaN
    if absurd.any():
        name = names[int(absurd.any(axis=1).argmax())]
        raise InputError("", f"site {name[:20]}: a coordinate is no number or far outside the cell")
    return table, _numbers(block, tuple(labels), names)


def _site_columns(block: gemmi.cif.Block) -> dict[str, list[str]]:
    """Return the columns of the atom list by tag without its prefix."""
    for prefix in ("_atom_site_", "_atom_site."):
        column = block.find_values(f"{prefix}fract_x")
        loop = column.get_loop()
        if loop is not None:
            values, width = loop.values, loop.width()
            return {tag[len(prefix) :].lower(): values[at::width] for at, tag in
                    enumerate(loop.tags) if tag.lower().startswith(prefix)}  # fmt: skip
        if len(column):
            tags = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")
            found = {tag: list(block.find_values(prefix + tag)) for tag in tags}
            return {tag: values for tag, values in found.items() if values}
    return {}


def _check_full(names: list[str], columns: dict[str, list[str]]) -> None:
    """Refuse disorder and dummy atoms."""
    for name, value in zip(names, columns.get("occupancy", ()), strict=False):
        if value in {"1", "1.0", "?", "."}:
            continue
        occupancy = gemmi.cif.as_number(value)
        if not FULL_OCCUPANCY <= occupancy <= 2 - FULL_OCCUPANCY:  # also true for NaN
            raise InputError("", f"site {name[:20]} has occupancy {value[:20]}; "
                                 "give an ordered structure")  # fmt: skip
    for name, flag in zip(names, columns.get("calc_flag", ()), strict=False):
        if flag.lower() in {"dum", "dummy"}:
            raise InputError("", f"site {name[:20]} is a dummy atom; remove it")


def _numbers(block: gemmi.cif.Block, labels: tuple[str, ...], names: list[str]) -> np.ndarray:
    """Return atomic numbers; the formula decides between two readings of a label."""
    formula = _first(block, ("_chemical_formula_sum", "_chemical_formula.sum"))
    known = frozenset(number_of(symbol) for symbol, _ in _formula_parts(formula)
                      if _is_element(symbol))  # fmt: skip
    seen: dict[str, int] = {}
    for label, name in zip(labels, names, strict=True):
        if label not in seen:
            seen[label] = _number(label, name, known)
    return np.array([seen[label] for label in labels])


def _number(label: str, name: str, known: frozenset[int]) -> int:
    """Return the atomic number of a site."""
    try:
        return number_of(gemmi.cif.as_string(label), known)
    except InputError as error:
        raise InputError("", f"site {name[:20]}: {error.reason}") from error


def _is_element(symbol: str) -> bool:
    """Tell whether a symbol names an element."""
    try:
        return bool(number_of(symbol))
    except InputError:
        return False


def _written_operations(block: gemmi.cif.Block) -> Operations | None:
    """Return the operations that the block lists, or None."""
    for tag in _OPERATION_TAGS:
        column = block.find_values(tag)
        if len(column) and not gemmi.cif.is_null(column[0]):
            if len(column) > MAX_OPERATIONS:
                raise InputError("", f"{len(column)} symmetry operations; list each once")
            return parsed_operations(tuple(column))
    return None


def _by_name(
    block: gemmi.cif.Block, cell: np.ndarray, frac: np.ndarray, numbers: np.ndarray,
    limits: LimitsConfig,
) -> Structure:  # fmt: skip
    """Fill the cell from the space group's name; P 1 where the block says nothing at all.

    Where a name leaves two origins open, only one that gives a sane crystal of the stated formula
    is taken.
    """
    candidates = named_operations(
        _first(block, _HALL_TAGS), _first(block, _NAME_TAGS), _first(block, _NUMBER_TAGS),
        _first(block, ("_cell_angle_alpha", "_cell.angle_alpha")),
        _first(block, ("_cell_angle_gamma", "_cell.angle_gamma")),
    )  # fmt: skip
    if len(candidates) == 1:
        return _filled(cell, frac, numbers, candidates[0], limits)
    sane, failure = [], InputError("", "")
    for operations in candidates:
        try:
            sane.append(_filled(cell, frac, numbers, operations, limits))
        except InputError as error:
            failure = error
    if not sane:
        raise failure
    expected = _composition(_first(block, ("_chemical_formula_sum", "_chemical_formula.sum")))
    if len(sane) > 1 and expected:
        sane = [one for one in sane if _shares(one.numbers) == expected]
    if len(sane) != 1:
        raise InputError("", "the space group has two origin choices and the file does not tell "
                             "which; list its symmetry operations")  # fmt: skip
    return sane[0]


def _composition(formula: str) -> dict[int, float]:
    """Return the shares of the elements of a formula such as 'Al2 O3', by atomic number."""
    counts: dict[int, float] = {}
    for symbol, count in _formula_parts(formula):
        try:
            z = number_of(symbol)
            counts[z] = counts.get(z, 0.0) + (float(count) if count else 1.0)
        except (InputError, ValueError):
            return {}
    total = sum(counts.values())
    return {z: round(count / total, 3) for z, count in sorted(counts.items())} if total else {}


def _formula_parts(formula: str) -> list[tuple[str, str]]:
    """Split a formula into symbols and counts; all in capitals, 'SR TI O3' has one a word."""
    capital = len(formula.split()) > 1 and formula == formula.upper()
    parts = (_CAPITAL_PART if capital else _FORMULA_PART).findall(formula)
    return [(symbol.title(), count) for symbol, count in parts]


def _shares(numbers: np.ndarray) -> dict[int, float]:
    """Return the shares of the elements in a list of atomic numbers."""
    found, counts = np.unique(numbers, return_counts=True)
    return {int(z): round(int(count) / len(numbers), 3)
            for z, count in zip(found, counts, strict=True)}  # fmt: skip


def _filled(
    cell: np.ndarray, frac: np.ndarray, numbers: np.ndarray, operations: Operations,
    limits: LimitsConfig,
) -> Structure:  # fmt: skip
    """Apply operations to sites and check the crystal."""
    if len(operations[0]) > 1:
        frac, numbers = expand(cell, frac, numbers, operations)
    return make_structure(cell, frac, numbers, limits)


def _properties(block: gemmi.cif.Block) -> dict[str, PropertyValue]:
    """Return the names and sources that the block states."""
    found: dict[str, PropertyValue] = {}
    for name, tags in _PROPERTY_TAGS.items():
        text = " ".join(_first(block, tags).split())
        if text and len(text) <= 200:
            found[name] = int(text) if name == "year" and text.isdecimal() else text
    return found
