"""CIF text -> vector on one core: every stage, against the usual pipeline, on the same structures.

    python -m benchmarks.speed [--structures N]

Both sides read the same CIF texts (conventional cells as a database hands them out, symmetry
included, written with pymatgen) and end in the same kind of vector. The usual pipeline is the CIF
parser of pymatgen, all neighbours within 8 Angstrom sorted and cut to the nearest 12, and CGCNN
over the full cell; the other usual way makes ASE's neighbour list within 6 Angstrom anew for every
sample.
"""

from __future__ import annotations

import argparse
import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # one core, set before the numerical libraries load

import statistics  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import torch  # noqa: E402

from benchmarks import report  # noqa: E402
from clac import checkpoint  # noqa: E402
from clac.config import GraphConfig, LimitsConfig  # noqa: E402
from clac.data.formats.objects import record_from  # noqa: E402
from clac.data.graphs import build_graph, collate  # noqa: E402
from clac.data.readers import read_text  # noqa: E402
from clac.data.symmetry import analyze  # noqa: E402
from clac.types import Graph  # noqa: E402

BATCH = 64


def main() -> None:
    """Measure both pipelines and write the result file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--structures", type=int, default=256)
    count = parser.parse_args().structures
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    warnings.simplefilter("ignore")
    texts = cif_texts(count)
    tower = checkpoint.load(text=False)
    config = checkpoint.describe().config
    ours: list[tuple[str, Callable[[Any], Any]]] = [
        ("read CIF", lambda text: read_text(text, "x.cif")[0].structure),
        ("symmetry", lambda s: analyze(s, config.graph.symprec_ang)),
        ("graph", lambda s: build_graph(s, config.graph)),
    ]
    peers: list[tuple[str, Callable[[Any], Any]]] = [
        ("read CIF", read_with_pymatgen), ("neighbours and graph", full_cell_graph),
    ]  # fmt: skip
    values = {}
    with_ase = [("read CIF", read_with_pymatgen), ("neighbours and graph", ase_graph)]
    for name, stages in (
        ("this pipeline", ours), ("usual pipeline", peers), ("ASE list, 6 Angstrom", with_ase),
    ):  # fmt: skip
        measure(stages, texts[:8], tower)  # warm-up
        values[name] = measure(stages, texts, tower)
        rates = values[name]
        print(f"{name}: " + ", ".join(
            f"{stage} {1e3 * seconds:.2f} ms" for stage, seconds in rates["stages_s"].items()
        ))  # fmt: skip
        print(
            f"  median structure {rates['median_per_s']:.0f}/s, "
            f"all {count} structures {rates['overall_per_s']:.0f}/s"
        )
    ratio = values["this pipeline"]["overall_per_s"] / values["usual pipeline"]["overall_per_s"]
    print(f"ratio: {ratio:.1f}")
    report.write("speed", {"structures": count, "ratio": ratio, **values})


def cif_texts(count: int) -> list[str]:
    """Write the conventional cells of evenly spread test structures as CIF with symmetry."""
    from pymatgen.core import Element, Structure
    from pymatgen.io.cif import CifWriter

    table = pq.read_table(report.need_crystals())
    rows = table.take(np.linspace(0, len(table) - 1, count).astype(int)).to_pylist()
    texts = []
    for row in rows:
        s = analyze(record_from(row, "", row["material_id"], LimitsConfig()).structure).conventional
        species = [Element.from_Z(int(z)) for z in s.numbers]
        texts.append(str(CifWriter(Structure(s.cell, species, s.frac), symprec=0.01)))
    return texts


def measure(
    stages: Sequence[tuple[str, Callable[[Any], Any]]], texts: Sequence[str], tower: Any
) -> dict[str, Any]:
    """Time each stage for each text, and the encoder in batches."""
    seconds = {stage: [] for stage, _ in stages}
    graphs: list[Graph] = []
    for text in texts:
        value: Any = text
        for stage, work in stages:
            began = time.perf_counter()
            value = work(value)
            seconds[stage].append(time.perf_counter() - began)
        graphs.append(value)
    began = time.perf_counter()
    with torch.inference_mode():
        for start in range(0, len(graphs), BATCH):
            tower.encode_graphs(collate(graphs[start : start + BATCH]))
    encode = (time.perf_counter() - began) / len(graphs)
    single = [sum(parts) + encode for parts in zip(*seconds.values())]
    medians = {stage: statistics.median(values) for stage, values in seconds.items()}
    return {
        "stages_s": {**medians, "encode": encode},
        "median_per_s": 1 / statistics.median(single),
        "overall_per_s": len(single) / sum(single),
    }


def read_with_pymatgen(text: str) -> Any:
    """Parse a CIF as most projects do."""
    from pymatgen.io.cif import CifParser

    return CifParser.from_str(text).parse_structures(primitive=False)[0]


def full_cell_graph(structure: Any) -> Graph:
    """Build the graph of every atom of the cell: 8 Angstrom, sorted, the nearest 12."""
    centres, neighbours, vectors = [], [], []
    for i, around in enumerate(structure.get_all_neighbors(8.0)):
        for site in sorted(around, key=lambda site: site.nn_distance)[:12]:
            centres.append(i)
            neighbours.append(site.index)
            vectors.append(site.coords - structure[i].coords)
    numbers = np.array([site.specie.Z for site in structure])
    return _bare(numbers, np.array([neighbours, centres]), np.array(vectors))


def ase_graph(structure: Any) -> Graph:
    """Build the graph of every atom of the cell from ASE's neighbour list within 6 Angstrom."""
    from ase.neighborlist import neighbor_list
    from pymatgen.io.ase import AseAtomsAdaptor

    atoms = AseAtomsAdaptor.get_atoms(structure)
    centres, neighbours, vectors = neighbor_list("ijD", atoms, 6.0)
    return _bare(atoms.numbers.astype(np.int64), np.stack([neighbours, centres]), vectors)


EMPTY = build_graph(analyze(record_from(
    {"lattice_mat": (4.0 * np.eye(3)).tolist(), "coords": [[0, 0, 0]], "elements": ["Po"],
     "cartesian": False}, "x", "", LimitsConfig()).structure), GraphConfig())  # fmt: skip


def _bare(numbers: np.ndarray, edge_index: np.ndarray, edge_vector: np.ndarray) -> Graph:
    """Wrap a graph without descriptor and bonds: the usual pipeline has none, nor their time."""
    none = np.zeros(len(numbers), dtype=np.int64)
    return Graph(
        numbers, np.ones(len(numbers), np.float32), edge_index, edge_vector.astype(np.float32), 1,
        np.zeros_like(EMPTY.descriptor), none, none, np.zeros_like(EMPTY.network),
    )  # fmt: skip


if __name__ == "__main__":
    main()
