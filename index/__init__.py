"""The engine: embeddings in, hits out."""

from index.engine import SearchEngine
from index.types import BuildReport, Filtered, Hit, Hits, Label, Match, Query

__all__ = ["BuildReport", "Filtered", "Hit", "Hits", "Label", "Match", "Query", "SearchEngine"]
