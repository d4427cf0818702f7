"""The engine: embeddings in, hits out."""

from index.engine import SearchEngine
from index.types import BuildReport, Hit, Label, Match, Query

__all__ = ["BuildReport", "Hit", "Label", "Match", "Query", "SearchEngine"]
