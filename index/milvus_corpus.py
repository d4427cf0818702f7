"""What a Milvus cluster holds of an index: its address, its kinds of index, its corpora.

A collection holds the vectors of one model, indexed in one kind; each index folder that was pushed
is a corpus, a partition of it, with the columns that filters ask. What is known of a corpus stands
in the properties of its collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from clac.errors import InputError, StoreError
from index.manifest import Manifest, content_of

PREFIX = "clac_"
"""of the names of collections"""
CORPUS = "clac.corpus."
"""of the names of properties that describe a corpus, as JSON"""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One index of Milvus, by the name that it has here."""

    type: str
    """Milvus's name"""
    says: str
    make: Mapping[str, int]
    """build parameters"""
    dial: str = ""
    """search parameter that trades time for recall"""
    setting: int = 0
    """of the dial, where nothing else is said"""
    least_k: bool = False
    """the setting must be no less than the hits asked for"""


KINDS: Mapping[str, Kind] = {
    "exact": Kind("FLAT", "exact scan", {}),
    "hnsw": Kind("HNSW", "HNSW graph", {"M": 32, "efConstruction": 128}, "ef", 256, True),
    "ivf": Kind("IVF_FLAT", "lists of vectors", {"nlist": 1024}, "nprobe", 128),
    "ivf-sq8": Kind("IVF_SQ8", "lists of eight-bit codes", {"nlist": 1024}, "nprobe", 128),
    "diskann": Kind("DISKANN", "graph on disk", {}, "search_list", 256, True),
    "gpu-cagra": Kind(
        "GPU_CAGRA",
        "graph on GPUs",
        {"intermediate_graph_degree": 128, "graph_degree": 64},
        "itopk_size",
        256,
        True,
    ),
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a cluster holds of an index folder."""

    name: str
    model_id: str
    kind: str
    collection: str
    partition: str
    count: int
    content: str
    """of the index folder, see `index.manifest.content_of`"""
    columns: Mapping[str, str]
    """column that filters ask -> its kind, see `index.milvus_filter`"""


def parsed(address: str) -> tuple[str, str]:
    """Part http://host:19530#NAME in the server and the name of a corpus.

    Raises InputError for an address of another form.
    """
    uri, _, name = address.partition("#")
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise InputError(address, "expected a Milvus server such as http://host:19530")
    if not _NAME.fullmatch(name):
        raise InputError(
            address, "a corpus is named behind #, by up to 64 letters, digits and _, a letter first"
        )
    return uri.rstrip("/"), name


def right(address: str, uri: str, name: str, known: Sequence[Corpus], manifest: Manifest) -> Corpus:
    """Choose the corpus of a name that was pushed from an index in its present state.

    Raises StoreError that says what was found, what was expected and what mends it.
    """
    named = [corpus for corpus in known if corpus.name == name]
    own = [corpus for corpus in named if corpus.model_id == manifest.model_id]
    if not named:
        names = ", ".join(sorted({corpus.name for corpus in known})) or "none"
        raise StoreError(f"{address}: no such corpus, there are: {names}; {remedy(uri, name)}")
    if not own:
        found = named[0].model_id
        raise StoreError(
            f"{address}: found model {found}, expected {manifest.model_id}; {remedy(uri, name)}"
        )
    (corpus,) = own
    if corpus.count != manifest.count:
        raise StoreError(
            f"{address}: found {corpus.count:,} rows, expected {manifest.count:,} as in the index; "
            + remedy(uri, name)
        )
    if corpus.content != content_of(manifest):
        raise StoreError(f"{address}: pushed from another state of the index; {remedy(uri, name)}")
    return corpus


def remedy(uri: str, name: str) -> str:
    """Name the command that pushes a corpus."""
    return f"push it with: clac index push DIR --to {uri} --corpus {name}"
