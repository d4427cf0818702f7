"""What is written is read again as the same crystal."""

from __future__ import annotations

import numpy as np
import pytest
from crystals import ALL

from clac.data.readers import read_text
from clac.data.writers import write_cif
from clac.types import Record


@pytest.mark.parametrize("name", ALL)
def test_a_written_cif_is_read_as_the_same_crystal(name: str) -> None:
    (again,) = read_text(write_cif(Record(name, ALL[name])), "x.cif")
    one, other = ALL[name], again.structure
    assert other.numbers.tolist() == one.numbers.tolist()
    lengths = [np.linalg.norm(s.cell, axis=1) for s in (one, other)]
    assert np.allclose(*lengths, atol=1e-5)
    assert one.volume_ang3 == pytest.approx(other.volume_ang3, rel=1e-6)
    moved = one.frac - other.frac
    assert np.abs(moved - moved.round()).max() < 1e-7


def test_a_name_with_blanks_and_line_breaks_stays_one_block() -> None:
    text = write_cif(Record("a b\nloop_", ALL["diamond"]))
    assert text.startswith("data_a_b_loop_\n") and len(read_text(text, "x.cif")) == 1
