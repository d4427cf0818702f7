"""The stages of a build on a Ray cluster, as stages of Ray Data."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clac.errors import ClacError, MissingExtra, WorkerError
from index.stages import STAGES, Batch, portable, through

try:
    import ray
    import ray.data
    from ray import cloudpickle
    from ray.data.block import BlockMetadata
    from ray.data.datasource import Datasource, ReadTask
    from ray.exceptions import RayError
except ModuleNotFoundError as error:
    raise MissingExtra("ray", "pip install 'clac[ray]'") from error

if TYPE_CHECKING:
    from clac.embed import Embedder

_COLUMN = "batch"
"""of bytes: a batch, or the error that took its place"""


class RayRunner:
    """A runner of stages on a Ray cluster.

    The sources are read on the node where the command runs; batches go through the stages wherever
    a core is free, and come back in their order. Ray Data holds a stage back whose results nobody
    has room for, and Ray runs again what a dead worker was at. Every node needs this package and,
    under the same path, the model.
    """

    def __init__(self, address: str | None = None) -> None:
        """Name a cluster by HOST:PORT, or 'auto'.

        Without one it is that of RAY_ADDRESS, or a new one of this machine.
        """
        self._address = address or os.environ.get("RAY_ADDRESS", "local")

    def __call__(
        self, embedder: Embedder, batches: Iterable[Batch]
    ) -> Generator[Batch, None, None]:
        """Take batches through all stages and give them back in their order.

        Raises what a stage or the source raises, when all before it is given back, and WorkerError
        where the cluster cannot be reached or gives up.
        """
        packed = cloudpickle.dumps(embedder)
        with _connected(self._address):
            with ray.data.DataContext.current(_context()):
                rows = ray.data.read_datasource(_Source(batches), override_num_blocks=1, num_cpus=0)
            for name in STAGES:
                rows = rows.map(_staged, fn_args=(name, packed), num_cpus=1)
            try:
                for row in rows.iter_rows():
                    found = cloudpickle.loads(row[_COLUMN])
                    if isinstance(found, ClacError):
                        raise found
                    yield found
            except RayError as error:
                raise WorkerError(f"the Ray cluster gave up: {_line(error)}") from error


class _Source(Datasource):
    """Batches, read one after the other: which ids came before is known only in order."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = batches

    @property
    def supports_distributed_reads(self) -> bool:
        """Read on the node of the driver, where the sources are."""
        return False

    def estimate_inmemory_data_size(self) -> int | None:
        """Return that it is not known."""
        return None

    def get_read_tasks(self, parallelism: int, *given: Any, **options: Any) -> list[ReadTask]:
        """Return the one task, which yields a batch at a time."""
        batches = self._batches
        return [ReadTask(lambda: _blocks(batches), BlockMetadata(None, None, None, None))]


def _blocks(batches: Iterable[Batch]) -> Iterator[pa.Table]:
    """Yield each batch as a table of one row; what the source raises becomes the last."""
    try:
        for batch in batches:
            yield pa.table({_COLUMN: [cloudpickle.dumps(batch)]})
    except Exception as error:
        yield pa.table({_COLUMN: [cloudpickle.dumps(portable(error, Batch(0)))]})


def _staged(row: dict[str, bytes], name: str, embedder: bytes) -> dict[str, bytes]:
    """Take a batch through a stage; what it raises takes its place."""
    found = cloudpickle.loads(row[_COLUMN])
    if isinstance(found, ClacError):
        return row
    try:
        done: Any = through(name, _unpacked(embedder), found)
    except Exception as error:
        done = portable(error, found)
    return {_COLUMN: cloudpickle.dumps(done)}


@lru_cache(maxsize=1)
def _unpacked(embedder: bytes) -> Embedder:
    """Load a model once in each process."""
    found: Embedder = cloudpickle.loads(embedder)
    return found


def _context() -> Any:
    """Return settings of Ray Data: results in their order, one batch to a block."""
    context = ray.data.DataContext.get_current().copy()
    context.execution_options.preserve_order = True
    context.target_max_block_size = 1
    context.enable_progress_bars = False
    return context


@contextlib.contextmanager
def _connected(address: str) -> Iterator[None]:
    """Be connected to a cluster; a connection that is there already is used and stays."""
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError, RayError) as error:
        hint = "; a proxy in the environment may be in the way" * ("http_proxy" in os.environ)
        raise WorkerError(f"no Ray cluster at {address}: {_line(error)}{hint}") from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        yield
    finally:
        ray.shutdown()


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:400]
