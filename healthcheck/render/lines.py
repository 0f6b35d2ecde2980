"""Lines on axes."""

# Matplotlib's stubs leave keyword arguments without types.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from healthcheck.render.canvas import LARGEST, SMALLEST, decades, drawing, ink, label_numbers


@dataclass(frozen=True)
class Line:
    """One curve; its name is shown by the read-out."""

    x: Sequence[float]
    y: Sequence[float]
    ink: str
    dash: str = "solid"
    name: str = ""

    @property
    def finite(self) -> list[float]:
        """The values that can be drawn."""
        return [value for value in self.y if np.isfinite(value)]


@dataclass(frozen=True)
class Panel:
    """One pair of axes and all that is drawn on it; the texts are ours, never the user's."""

    lines: list[Line]
    x_label: str
    y_label: str
    level: float | None = None
    """Height of a horizontal line."""
    stops: Sequence[tuple[float, str]] = ()
    """Positions and dashes of vertical lines."""
    logarithmic: bool = False
    logarithmic_x: bool = False


def spans_decades(lines: list[Line]) -> bool:
    """Tell whether the values differ so much that only a logarithmic axis shows them."""
    values = [value for line in lines for value in line.finite]
    return bool(values) and min(values) > 0 and max(values) / max(min(values), SMALLEST) > 100


def svg(panel: Panel, description: str, points: int) -> str:
    """Draw a panel; the description is its text alternative, `points` the most it may have."""
    each = max(8, min(200, points // max(1, len(panel.lines))))
    names = [line.name for line in panel.lines]
    return drawing(partial(_paint, panel=panel, points=each), description, names)


def _paint(axes: Axes, panel: Panel, points: int) -> None:
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    heights = [value for line in panel.lines for value in line.finite if value > 0]
    logarithmic = panel.logarithmic and bool(heights)
    for index, line in enumerate(panel.lines):
        x, y = _thinned(*_masked(line, panel.logarithmic_x, logarithmic), points)
        (curve,) = axes.plot(x, y, color=ink(line.ink), linestyle=line.dash, gid=f"line-{index}")
        curve.set(marker="o", markersize=3, markevery=_isolated(y))
    if panel.level is not None and (panel.level > 0 or not logarithmic):
        level = float(np.clip(panel.level, -LARGEST, LARGEST))
        axes.axhline(level, color=ink("level"), linestyle="dashed", linewidth=1)
        heights.append(level)
    for position, dash in panel.stops:
        axes.axvline(position, color=ink("text"), linestyle=dash, linewidth=1)
    _scale(axes, panel, heights if logarithmic else [])


def _scale(axes: Axes, panel: Panel, heights: list[float]) -> None:
    """Make logarithmic what should be, from power of ten to power of ten, and label the axes."""
    widths = [x for line in panel.lines for x in line.x if np.isfinite(x) and x > 0]
    if panel.logarithmic_x and widths:
        axes.set_xscale("log")
        axes.set_xlim(*decades([*widths, *(position for position, _ in panel.stops)]))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    label_numbers(axes.xaxis)
    if heights:
        axes.set_yscale("log")
        axes.set_ylim(*decades(heights))
        label_numbers(axes.yaxis)


def _masked(line: Line, logarithmic_x: bool, logarithmic_y: bool) -> tuple[np.ndarray, np.ndarray]:
    """Give the line as arrays of one length, with a gap where a value cannot be drawn."""
    length = min(len(line.x), len(line.y))
    x, y = np.array(line.x[:length], float), np.array(line.y[:length], float)
    placed = np.isfinite(x) & ((x > 0) if logarithmic_x else True)
    x, y = np.clip(x[placed], -LARGEST, LARGEST), y[placed]
    drawable = np.isfinite(y) & ((y > 0) if logarithmic_y else True)
    low = SMALLEST if logarithmic_y else -LARGEST
    return x, np.where(drawable, np.clip(y, low, LARGEST), np.nan)


def _isolated(y: np.ndarray) -> np.ndarray:
    """Tell which points have no neighbor to draw a line to."""
    finite = np.pad(np.isfinite(y), 1)
    return finite[1:-1] & ~finite[:-2] & ~finite[2:]


def _thinned(x: np.ndarray, y: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Keep the lowest and the highest value of each stretch, so that spikes survive."""
    if len(y) <= points:
        return x, y
    keep = {0, len(y) - 1}
    for stretch in np.array_split(np.arange(len(y)), points // 2):
        values = y[stretch]
        keep.add(int(stretch[np.where(np.isnan(values), np.inf, values).argmin()]))
        keep.add(int(stretch[np.where(np.isnan(values), -np.inf, values).argmax()]))
    kept = sorted(keep)
    return x[kept], y[kept]
