"""Kinds of vector index that look at candidates instead of every row: graphs, lists, short codes.

With `vectors.py` the only user of faiss. A kind is one function that makes an empty faiss index of
two parts: a finder, which names candidates, and a store of all vectors, by which candidates are
then compared exactly. A dial of the finder trades time for recall.

Shape letters: b stored vectors, q queries, d embedding, k hits, c candidates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clac.errors import MissingExtra, StoreError
from index.scan import SPARE

try:
    import faiss
except ImportError as error:  # pragma: no cover - faiss-cpu is a plain dependency
    raise MissingExtra("faiss", "pip install faiss-cpu") from error

EXACT = "exact"
TUNED_K = 10
"""hits for which a dial is set; more take more, fewer no less"""
_LINKS = 32
_LINKS_LOOKED_AT = 128
"""links of each of the rows that are searched for a new one's neighbours"""
_TRAINED = 64
"""training vectors for each list, of which there are 4 sqrt(b)"""
_MOST_LISTS = 4096
"""more cost hours where there are ten million rows; their short codes are read faster than those"""
_MOST_PROBED = 512
"""lists that a query looks into at most"""
_LEAST_IN_LIST = 39
"""fewest rows for each list; faiss calls centroids of fewer poor"""
_SHORT = 64
"""the first entries of a vector, which serve alone (Matryoshka)"""
_EFFORTS = (32, 1024)
_FACTOR = 128
"""most candidates for each hit"""
_ROWS_FOR_FACTOR = 50
"""rows for each such candidate, below which all rows might as well be looked at"""
_GPU_MAX = 1024
"""most candidates, and most lists, for which a GPU is asked"""
_CODES_FOR_A_VECTOR = 32
"""codes that are compared in the time of one vector"""
_CAGRA_MIN_ROWS = 10_000
"""fewer are linked on the CPU at once"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to find candidates."""

    says: str
    """what it is, in a few words"""
    dial: str
    """faiss's name of what trades time for recall: efSearch, nprobe; empty where only the number of
    candidates does"""
    make: Callable[[int, int], faiss.Index]
    """dimension d, rows b -> an empty faiss index"""


def _graph(dim: int, count: int) -> faiss.Index:
    """Link codes of eight bits an entry to near ones; candidates are compared by their vectors.

    A step along the links waits for memory, of which codes need a quarter.
    """
    index = _factory(dim, f"HNSW{_LINKS}_SQ8,RFlat")
    _parts(index)[1].hnsw.efConstruction = _LINKS_LOOKED_AT
    return index


def _bit_lists(dim: int, count: int) -> faiss.Index:
    """Sort codes of one bit an entry in lists; candidates are compared by codes of eight.

    A rotation spreads what the entries say evenly, as codes of one bit (RaBitQ) need it.
    """
    return _factory(dim, f"RR{dim},IVF{_list_count(count)},RaBitQ,Refine(SQ8)")


def _byte_lists(dim: int, count: int) -> faiss.Index:
    """Sort codes of eight bits an entry in lists; candidates are compared by codes of sixteen."""
    return _factory(dim, f"IVF{_list_count(count)},SQ8,Refine(SQfp16)")


def _bits(dim: int, count: int) -> faiss.Index:
    """Scan codes of one bit an entry; candidates are compared by codes of eight."""
    return _factory(dim, f"RR{dim},RaBitQ,Refine(SQ8)")


