"""Lines on axes, as small deterministic SVG that takes its colors from the page."""

# Matplotlib's stubs leave keyword arguments without types.
# pyright: reportUnknownMemberType=false

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from healthcheck.render.phrasing import number

DEPTHS = 12
"""Number of shades from the first layer to the last."""

INKS = (
    *("text", "rule", "train", "validation", "level", "before", "after"),
    *(f"depth-{depth}" for depth in range(DEPTHS)),
)
"""Colors of the style sheet, `--plot-NAME`: light and dark are decided there."""

_LARGEST, _SMALLEST = 1e30, 1e-30
_PLACEHOLDER = re.compile(r"#fe01([0-9a-f]{2})")
_DECIMALS = re.compile(r"(\d\.\d)\d+")
_FONTS = re.compile(r"font-family: [^;]*; ")


def _placeholder(ink: str) -> str:
    """Give a color that `_finished` replaces by a variable of the style sheet."""
    return f"#fe01{INKS.index(ink):02x}"


_STYLE = {
    "svg.hashsalt": "healthcheck",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.formatter.use_mathtext": False,
    "axes.edgecolor": _placeholder("rule"),
    "axes.facecolor": "none",
    "axes.labelcolor": _placeholder("text"),
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "grid.color": _placeholder("rule"),
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.3,
    "text.color": _placeholder("text"),
    "xtick.color": _placeholder("rule"),
    "xtick.labelcolor": _placeholder("text"),
    "ytick.color": _placeholder("rule"),
    "ytick.labelcolor": _placeholder("text"),
    "ytick.minor.size": 0,
}


@dataclass(frozen=True)
class Line:
    """One curve."""

    x: Sequence[float]
    y: Sequence[float]
    ink: str
    dash: str = "solid"

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


def spans_decades(lines: list[Line]) -> bool:
    """Tell whether the values differ so much that only a logarithmic axis shows them."""
    values = [value for line in lines for value in line.finite]
    return bool(values) and min(values) > 0 and max(values) / max(min(values), _SMALLEST) > 100


def svg(panel: Panel, description: str, points: int) -> str:
    """Draw a panel; the description is its text alternative, `points` the most it may have."""
    with matplotlib.style.context(["default", _STYLE]):
        figure = Figure(figsize=(4.2, 2.6), layout="constrained")
        axes = figure.add_subplot()
        axes.set_xlabel(panel.x_label)
        axes.set_ylabel(panel.y_label)
        _draw(axes, panel, max(8, min(200, points // max(1, len(panel.lines)))))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return _finished(buffer.getvalue(), description)


def _draw(axes: Axes, panel: Panel, points: int) -> None:
    positive = [value for line in panel.lines for value in line.finite if value > 0]
    logarithmic = panel.logarithmic and bool(positive)
    for line in panel.lines:
        x, y = _thinned(*_masked(line, logarithmic), points)
        (curve,) = axes.plot(x, y, color=_placeholder(line.ink), linestyle=line.dash)
        curve.set(marker="o", markersize=3, markevery=_isolated(y))
    if panel.level is not None and (panel.level > 0 or not logarithmic):
        level = float(np.clip(panel.level, -_LARGEST, _LARGEST))
        axes.axhline(level, color=_placeholder("level"), linestyle="dashed", linewidth=1)
        positive.append(level)
    for position, dash in panel.stops:
        axes.axvline(position, color=_placeholder("text"), linestyle=dash, linewidth=1)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    if logarithmic:
        _use_decades(axes, positive)


def _tick(value: float, _: int | None) -> str:
    return number(value)


def _use_decades(axes: Axes, values: list[float]) -> None:
    """Make the axis logarithmic, from power of ten to power of ten, so that two are labelled."""
    exponents = np.log10(np.clip(values, _SMALLEST, _LARGEST))
    low, high = np.floor(exponents.min()), np.ceil(exponents.max())
    axes.set_yscale("log")
    axes.set_ylim(10.0**low, 10.0 ** max(high, low + 1))
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _masked(line: Line, logarithmic: bool) -> tuple[np.ndarray, np.ndarray]:
    """Give the line as arrays of one length, with a gap where a value cannot be drawn."""
    length = min(len(line.x), len(line.y))
    x, y = np.array(line.x[:length], float), np.array(line.y[:length], float)
    placed = np.isfinite(x)
    x, y = np.clip(x[placed], -_LARGEST, _LARGEST), y[placed]
    drawable = np.isfinite(y) & ((y > 0) if logarithmic else True)
    low = _SMALLEST if logarithmic else -_LARGEST
    return x, np.where(drawable, np.clip(y, low, _LARGEST), np.nan)


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


def _finished(drawing: bytes, description: str) -> str:
    """Turn Matplotlib's file into an element for an HTML page.

    The page needs no namespaces and has a style sheet of its own. Identifiers must be
    unique on it, so what is referred to is put in place and clipping, which nothing
    needs, goes.
    """
    root = ElementTree.fromstring(drawing)  # noqa: S314  our own output a moment ago
    shapes = {f"#{part.get('id')}": part.get("d", "") for part in root.iter()}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("metadata", "style", "defs")):
                parent.remove(child)
    for part in root.iter():
        _simplify(part, shapes)
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": description}
    return ElementTree.tostring(root, encoding="unicode")


def _simplify(part: ElementTree.Element, shapes: dict[str, str]) -> None:
    part.tag = part.tag.rpartition("}")[2]
    part.tail = None
    part.text = part.text if part.tag == "text" else None
    attributes = {name.rpartition("}")[2]: " ".join(value.split()) for name, value in part.attrib.items()}
    if part.tag == "use":
        part.tag = "path"
        attributes["d"] = shapes[attributes.pop("href")]
        attributes["transform"] = f"translate({attributes.pop('x')} {attributes.pop('y')})"
    kept = {name: value for name, value in attributes.items() if name not in {"id", "clip-path"}}
    part.attrib = {name: _shortened(value) for name, value in kept.items()}


def _shortened(value: str) -> str:
    """Keep a tenth of a unit and leave fonts and colors to the style sheet."""
    value = _FONTS.sub("", _DECIMALS.sub(r"\1", value))
    return _PLACEHOLDER.sub(lambda hit: f"var(--plot-{INKS[int(hit[1], 16)]})", value)
