"""What is drawn as areas: a heat map over depth and steps, and the ranges of features."""

# Matplotlib's stubs leave keyword arguments without types.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import SymmetricalLogLocator

from healthcheck.render.canvas import HEATS, LARGEST, SMALLEST, drawing, ink, label_numbers


@dataclass(frozen=True)
class HeatMap:
    """Positive values, a row for each layer; rows are numbered from 1, the input side on top."""

    rows: Sequence[int]
    """Number of each row's layer."""
    columns: Sequence[float]
    """Step of each column."""
    values: np.ndarray
    """[rows, columns]; what is not positive and finite stays empty."""

    @property
    def decades(self) -> tuple[float, float]:
        """Logarithms of the smallest and of the largest value; NaN when there is none."""
        drawable = self.values[np.isfinite(self.values) & (self.values > 0)]
        if not len(drawable):
            return float("nan"), float("nan")
        logarithms = np.log10(np.clip(drawable, SMALLEST, LARGEST))
        return float(logarithms.min()), float(logarithms.max())


def heat_svg(heat: HeatMap, description: str) -> str:
    """Draw a heat map."""
    return drawing(partial(_paint_heat, heat=heat), description)


def _paint_heat(axes: Axes, heat: HeatMap) -> None:
    axes.grid(visible=False)
    axes.set_xlabel("step")
    axes.set_ylabel("layer with weights")
    shades = _shades(heat)
    for shade in range(HEATS):
        # One path for each shade: a path for each cell would be twenty times as long.
        cells = [cell for row, line in enumerate(shades) for cell in _runs(line, shade, row)]
        if cells:
            path = Path.make_compound_path(*(_rectangle(*cell) for cell in cells))
            color = ink(f"heat-{shade}")
            axes.add_patch(PathPatch(path, facecolor=color, edgecolor=color, linewidth=0.3))
    height, width = shades.shape
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    _label(axes, heat)


def _shades(heat: HeatMap) -> np.ndarray:
    """Give each cell a shade, -1 where there is nothing to draw."""
    low, high = heat.decades
    drawable = np.isfinite(heat.values) & (heat.values > 0)
    logarithms = np.log10(np.clip(np.where(drawable, heat.values, 1.0), SMALLEST, LARGEST))
    share = (logarithms - low) / max(high - low, 1e-9)
    return np.where(drawable, np.clip((share * HEATS).astype(int), 0, HEATS - 1), -1)


def _runs(line: np.ndarray, shade: int, row: int) -> list[tuple[int, int, int]]:
    """Return the stretches of one row that have this shade: start, end, row."""
    runs: list[tuple[int, int, int]] = []
    at = 0
    for value, group in groupby(line.tolist()):
        length = len(list(group))
        runs += [(at, at + length, row)] if value == shade else []
        at += length
    return runs


def _rectangle(start: float, end: float, row: float) -> Path:
    corners = [(start, row), (end, row), (end, row + 1), (start, row + 1), (start, row)]
    return Path(corners, closed=True)


def _label(axes: Axes, heat: HeatMap) -> None:
    columns = np.unique(np.linspace(0, len(heat.columns) - 1, 5).astype(int))
    axes.set_xticks(columns + 0.5, [f"{heat.columns[column]:,.0f}" for column in columns])
    rows = np.unique(np.linspace(0, len(heat.rows) - 1, 6).astype(int))
    axes.set_yticks(rows + 0.5, [f"{heat.rows[row]:,}" for row in rows])


@dataclass(frozen=True)
class Ranges:
    """From where to where each of some features goes; `low` and `high` have one value for each."""

    low: Sequence[float]
    high: Sequence[float]
    ink: str


def ranges_svg(ranges: list[Ranges], numbers: Sequence[int], description: str) -> str:
    """Draw ranges side by side, those of one feature, which has a number, next to each other."""
    return drawing(partial(_paint_ranges, ranges=ranges, numbers=numbers), description)


def _paint_ranges(axes: Axes, ranges: list[Ranges], numbers: Sequence[int]) -> None:
    count = len(numbers)
    width = max(1.0, min(6.0, 120 / max(1, count * len(ranges))))
    ends: list[float] = []
    for at, one in enumerate(ranges):
        places = np.arange(len(one.low)) + 0.3 * (at - (len(ranges) - 1) / 2)
        low, high = (np.clip(np.nan_to_num(end), -LARGEST, LARGEST) for end in (one.low, one.high))
        axes.vlines(places, low, high, color=ink(one.ink), linewidth=width)
        ends += [*np.abs(low).tolist(), *np.abs(high).tolist()]
    if max(ends, default=0.0) > 100:
        axes.set_yscale("symlog", linthresh=1.0)
        # Zero and the powers of ten crowd each other out on so small a picture.
        locator = SymmetricalLogLocator(base=10, linthresh=1.0)
        locator.set_params(numticks=5)
        axes.yaxis.set_major_locator(locator)
    axes.set_xlim(-0.6, count - 0.4)
    axes.set_xlabel("feature")
    shown = np.unique(np.linspace(0, count - 1, 6).astype(int))
    axes.set_xticks(shown, [f"{numbers[place]:,}" for place in shown])
    label_numbers(axes.yaxis)
