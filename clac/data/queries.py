"""Queries written by hand, each with its claims: words for facts as no grammar puts them.

`queries.jsonl`: one object a line, `query` and `claims`, which have the fields of `Claim`. They are
shown in training, each with crystals for which it is true; no benchmark has a query of them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from clac.data.captions import Caption
from clac.data.claims import Claim

TABLE = Path(__file__).with_name("queries.jsonl")


@lru_cache(maxsize=1)
def handwritten() -> tuple[Caption, ...]:
    """Read the queries."""
    lines = map(json.loads, TABLE.read_text(encoding="utf-8").splitlines())
    return tuple(
        Caption(line["query"], tuple(Claim(**claim) for claim in line["claims"])) for line in lines
    )