def _short(dim: int, count: int) -> faiss.Index:
    """Scan the first entries; candidates are compared by codes of eight bits of all."""
    length = max(1, min(_SHORT, dim // 4))
    cut = faiss.RemapDimensionsTransform(dim, length, False)
    finder = faiss.IndexPreTransform(cut, faiss.IndexFlatIP(length))
    eight = faiss.ScalarQuantizer.QT_8bit
    return faiss.IndexRefine(
        finder, faiss.IndexScalarQuantizer(dim, eight, faiss.METRIC_INNER_PRODUCT)
    )


KINDS: Mapping[str, Kind] = {
    "hnsw": Kind("HNSW graph", "efSearch", _graph),
    "ivf": Kind("lists of one-bit codes", "nprobe", _bit_lists),
    "ivf-sq8": Kind("lists of eight-bit codes", "nprobe", _byte_lists),
    "binary": Kind("scan of one-bit codes", "", _bits),
    "matryoshka": Kind("scan of the first entries", "", _short),
}
_FINDERS = {
    "IndexFlatIP": EXACT,
    "IndexHNSWSQ": "hnsw",
    "IndexHNSWFlat": "hnsw",
    "IndexHNSWCagra": "hnsw",
    "IndexPreTransform of IndexIVFRaBitQ": "ivf",
    "IndexIVFScalarQuantizer": "ivf-sq8",
    "IndexPreTransform of IndexRaBitQ": "binary",
    "IndexPreTransform of IndexFlatIP": "matryoshka",
}
_ON_GPU = ("IndexIVFScalarQuantizer", "IndexHNSWCagra")
"""finders that faiss moves to a GPU"""


def kind_of(index: faiss.Index) -> str:
    """Name the kind of a faiss index. Raises ValueError for one that is of none."""
    finder, inner = _parts(index)
    found = type(finder).__name__
    if inner is not finder:
        found += f" of {type(inner).__name__}"
    kind = _FINDERS.get(found, "")
    if found == "IndexHNSWSQ" and not _refined(index):
        kind = ""  # which keeps no vectors to compare candidates by
    if not kind or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise ValueError(f"found {found}, expected {' or '.join(_FINDERS)}")
    return kind


def gpu_count() -> int:
    """Count the GPUs that faiss sees; faiss-cpu builds differ, some lack the name altogether."""
    return getattr(faiss, "get_num_gpus", lambda: 0)()


def filled(
    kind: str, dim: int, count: int, vectors: Callable[[np.ndarray], np.ndarray], block: int = 65536
) -> faiss.Index:
    """Make a faiss index of a kind that holds `count` vectors, which are asked for by their rows.

    Raises StoreError where the installed faiss cannot make it.
    """
    if kind == "hnsw" and _has_cagra() and count >= _CAGRA_MIN_ROWS:
        return _linked_on_gpu(dim, vectors(np.arange(count)))
    index = KINDS[kind].make(dim, count)
    if not index.is_trained:
        most = min(count, _TRAINED * max(1024, _list_count(count)))
        rows = np.sort(np.random.default_rng(0).permutation(count)[:most])
        _train(index, vectors(rows))
    for start in range(0, count, block):
        index.add(vectors(np.arange(start, min(start + block, count))))
    return index


class Near:
    """A faiss index of a kind in `KINDS`: what finds candidates, and the store of all vectors."""

    def __init__(self, index: faiss.Index) -> None:
        """Take a faiss index. Raises ValueError for one of no kind."""
        self.kind = kind_of(index)
        self._own = KINDS[self.kind]
        self._whole = index
        self._finder, self._inner = _parts(index)
        self.is_precise = not _refined(index)
        """whether the finder compares the stored vectors themselves"""
        store = index.refine_index if _refined(index) else index.storage
        self.store = faiss.downcast_index(store)
        self._has_factor = not self.is_precise and self._own.dial != "efSearch"
        self._count = int(index.ntotal)
        self._dial = self._read_dial()  # asking faiss takes a hundredth of a search, each time
        self._told: dict[int, Any] = {}
        self._on_gpu: Any = None

    def dial(self) -> dict[str, int]:
        """Return what is set: the finder's own dial, then candidates for each hit."""
        return dict(self._dial)

    def _read_dial(self) -> dict[str, int]:
        values = {}
        if self._own.dial == "efSearch":
            values["efSearch"] = int(self._inner.hnsw.efSearch)
        if self._own.dial == "nprobe":
            values["nprobe"] = int(self._inner.nprobe)
        if self._has_factor:
            values["factor"] = int(self._whole.k_factor)
        return values

    def dials(self) -> dict[str, list[int]]:
        """Return what may be set, from the fastest to the most thorough."""
        ladders = {}
        if self._own.dial == "efSearch":
            ladders["efSearch"] = _steps(*_EFFORTS)
        if self._own.dial == "nprobe":
            ladders["nprobe"] = _steps(1, min(int(self._inner.nlist), _MOST_PROBED))
        if self._has_factor:
            most = min(_FACTOR, int(self._whole.ntotal) // _ROWS_FOR_FACTOR)
            ladders["factor"] = _steps(1, max(1, most))
        return ladders

    def turn(self, dial: Mapping[str, int]) -> None:
        """Set some of `dial`; it is kept in the file."""
        for name, value in dial.items():
            if name == "efSearch":
                self._inner.hnsw.efSearch = value
            elif name == "nprobe":
                self._inner.nprobe = value
            else:
                self._whole.k_factor = value
        self._dial = self._read_dial()

    def says(self) -> str:
        """Say what finds candidates and how it is set."""
        values = [
            f"{value} candidates a hit" if name == "factor" else f"{name} {value}"
            for name, value in self.dial().items()
        ]
        return f"{self._own.says} ({', '.join(values)})"

    def wanted(self, k: int, effort: int = 1) -> int:
        """Return how many candidates are compared for k hits."""
        factor = self._dial.get("factor", 1)
        return effort * max(factor * max(k, TUNED_K), k + SPARE)

    def search(
        self, queries: np.ndarray, k: int, share: float, allowed: Any = None, effort: int = 1
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find candidates of k hits for each query (q, d): scores and rows (q, c), best first.

        Where too few are found, rows end in -1. Share: of the rows, what a faiss selector allows;
        the finder looks at so much more, since among what is near a query only that share may be a
        hit. More effort looks further.
        """
        count = min(self.wanted(k, effort), self._count)
        reach = effort * math.sqrt(max(1.0, k / TUNED_K)) / share
        value = 0
        if self._own.dial == "efSearch":
            value = max(math.ceil(self._dial["efSearch"] * reach), count)
        elif self._own.dial == "nprobe":
            value = min(math.ceil(self._dial["nprobe"] * reach), int(self._inner.nlist))
        probed = value if self._own.dial == "nprobe" else 0
        if allowed is None and max(count, probed) <= _GPU_MAX and self._moved():
            parameters = _parameters_on_gpu(self._own.dial, value)
            return self._on_gpu.search(queries, count, params=parameters)
        return self._finder.search(queries, count, params=self._parameters(value, allowed))

    def _parameters(self, value: int, allowed: Any) -> Any:
        """Return what faiss is told, how far to look and a selector; without one it is kept."""
        if allowed is None and (known := self._told.get(value)) is not None:
            return known
        chosen = {} if allowed is None else {"sel": allowed}
        if self._own.dial == "efSearch":
            parameters = faiss.SearchParametersHNSW(**chosen, efSearch=value)
        elif self._own.dial == "nprobe":
            parameters = faiss.SearchParametersIVF(**chosen, nprobe=value)
            if self._inner is not self._finder:
                parameters = faiss.SearchParametersPreTransform(index_params=parameters)
        else:
            parameters = faiss.SearchParameters(**chosen) if chosen else None
        if allowed is None:
            self._told = {value: parameters}
        return parameters

    def looked_at(self, share: float = 1.0) -> float:
        """Return how many whole vectors one query costs, where a share of the rows is allowed."""
        if self._own.dial == "efSearch":
            return self._dial["efSearch"] * _LINKS / share
        codes = self._count / _CODES_FOR_A_VECTOR
        if self._own.dial == "nprobe":
            return codes * self._dial["nprobe"] / self._inner.nlist
        return codes

    def _moved(self) -> bool:
        """Move the finder to a GPU where there is one for its kind; tell whether it is there."""
        if type(self._finder).__name__ not in _ON_GPU or not gpu_count():
            return False
        if self._on_gpu is None:
            self._on_gpu = faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, self._finder)
        return True


def flat(store: faiss.Index) -> np.ndarray | None:
    """Return the vectors (b, d) float32 of a store that keeps them whole, not copied; else None."""
    if not isinstance(store, faiss.IndexFlat):
        return None
    return faiss.rev_swig_ptr(store.get_xb(), store.ntotal * store.d).reshape(-1, store.d)


def decoded(store: faiss.IndexFlatCodes, rows: np.ndarray) -> np.ndarray:
    """Return vectors (b, d) of rows (b,): faiss's own `reconstruct_batch` is ten times slower."""
    if len(rows) and not 0 <= rows.min() <= rows.max() < store.ntotal:
        raise IndexError(f"rows are 0 to {store.ntotal - 1}, found {rows.min()} to {rows.max()}")
    codes = faiss.rev_swig_ptr(store.codes.data(), store.ntotal * store.code_size)
    return store.sa_decode(codes.reshape(store.ntotal, store.code_size)[rows])


def grown(index: faiss.Index, vectors: np.ndarray) -> faiss.Index:
    """Return a faiss index with vectors (b, d) more; the given one is not to be used again."""
    if type(index).__name__ == "IndexHNSWCagra":  # whose level 0 came from a GPU: link anew
        old = faiss.downcast_index(index.storage).reconstruct_n(0, index.ntotal)
        new = _graph(index.d, index.ntotal)
        new.train(old)
        new.add(old)
        _parts(new)[1].hnsw.efSearch = index.hnsw.efSearch
        index = new
    index.add(vectors)
    return index


def _list_count(count: int) -> int:
    return max(1, min(round(4 * math.sqrt(count)), count // _LEAST_IN_LIST, _MOST_LISTS))


def _factory(dim: int, text: str) -> faiss.Index:
    """Make what a faiss factory string says, for inner products."""
    try:
        return faiss.index_factory(dim, text, faiss.METRIC_INNER_PRODUCT)
    except RuntimeError as error:
        made = f"faiss {faiss.__version__} cannot make {text.split(',')[-2]}"
        raise StoreError(f"{made}; install faiss 1.11 or later, or choose --kind exact") from error


def _parts(index: faiss.Index) -> tuple[faiss.Index, faiss.Index]:
    """Return what finds candidates, and what does so behind a transformation of vectors."""
    finder = faiss.downcast_index(index.base_index if _refined(index) else index)
    turns = isinstance(finder, faiss.IndexPreTransform)
    return finder, faiss.downcast_index(finder.index) if turns else finder


def _refined(index: faiss.Index) -> bool:
    return isinstance(index, faiss.IndexRefine)


def _steps(low: int, high: int) -> list[int]:
    """Return powers of two and their halfway values from low to high."""
    values = {step for i in range(32) for step in (2**i, 3 * 2**i) if low <= step <= high}
    return sorted(values | {high})


def _train(index: faiss.Index, vectors: np.ndarray) -> None:
    """Learn centroids and codes, the centroids on GPUs where there are any."""
    lists = _parts(index)[1]
    has_lists = isinstance(lists, faiss.IndexIVF)
    if has_lists:
        lists.cp.min_points_per_centroid = 1  # else few rows are warned of on stderr
        lists.cp.max_points_per_centroid = _TRAINED
        if gpu_count():
            nearest = faiss.index_cpu_to_all_gpus(faiss.IndexFlatIP(index.d))
            lists.clustering_index = nearest
    index.train(vectors)
    if has_lists:
        lists.clustering_index = None


def _has_cagra() -> bool:
    return gpu_count() > 0 and hasattr(faiss, "GpuIndexCagra")


def _linked_on_gpu(dim: int, vectors: np.ndarray) -> faiss.Index:
    """Link vectors (b, d) on a GPU (CAGRA) and return a graph that a CPU searches too."""
    graph = faiss.GpuIndexCagra(faiss.StandardGpuResources(), dim, faiss.METRIC_INNER_PRODUCT)
    graph.train(vectors)
    return faiss.index_gpu_to_cpu(graph)


def _parameters_on_gpu(dial: str, value: int) -> Any:
    """Return what a GPU's finder is told."""
    if dial == "nprobe":
        return faiss.SearchParametersIVF(nprobe=value)
    parameters = faiss.SearchParametersCagra()
    parameters.itopk_size = 32 * math.ceil(value / 32)  # cuVS asks for whole warps
    return parameters
