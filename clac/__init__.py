"""CLaC: crystals and plain English in one space.

from clac import load_model
model = load_model()
model.encode_texts(["layered lithium cobalt oxide"])    # (1, 256) unit vectors
model.encode_structures([structure])                    # pymatgen, ASE or Record
"""

import os

# OpenMP threads that spin while they wait make a loaded machine many times slower; this must be
# set before the first numerical library loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from clac.embed import Embedder, load_model
from clac.errors import ClacError
from clac.types import Record, Structure

__version__ = "0.1.0"
__all__ = ["ClacError", "Embedder", "Record", "Structure", "load_model"]
