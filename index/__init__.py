"""The engine: embeddings in, hits out."""

from index.engine import SearchEngine
from index.types import BuildReport, Filtered, Hit, Hits, Label, Match, Query
from index.writer import IndexWriter

__all__ = [
    "BuildReport", "Filtered", "Hit", "Hits", "IndexWriter", "Label", "Match", "Query",
    "SearchEngine",
]  # fmt: skip
