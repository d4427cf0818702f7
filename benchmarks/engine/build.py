"""The command `clac index build` on all crystals: minutes, memory of all its processes, rates.

A build of a small slice is killed once its first batch is done, and goes on with --resume: the
index must be that of a build that nobody disturbed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report
from benchmarks.engine.lines import RUNS, Line, finish
from benchmarks.engine.memory import TreeMemory
from benchmarks.engine.sources import build_command, write_slice
from benchmarks.testset import SEED
from index.manifest import read_manifest
from index.staging import JOURNAL

INDEX = RUNS / "index"
"""of all crystals"""
CRYSTALS = 145_334
SLICE = 2_500
"""crystals of the build that is killed: two batches and a half"""
_LOOKS_EVERY_S = 0.2


def run(rows: int) -> list[Line]:
    """Build the index of so many crystals, and a small one twice; write the result file."""
    source, out = report.need_crystals(), INDEX
    if rows < CRYSTALS:
        source, out = some_crystals(rows), RUNS / f"index-{rows}"
    whole = built(source, out, "--force")
    resumed = killed_and_resumed()
    lines = [
        Line(f"build of {whole['count']:,} crystals: minutes", whole["s"] / 60, most=20.0),
        Line("the same: memory of all processes, GiB", whole["peak_gib"], most=4.0),
        Line("killed, resumed, and the same to the byte", float(resumed["the same"]), least=1.0),
    ]
    return finish("build", lines, {"whole": whole, "killed and resumed": resumed})


def built(source: Path, out: Path, *options: str) -> dict[str, Any]:
    """Build an index by the command; return seconds, memory and what it reports."""
    command = build_command(source, out, *options)
    print(" ".join(["clac", *command[3:]]), flush=True)
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        memory = TreeMemory(process.pid)
        told, _ = process.communicate()
        seconds = time.perf_counter() - began
        peak = memory.stop()
    if process.returncode:
        raise SystemExit(f"clac index build ended with {process.returncode}")
    values: dict[str, Any] = json.loads(told.splitlines()[-1])
    values |= {"s": seconds, "peak_gib": peak, "per_s": values["count"] / seconds}
    for name, value in values.items():
        print(f"    {name}: {value}", flush=True)
    return values


def some_crystals(count: int) -> Path:
    """Write a slice of the crystals, the same each time; return its path."""
    RUNS.mkdir(parents=True, exist_ok=True)
    path = RUNS / f"crystals-{count}.parquet"
    if not path.exists():
        write_slice(np.random.default_rng(SEED).permutation(CRYSTALS)[:count], path)
    return path


def killed_and_resumed() -> dict[str, Any]:
    """Kill a build of a slice when it has a batch, go on, and compare with one in peace."""
    source, out, peace = some_crystals(SLICE), RUNS / "resumed", RUNS / "in-peace"
    for folder in (out, peace, *_parts_of(out)):
        shutil.rmtree(folder, ignore_errors=True)
    kept = _killed(build_command(source, out), out)
    again = built(source, out, "--resume")
    whole = built(source, peace)
    same = read_manifest(out).parts == read_manifest(peace).parts
    return {
        "rows": SLICE, "kept": kept, "the same": same, "resume_s": again["s"], "whole_s": whole["s"]
    }  # fmt: skip


def _killed(command: list[str], out: Path) -> int:
    """Start a build and kill it, and its workers, when a batch is done; return the rows it kept."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while not (kept := _kept(out)):
            if process.poll() is not None:
                raise SystemExit("the build ended before it could be killed")
            time.sleep(_LOOKS_EVERY_S)
        os.killpg(process.pid, signal.SIGKILL)
    print(f"killed with {kept} rows done", flush=True)
    return kept


def _kept(out: Path) -> int:
    """Count the rows in finished batches of a build."""
    journals = [folder / JOURNAL for folder in _parts_of(out) if (folder / JOURNAL).is_file()]
    batches = [batch for path in journals for batch in json.loads(path.read_text())["batches"]]
    return sum(batch["count"] for batch in batches)


def _parts_of(out: Path) -> list[Path]:
    return list(out.parent.glob(f".{out.name}.*.part"))
