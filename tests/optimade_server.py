"""The reference server of OPTIMADE with its test data and ours, on a port of its own.

As a program: python optimade_server.py LOG_DIR DOCUMENTS.json; PORT and its log go to stdout.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np

from clac.types import Record
from index.columns import anonymous, reduced

ALIASES = {
    "id": "task_id",
    "chemical_formula_descriptive": "pretty_formula",
    "chemical_formula_reduced": "pretty_formula",
    "chemical_formula_anonymous": "formula_anonymous",
}


class ReferenceServer:
    """A running server: where it listens, and what it was asked."""

    def __init__(self, base: str, log: Path) -> None:
        self.base = base
        self._log = log

    def asked(self) -> list[str]:
        """Return the paths of the requests so far, in order."""
        return re.findall(r'"GET (\S+) HTTP', self._log.read_text())


@contextlib.contextmanager
def running(folder: Path, records: Sequence[Record]) -> Iterator[ReferenceServer]:
    """Run the server in a process of its own with our records after its own test data."""
    documents, log = folder / "documents.json", folder / "server.log"
    documents.write_text(json.dumps([document(record) for record in records]))
    command = [sys.executable, __file__, str(folder / "log"), str(documents)]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 90
        while not (port := re.search(r"^PORT (\d+)", log.read_text(), re.MULTILINE)):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield ReferenceServer(f"http://127.0.0.1:{port[1]}", log)
    finally:
        process.terminate()
        process.wait()


def document(record: Record) -> dict[str, Any]:
    """Write a record as the server's database keeps it."""
    from clac.data.elements import SYMBOLS

    structure = record.structure
    at_sites = [SYMBOLS[number - 1] for number in structure.numbers]
    elements = sorted(set(at_sites))
    amounts = tuple(at_sites.count(element) for element in elements)
    amounts = tuple(amount // gcd(*amounts) for amount in amounts)
    return {
        "task_id": record.id,
        "chemsys": "-".join(elements),
        "elements": elements,
        "nelements": len(elements),
        "elements_ratios": [amount / sum(amounts) for amount in amounts],
        "pretty_formula": reduced(tuple(elements), amounts),
        "formula_anonymous": anonymous(amounts),
        "nsites": len(at_sites),
        "nperiodic_dimensions": 3,
        "dimension_types": [1, 1, 1],
        "lattice_vectors": structure.cell.tolist(),
        "cartesian_site_positions": np.matmul(structure.frac, structure.cell).tolist(),
        "species_at_sites": at_sites,
        "species": [{"name": e, "chemical_symbols": [e], "concentration": [1]} for e in elements],
        "structure_features": [],
        "last_modified": "2020-01-31T00:00:00Z",
    }


def serve(log_dir: str, documents: str) -> None:
    """Serve until the process ends."""
    import uvicorn
    from bson import ObjectId
    from optimade.server import data
    from optimade.server.config import ServerConfig
    from optimade.server.create_app import create_app

    own = {"name": "chemsys", "description": "chemical system", "type": "string"}
    config = ServerConfig(
        insert_test_data=False,  # it would ask for the list of providers on the web
        log_dir=log_dir,
        aliases={"structures": ALIASES},
        provider_fields={"structures": [own]},
    )
    # set aside its check, which would look for the licence on the web
    config.__dict__["license"] = "https://spdx.org/licenses/CC-BY-4.0"
    app = create_app(config)
    ours = json.loads(Path(documents).read_text())
    structures = [*data.structures, *({"_id": ObjectId(), **one} for one in ours)]
    app.state.entry_collections["structures"].insert(structures)
    listening = socket.create_server(("127.0.0.1", 0))
    print("PORT", listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app)).run(sockets=[listening])


if __name__ == "__main__":
    serve(*sys.argv[1:])
