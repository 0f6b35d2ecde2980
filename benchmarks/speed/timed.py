"""Times of several works taken in turn, so that a noisy machine hits them alike, and what they ran on."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent.parent / "results"


def medians(rounds: int, *works: Callable[[], Any]) -> tuple[float, ...]:
    """Return the median seconds of each work over rounds in which all are done one after another."""
    times = [[seconds(work) for work in works] for _ in range(rounds)]
    return tuple(median(column) for column in zip(*times, strict=True))


def seconds(work: Callable[[], Any]) -> float:
    """Return how long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(command: Sequence[str], *, expected: int = 0) -> None:
    """Run a command; raise when it ends otherwise than expected."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != expected:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}\n{done.stderr[-2000:]}")


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: version(name) for name in ("keras", "numpy")},
    }


def write(name: str, rows: Mapping[str, Any]) -> None:
    """Write results next to those of the other benchmarks."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine(), **rows}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
