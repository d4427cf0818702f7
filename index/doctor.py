"""What is installed, what works and what is broken, for `clac doctor`."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np

from clac.types import Structure

if TYPE_CHECKING:
    from clac.embed import Embedder
    from index.engine import SearchEngine

OK, ABSENT, BROKEN = "ok", "absent", "broken"
OLDEST = (3, 11)
"""Python"""
PACKAGES: Mapping[str, str] = {
    "ase": "ase", "faiss": "faiss-cpu", "gemmi": "gemmi", "huggingface_hub": "huggingface-hub",
    "lark": "lark", "moyopy": "moyopy", "numpy": "numpy", "onnxruntime": "onnxruntime",
    "optimade": "optimade", "pyarrow": "pyarrow", "pydantic": "pydantic", "pymatgen": "pymatgen",
    "rich": "rich", "safetensors": "safetensors", "scipy": "scipy", "tokenizers": "tokenizers",
    "torch": "torch", "transformers": "transformers", "typer": "typer", "vesin": "vesin",
}  # fmt: skip
"""module -> what pip calls it, of what must be there"""
EXTRAS: Mapping[str, Mapping[str, str]] = {
    "explain": {"matplotlib": "matplotlib"},
    "mcp": {"mcp": "mcp"},
    "milvus": {"pymilvus": "pymilvus"},
    "molecules": {"rdkit": "rdkit"},
    "ray": {"ray": "ray"},
    "serve": {"fastapi": "fastapi", "prometheus_client": "prometheus-client",
              "uvicorn": "uvicorn"},
    "sklearn": {"sklearn": "scikit-learn"},
    "train": {"onnx": "onnx", "onnxscript": "onnxscript", "tensorboard": "tensorboard",
              "sentence_transformers": "sentence-transformers"},
}  # fmt: skip
"""extra -> likewise, of what may be; gpu is told of by its device, since its module is faiss too"""
_ALSO = {"faiss": ("faiss-gpu-cuvs", "faiss-gpu-cu12")}
"""other names under which pip may have a module"""
_SALT = Structure(
    np.array([[0.0, 2.82, 2.82], [2.82, 0.0, 2.82], [2.82, 2.82, 0.0]]),
    np.array([[0.0] * 3, [0.5] * 3]),
    np.array([11, 17]),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    part: str
    """'system', 'package', 'extra', 'device', 'model' or 'index'"""
    name: str
    state: str
    """'ok', 'absent' (and not needed) or 'broken'"""
    found: str
    """what there is, or what mends it"""


def examine(
    load: Callable[[], Embedder], opened: Callable[[Embedder], SearchEngine]
) -> Iterator[Check]:
    """Look at everything, in an order in which the first that is broken breaks the others.

    Load and opened give the model and the index.
    """
    yield from _system()
    yield from (_package("package", name, module) for module, name in PACKAGES.items())
    for extra, modules in EXTRAS.items():
        yield _extra(extra, modules)
    yield _tried("device", "torch", _torch)
    yield _tried("device", "faiss", _faiss)
    kept: list[Embedder] = []

    def model() -> str:
        kept.append(load())
        return f"{kept[0].model_id}, as its parts hash; {kept[0].folder}"

    yield _tried("model", "id", model)
    if kept:
        yield _tried("model", "texts", lambda: _encoded(kept[0].encode_texts(["table salt"])))
        yield _tried("model", "structures", lambda: _encoded(kept[0].encode_structures([_SALT])))
        yield from _index(lambda: opened(kept[0]))


def _system() -> Iterator[Check]:
    """Tell versions, machine and cores."""
    import clac

    yield Check("system", "clac", OK, clac.__version__)
    old = sys.version_info < OLDEST
    yield Check("system", "python", BROKEN if old else OK, platform.python_version())
    yield Check("system", "machine", OK, f"{platform.system()} {platform.machine()}")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    yield Check("system", "cores", OK, f"{usable}; OMP_NUM_THREADS {threads}")


def _package(part: str, name: str, module: str) -> Check:
    """Tell the version of a package, without importing it."""
    if importlib.util.find_spec(module) is None:
        return Check(part, name, BROKEN, f"not installed: pip install {name}")
    return Check(part, name, OK, _version(module, name))


def _version(module: str, name: str) -> str:
    """Return the version of a package that is there."""
    for known in (name, *_ALSO.get(module, ())):
        try:
            return metadata.version(known) + f" ({known})" * (known != name)
        except metadata.PackageNotFoundError:
            continue
    return "of unknown version"


def _extra(extra: str, modules: Mapping[str, str]) -> Check:
    """Tell whether all packages of an extra are there."""
    if any(importlib.util.find_spec(module) is None for module in modules):
        return Check("extra", extra, ABSENT, f"pip install 'clac[{extra}]'")
    versions = (f"{name} {_version(module, name)}" for module, name in modules.items())
    return Check("extra", extra, OK, ", ".join(versions))


def _torch() -> str:
    import torch

    if not torch.cuda.is_available():
        return f"no GPU; {torch.get_num_threads()} threads"
    count = torch.cuda.device_count()
    return f"{count} GPU: {', '.join(torch.cuda.get_device_name(i) for i in range(count))}"


def _faiss() -> str:
    from index.kinds import gpu_count

    return f"{gpu_count()} GPU" if gpu_count() else "no GPU"


def _encoded(vectors: np.ndarray) -> str:
    """Check that vectors (b, d) are numbers of length one."""
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, atol=1e-3):
        raise ValueError(f"a vector of length {lengths[0]:.3g}, not 1")
    return f"encoded, {vectors.shape[1]} numbers"


def _index(opened: Callable[[], SearchEngine]) -> Iterator[Check]:
    """Open an index, which compares all checksums, and tell what it holds."""
    kept: list[SearchEngine] = []

    def folder() -> str:
        kept.append(opened())
        return str(kept[0].folder)

    yield _tried("index", "folder", folder)
    if not kept:
        return
    held = kept[0].manifest
    stored = sum(segment.count for segment in held.segments)
    yield Check("index", "checksums", OK, f"{len(held.parts)} files, all as they were written")
    yield Check("index", "model", OK, held.model_id)
    deleted = f", {stored - held.count:,} more are deleted" * (stored > held.count)
    parts = f"{len(held.segments)} segment{'s' * (len(held.segments) != 1)}"
    yield Check("index", "rows", OK, f"{held.count:,} in {parts}{deleted}")
    yield Check("index", "kind", OK, f"{held.kind}; finds {held.recall:.1%} of true neighbours")
    yield _tried("index", "search", lambda: f"first hit {kept[0].search('salt', k=1)[0].id}")


def _tried(part: str, name: str, work: Callable[[], str]) -> Check:
    """Do something and tell what came of it."""
    try:
        return Check(part, name, OK, work())
    except Exception as error:  # whatever breaks is what is looked for
        said = " ".join(str(error).split()) or type(error).__name__
        return Check(part, name, BROKEN, said)
