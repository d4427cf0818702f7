"""Result files named by commit, and the table lines that the commands print."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
CRYSTALS = Path(__file__).parents[1].parent / "shared" / "data" / "crystals.parquet"


def write(name: str, values: Mapping[str, Any]) -> Path:
    """Write one benchmark's values to results/NAME-COMMIT.json and print where."""
    commit = this_commit()
    head = {
        "benchmark": name, "commit": commit, "date": date.today().isoformat(),
        "cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version(),
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{commit}.json"
    path.write_text(json.dumps({**head, **values}, indent=2) + "\n")
    print(f"written: {path.relative_to(RESULTS.parents[1])}")
    return path


def this_commit() -> str:
    """Name the commit that runs, and tell whether files were changed since."""
    # Plots of benchmarks that ran before change nothing that is measured.
    changed = "-dirty" if _git("status", "-s", "-uno", "..", ":!results") else ""
    return _git("rev-parse", "--short=10", "HEAD") + changed


def time_of(commit: str) -> int:
    """Return when a commit was made, in seconds; 0 where it is not known here."""
    return int(_git("show", "-s", "--format=%ct", commit.removesuffix("-dirty")) or 0)


def need_crystals() -> Path:
    """Return the path of crystals.parquet, or end with the reason why there is none."""
    if not CRYSTALS.exists():
        raise SystemExit(f"{CRYSTALS.name} is not in ../shared/data: this benchmark needs it")
    return CRYSTALS


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], capture_output=True, text=True, cwd=RESULTS.parent, check=False
    )
    return done.stdout.strip() or ("unknown" if "rev-parse" in arguments else "")
