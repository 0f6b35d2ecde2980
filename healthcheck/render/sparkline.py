"""A curve in one line of text."""

import math
from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
GAP = "·"
"""Stands where the value is not finite."""


def sparkline(values: Sequence[float], width: int = 32) -> str:
    """Draw a curve with a bar for each of at most `width` evenly spaced values."""
    last = len(values) - 1
    count = min(width, len(values))
    shown = [values[round(position * last / max(1, count - 1))] for position in range(count)]
    finite = [value for value in shown if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    return "".join(_bar(value, low, high) for value in shown)


def _bar(value: float, low: float, high: float) -> str:
    if not math.isfinite(value):
        return GAP
    # Halves, because the difference of two large numbers may not be finite.
    span = high / 2 - low / 2
    share = (value / 2 - low / 2) / span if span > 0 else 0.0
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]
