"""Crystals as files of others."""

from __future__ import annotations

import re

from clac.data.elements import SYMBOLS
from clac.types import Record

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")


def write_cif(record: Record) -> str:
    """Write a crystal as CIF: the cell as it was read, every atom, no symmetry (P 1)."""
    structure = record.structure
    lengths, angles = structure.parameters
    lines = [f"data_{_NOT_IN_NAMES.sub('_', record.id) or 'crystal'}"]
    lines += [f"_cell_length_{x} {value:.6f}" for x, value in zip("abc", lengths)]
    lines += [f"_cell_angle_{x} {v:.6f}" for x, v in zip(("alpha", "beta", "gamma"), angles)]
    lines += ["_space_group_name_H-M_alt 'P 1'", "_space_group_IT_number 1", "loop_",
              "_space_group_symop_operation_xyz", "'x, y, z'", "loop_", "_atom_site_label",
              "_atom_site_type_symbol", "_atom_site_fract_x", "_atom_site_fract_y",
              "_atom_site_fract_z"]  # fmt: skip
    for number, (z, frac) in enumerate(zip(structure.numbers, structure.frac), 1):
        symbol = SYMBOLS[int(z) - 1]
        lines.append(" ".join([f"{symbol}{number}", symbol, *(f"{x:.8f}" for x in frac)]))
    return "\n".join(lines) + "\n"
