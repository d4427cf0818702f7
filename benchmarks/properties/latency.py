"""How long a prediction takes: a whole `clac predict FILE`, and each one in a process that runs.

    python -m benchmarks.properties.latency

All shipped heads are asked, with the embedded collection, whose index is built first. In process:
from a file's text in memory to its answers, over crystals of that collection.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pymatgen.core import Lattice, Structure

from benchmarks import report
from benchmarks.latency import COLD_RUNS, START, timed
from clac import load_model
from clac.data.readers import read_text
from clac.data.starter import starter_records
from clac.head_files import SHIPPED
from clac.types import Record, Refusal
from index import Predictor, SearchEngine

ASKED = 200


def main() -> None:
    """Measure and write the result file."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CLAC_CACHE"] = folder
        texts = [cif(record) for record in starter_records()[: ASKED * 8 : 8]]
        file = Path(folder) / "asked.cif"
        file.write_text(texts[0])
        engine = SearchEngine.open(None, load_model())
        cold = [
            timed([sys.executable, "-c", START, "predict", str(file), "--json"])
            for _ in range(COLD_RUNS)
        ]
        predictor = Predictor(engine)
        names = predictor.properties
        seconds = []
        for text in texts:
            began = time.perf_counter()
            found = list(predictor.predict(read_text(text, "asked.cif"), names, refuse))
            seconds.append(time.perf_counter() - began)
            assert len(found) == len(names)
    values = {
        "cold, median": statistics.median(cold), "cold, largest": max(cold),
        "in process, first": seconds[0],
        "in process, median": float(np.median(seconds[1:])),
        "in process, 99%": float(np.quantile(seconds[1:], 0.99)),
    }  # fmt: skip
    print(f"{len(names)} properties at once: {', '.join(names)}")
    for name, value in values.items():
        print(f"{name}: {value:.3f} s")
    sizes = {path.name: path.stat().st_size / 1e6 for path in SHIPPED.iterdir()}
    explains = sum(size for name, size in sizes.items() if name.startswith("fusion-"))
    heads = sum(sizes.values()) - explains
    print(f"heads with their tower: {heads:.2f} MB; network of clac explain: {explains:.2f} MB")
    told = {"heads MB": heads, "network of explain MB": explains}
    report.write("property_latency", {"properties": names, "seconds": values, **told})


def cif(record: Record) -> str:
    """Write a crystal as a CIF."""
    structure = record.structure
    return Structure(Lattice(structure.cell), structure.numbers.tolist(), structure.frac).to(
        fmt="cif"
    )


def refuse(refusal: Refusal) -> None:
    raise AssertionError(refusal)


if __name__ == "__main__":
    main()
