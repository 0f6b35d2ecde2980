"""The layers in pictures: over the steps of the training, and over the depth of the model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from healthcheck.render.areas import HeatMap, heat_svg
from healthcheck.render.canvas import DEPTHS, HEATS
from healthcheck.render.lines import Line, Panel, spans_decades
from healthcheck.render.phrasing import number, shortened
from healthcheck.render.plots import Key, Plot, Table, panel_plot, spread
from healthcheck.report import LayerTrace, Pictures, Subject

MAX_LAYERS = 60
"""Layers drawn in one plot."""

MAX_KEYS = 8
"""Entries of a legend."""

MAX_COLUMNS = 60
"""Columns of a heat map."""


_TRACES: dict[str, tuple[Callable[[LayerTrace], list[float]], bool]] = {
    "Gradient norm": (lambda trace: trace.gradient_norm, True),
    "Update ratio": (lambda trace: trace.update_ratio, True),
    "Gradient mean": (lambda trace: trace.gradient_mean, False),
    "Gradient standard deviation": (lambda trace: trace.gradient_std, True),
    "Weight mean": (lambda trace: trace.weight_mean, False),
    "Weight standard deviation": (lambda trace: trace.weight_std, False),
}
"""What is drawn of each layer, and whether its axis is logarithmic."""


def trace_plots(subject: Subject, points: int) -> list[Plot]:
    """Draw each traced quantity of the layers over the steps, colored by depth."""
    traces = subject.pictures.layers
    drawn = drawn_layers(subject)
    return [
        _trace_plot(title, {index: values(traces[index]) for index in drawn}, traces, logarithmic, points)
        for title, (values, logarithmic) in _TRACES.items()
        if any(values(traces[index]) for index in drawn)
    ]


def _trace_plot(
    title: str, values: dict[int, list[float]], traces: list[LayerTrace], logarithmic: bool, points: int
) -> Plot:
    lines = [
        Line(
            traces[index].steps,
            curve,
            _depth_ink(index, len(traces)),
            name=shortened(traces[index].layer, 40),
        )
        for index, curve in values.items()
    ]
    last = [(line.y[-1], line.name) for line in lines if len(line.y)]
    plot = panel_plot(
        title,
        _extremes("At the end", last),
        Panel(lines, "step", "", logarithmic=logarithmic),
        [],
        points,
    )
    # A table would have a column for each layer.
    return plot if len(lines) <= MAX_KEYS else replace(plot, table=None)


def _extremes(when: str, values: Sequence[tuple[float, str]]) -> str:
    finite = [pair for pair in values if np.isfinite(pair[0])]
    if not finite:
        return ""
    (low, lowest), (high, highest) = min(finite), max(finite)
    return f"{when}: smallest {number(low)} ({lowest}), largest {number(high)} ({highest})."


def layer_legend(traces: list[LayerTrace]) -> list[Key]:
    """Name the layers of `trace_plots` with their colors, a few of them when there are many."""
    return [
        Key(shortened(traces[index].layer), _depth_ink(index, len(traces)))
        for index in spread(len(traces), MAX_KEYS)
    ]


def drawn_layers(subject: Subject) -> list[int]:
    """Choose the layers to draw: those that findings name, then evenly over the depth."""
    traces = subject.pictures.layers
    named = {finding.layer for finding in subject.findings}
    if len(traces) <= MAX_LAYERS:
        return list(range(len(traces)))
    wanted = [index for index, trace in enumerate(traces) if trace.layer in named]
    wanted = [wanted[index] for index in spread(len(wanted), MAX_LAYERS // 2)]
    return sorted({*wanted, *spread(len(traces), MAX_LAYERS - len(wanted))})


def _depth_ink(index: int, count: int) -> str:
    return f"depth-{round(index / max(1, count - 1) * (DEPTHS - 1))}"


def heat_plot(subject: Subject) -> Plot | None:
    """Draw the gradient norm as a color over depth and steps; one layer has no depth."""
    traces = [subject.pictures.layers[index] for index in drawn_layers(subject)]
    length = min((len(trace.gradient_norm) for trace in traces), default=0)
    if len(traces) < 2 or not length:
        return None
    columns = spread(length, MAX_COLUMNS)
    values = np.array([[trace.gradient_norm[column] for column in columns] for trace in traces])
    rows = [index + 1 for index in drawn_layers(subject)]
    heat = HeatMap(rows, [traces[0].steps[column] for column in columns], values)
    low, high = heat.decades
    if not np.isfinite(low):
        return None
    ends = [f"{when}, {_first_to_last(values[:, at])}" for when, at in (("First step", 0), ("last step", -1))]
    words = f"{ends[0]}; {ends[1]}."
    if not (np.isfinite(values) & (values > 0)).all():
        words += " Empty where there was no gradient."
    legend = [
        Key(number(10 ** (low + share * (high - low))), f"heat-{round(share * (HEATS - 1))}", "patch")
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    title = "Gradient norm over depth"
    names = [shortened(trace.layer, 40) for trace in traces]
    table = _depth_table(names, values[:, 0].tolist(), values[:, -1].tolist())
    return Plot(title, words, heat_svg(heat, f"{title}. {words}"), legend, table)


def _first_to_last(values: np.ndarray) -> str:
    return f"from the first layer to the last: {number(float(values[0]))} to {number(float(values[-1]))}"


@dataclass(frozen=True)
class _Profile:
    """One quantity of every layer, at the start and at the end of the training."""

    title: str
    places: str
    """What the layers are numbered among."""
    layers: dict[int, str]
    """Names by number, from 1."""
    start: list[float]
    end: list[float]


def profile_plots(pictures: Pictures, points: int) -> list[Plot]:
    """Draw what passes through the layers, and how fast they learn, over the depth."""
    return [_profile_plot(profile, points) for profile in _profiles(pictures) if len(profile.layers) > 1]


def _profiles(pictures: Pictures) -> list[_Profile]:
    signals = dict(enumerate(pictures.signals, 1))
    back = {place: signal for place, signal in signals.items() if not np.isnan(signal.signal_rms_start)}
    traces = {place: trace for place, trace in enumerate(pictures.layers, 1) if trace.update_ratio}
    return [
        _Profile(
            "Activations by depth: standard deviation",
            "layer",
            {place: signal.layer for place, signal in signals.items()},
            [signal.activation_std_start for signal in signals.values()],
            [signal.activation_std_end for signal in signals.values()],
        ),
        _Profile(
            "Back-propagated signal by depth: root mean square",
            "layer",
            {place: signal.layer for place, signal in back.items()},
            [signal.signal_rms_start for signal in back.values()],
            [signal.signal_rms_end for signal in back.values()],
        ),
        _Profile(
            "Update ratio by depth",
            "layer with weights",
            {place: trace.layer for place, trace in traces.items()},
            [trace.update_ratio[0] for trace in traces.values()],
            [trace.update_ratio[-1] for trace in traces.values()],
        ),
    ]


def _profile_plot(profile: _Profile, points: int) -> Plot:
    places = list(profile.layers)
    lines = [
        Line(places, profile.start, "before", "dashed", "at the start"),
        Line(places, profile.end, "after", name="at the end"),
    ]
    names = [shortened(layer, 40) for layer in profile.layers.values()]
    numbers = " ".join(
        _extremes(line.name.capitalize(), list(zip(line.y, names, strict=True))) for line in lines
    ).strip()
    legend = [Key(line.name, line.ink, line.dash) for line in lines]
    panel = Panel(lines, f"{profile.places}, from the input", "", logarithmic=spans_decades(lines))
    plot = panel_plot(profile.title, numbers, panel, legend, points)
    return replace(plot, table=_depth_table(names, profile.start, profile.end) if plot.svg else None)


def _depth_table(names: list[str], start: Sequence[float], end: Sequence[float]) -> Table:
    rows = [[names[at], number(start[at]), number(end[at])] for at in spread(len(names), MAX_LAYERS)]
    return Table(["layer", "at the start", "at the end"], rows)
