"""The engine: embeddings in, hits out."""

from index.answer import Predictor
from index.engine import SearchEngine
from index.hits import Hits
from index.types import Answer, BuildReport, Evidence, Filtered, Hit, Label, Match, Query
from index.writer import IndexWriter

__all__ = [
    "Answer", "BuildReport", "Evidence", "Filtered", "Hit", "Hits", "IndexWriter", "Label", "Match",
    "Predictor", "Query", "SearchEngine",
]  # fmt: skip
