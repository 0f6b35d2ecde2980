"""Our loop against another on the models that the command line names, a row each."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from speed.models import CASES, Case
from speed.timed import medians, write

Works = tuple[Callable[[], Any], Callable[[], Any]]


def compare(
    result: str,
    other: str,
    works: Callable[[Case], Works],
    limits: Mapping[str, float],
    *,
    gain: bool = False,
) -> None:
    """Print and write milliseconds a step on either side; the ratio is ours to theirs, or the gain."""
    rows = {}
    print(f"{'':12} {'ours':>11} {other:>11} {'faster' if gain else 'ratio':>7} {'limit':>6}")
    for name in sys.argv[1:] or CASES:
        case = CASES[name]
        ours, theirs = (1000 * one / case.steps for one in medians(case.rounds, *works(case)))
        ratio, limit = theirs / ours if gain else ours / theirs, limits.get(name)
        print(f"{name:12} {ours:8.2f} ms {theirs:8.2f} ms {ratio:7.2f} {limit or '':>6}", flush=True)
        rows[name] = {"ours_ms": ours, f"{other}_ms": theirs, "ratio": ratio, "limit": limit}
    write(result, rows)
