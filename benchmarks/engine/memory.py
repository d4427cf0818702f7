"""How much memory a process, or a process and its children, took at most."""

from __future__ import annotations

import resource
import sys
import threading
from pathlib import Path

import psutil

GIB = 1 << 30
_EVERY_S = 0.5


def peak_gib() -> float:
    """Return the most memory that this process held at once, mapped pages of files included."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / GIB
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / GIB


class TreeMemory:
    """Watch a process and its children; what they share is counted once where the system tells."""

    def __init__(self, pid: int) -> None:
        """Begin to watch."""
        self._process = psutil.Process(pid)
        self.peak_gib = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Stop watching; return the most memory that was seen, in GiB."""
        self._ended.set()
        self._thread.join()
        return self.peak_gib

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY_S):
            try:
                tree = [self._process, *self._process.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.peak_gib = max(self.peak_gib, sum(map(_held, tree)) / GIB)


def _held(process: psutil.Process) -> int:
    """Return the bytes of one process, its share of what others use too."""
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    except psutil.Error:
        return 0
