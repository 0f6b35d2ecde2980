"""Axes to draw on, and what is drawn as small deterministic SVG that takes its colors from the page."""

# Matplotlib's stubs leave keyword arguments without types.
# pyright: reportUnknownMemberType=false

import io
import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from healthcheck.render.phrasing import number

DEPTHS = 12
"""Number of shades from the first layer to the last."""

HEATS = 9
"""Number of shades from the smallest value of a heat map to the largest."""

INKS = (
    *("text", "rule", "train", "validation", "level", "before", "after"),
    *(f"depth-{depth}" for depth in range(DEPTHS)),
    *(f"heat-{heat}" for heat in range(HEATS)),
)
"""Colors of the style sheet, `--plot-NAME`: light and dark are decided there."""

LARGEST, SMALLEST = 1e30, 1e-30
"""Bounds of what is drawn; beyond them Matplotlib's own arithmetic overflows."""

_PLACEHOLDER = re.compile(r"#fe01([0-9a-f]{2})")
_DECIMALS = re.compile(r"(\d\.\d)\d+")
_LINE = re.compile(r"line-(\d+)")


def ink(name: str) -> str:
    """Give a color that the finished drawing takes from the style sheet."""
    return f"#fe01{INKS.index(name):02x}"


_STYLE = {
    "svg.hashsalt": "healthcheck",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.formatter.use_mathtext": False,
    "axes.edgecolor": ink("rule"),
    "axes.facecolor": "none",
    "axes.labelcolor": ink("text"),
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "grid.color": ink("rule"),
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.3,
    "text.color": ink("text"),
    "xtick.color": ink("rule"),
    "xtick.labelcolor": ink("text"),
    "xtick.minor.size": 0,
    "ytick.color": ink("rule"),
    "ytick.labelcolor": ink("text"),
    "ytick.minor.size": 0,
}


def drawing(paint: Callable[[Axes], None], description: str, names: Sequence[str] = ()) -> str:
    """Let `paint` draw on axes and return the drawing with its text alternative.

    Artists whose group is `line-N` can be read out: they carry the N-th of the names,
    and the drawing says how its places translate into numbers.
    """
    with matplotlib.style.context(["default", _STYLE]):
        figure = Figure(figsize=(4.2, 2.6), layout="constrained")
        axes = figure.add_subplot()
        paint(axes)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return _finished(buffer.getvalue(), description, names, _scales(axes) if names else {})


def label_numbers(axis: Axis) -> None:
    """Write the numbers at an axis as everywhere else in the report."""
    axis.set_major_formatter(FuncFormatter(_tick))
    axis.set_minor_formatter(NullFormatter())


def _tick(value: float, _: int | None) -> str:
    return number(value)


def decades(values: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten around positive values, two at least, so that two are labelled."""
    exponents = np.log10(np.clip(values, SMALLEST, LARGEST))
    low, high = np.floor(exponents.min()), np.ceil(exponents.max())
    return float(10.0**low), float(10.0 ** max(high, low + 1))


def _scales(axes: Axes) -> dict[str, str]:
    """Say where the axes lie in the drawing, as shares of it, and between which numbers they run."""
    box = axes.get_position()
    return {
        "data-box": " ".join(f"{value:.4f}" for value in (box.x0, 1 - box.y1, box.x1, 1 - box.y0)),
        "data-x": " ".join([*(f"{value:.6g}" for value in axes.get_xlim()), axes.get_xscale()]),
        "data-y": " ".join([*(f"{value:.6g}" for value in axes.get_ylim()), axes.get_yscale()]),
    }


def _finished(drawn: bytes, description: str, names: Sequence[str], scales: dict[str, str]) -> str:
    """Turn Matplotlib's file into an element for an HTML page.

    The page needs no namespaces and has a style sheet of its own. Identifiers must be
    unique on it, so what is referred to is put in place and clipping, which nothing
    needs, goes.
    """
    root = ElementTree.fromstring(drawn)  # noqa: S314  our own output  # nosec B314
    shapes = {f"#{part.get('id')}": part.get("d", "") for part in root.iter()}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("metadata", "style", "defs")):
                parent.remove(child)
    for part in root.iter():
        _simplify(part, shapes, names)
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": description} | scales
    return ElementTree.tostring(root, encoding="unicode")


def _simplify(part: ElementTree.Element, shapes: dict[str, str], names: Sequence[str]) -> None:
    part.tag = part.tag.rpartition("}")[2]
    part.tail = None
    part.text = part.text if part.tag == "text" else None
    attributes = {name.rpartition("}")[2]: " ".join(value.split()) for name, value in part.attrib.items()}
    if part.tag == "use":
        part.tag = "path"
        attributes["d"] = shapes[attributes.pop("href")]
        attributes["transform"] = f"translate({attributes.pop('x')} {attributes.pop('y')})"
    line = _LINE.fullmatch(attributes.pop("id", ""))
    attributes.pop("clip-path", None)
    attributes |= _declarations(attributes.pop("style", ""))
    part.attrib = {name: _shortened(value) for name, value in attributes.items()}
    if line:
        part.attrib["data-name"] = names[int(line[1])]


def _declarations(style: str) -> dict[str, str]:
    """Return a style as attributes, which need no permission from the page's security policy.

    The font is the page's.
    """
    pairs = (declaration.partition(":") for declaration in style.split(";") if declaration.strip())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() != "font-family"}


def _shortened(value: str) -> str:
    """Keep a tenth of a unit and leave colors to the style sheet."""
    return _PLACEHOLDER.sub(lambda hit: f"var(--plot-{INKS[int(hit[1], 16)]})", _DECIMALS.sub(r"\1", value))
