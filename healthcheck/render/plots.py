"""The plots of a report: what is drawn, in which color, and what it says in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from healthcheck.render.canvas import DEPTHS, Line, Panel, spans_decades, svg
from healthcheck.render.phrasing import counted, number, shortened, trial
from healthcheck.report import Curve, Experiment, LayerTrace, Pictures, Run, Subject

MAX_LAYERS = 60
"""Layers drawn in one plot."""

MAX_KEYS = 8
"""Entries of a legend."""

_STOP_DASHES = ("dotted", "dashdot", "dashed", "solid")


@dataclass(frozen=True)
class Key:
    """One entry of a legend."""

    text: str
    ink: str
    dash: str = "solid"


@dataclass(frozen=True)
class Plot:
    """A picture with its legend and, in words, the numbers that matter."""

    title: str
    numbers: str
    svg: str
    legend: list[Key]


def _plot(title: str, numbers: str, panel: Panel, legend: list[Key], points: int) -> Plot:
    """Draw the panel, or say why there is nothing to draw."""
    values = [value for line in panel.lines for value in line.y]
    drawable = sum(len(line.finite) for line in panel.lines)
    if missing := len(values) - drawable:
        numbers += (
            f" Not drawn: {counted(missing, 'value')} that {'is' if missing == 1 else 'are'} not finite."
        )
    drawing = svg(panel, f"{title}. {numbers}", points) if drawable else ""
    return Plot(title, numbers, drawing, legend if drawing else [])


def curve_plots(pictures: Pictures, points: int) -> list[Plot]:
    """Draw the loss and then each metric, training and validation together."""
    curves = {shortened(curve.name): curve for curve in pictures.curves if curve.values}
    names = list(dict.fromkeys(name.removeprefix("val_") for name in curves))
    pairs = [(name, curves.get(name), curves.get(f"val_{name}")) for name in names]
    return [_curve_plot(pictures, name, pair, points) for name, *pair in pairs]


def _curve_plot(pictures: Pictures, name: str, pair: Sequence[Curve | None], points: int) -> Plot:
    drawn = {
        word: curve for word, curve in zip(("training", "validation"), pair, strict=True) if curve is not None
    }
    in_epochs = all(len(curve.epochs) == len(curve.values) for curve in drawn.values())
    lines = [
        Line(curve.epochs if in_epochs else curve.steps, curve.values, {"training": "train"}.get(word, word))
        for word, curve in drawn.items()
    ]
    legend = [Key(word, line.ink) for word, line in zip(drawn, lines, strict=True)]
    numbers = " ".join(_course(word, curve) for word, curve in drawn.items())
    level, stops = None, list[tuple[float, str]]()
    if name == "loss":
        level = pictures.constant_loss if np.isfinite(pictures.constant_loss or np.nan) else None
        stops, stop_keys = _stops(pictures.stops if in_epochs else {})
        if level is not None:
            legend.append(Key(f"best constant prediction ({number(level)})", "level", "dashed"))
        legend += stop_keys
    panel = Panel(lines, "epoch" if in_epochs else "step", "", level, stops, spans_decades(lines))
    return _plot(name.replace("_", " ").capitalize(), numbers, panel, legend, points)


def _stops(stops: dict[str, float]) -> tuple[list[tuple[float, str]], list[Key]]:
    """Give each criterion's epoch a vertical line of its own dash."""
    known = [(name, epoch) for name, epoch in stops.items() if abs(epoch) < 1e9][: len(_STOP_DASHES)]
    lines = [(epoch, dash) for (_, epoch), dash in zip(known, _STOP_DASHES, strict=False)]
    words = [
        f"{'best epoch' if name == 'best' else f'{shortened(name)} stops at'} {number(epoch)}"
        for name, epoch in known
    ]
    return lines, [Key(word, "text", dash) for word, (_, dash) in zip(words, lines, strict=True)]


def _course(word: str, curve: Curve) -> str:
    values = [value for value in curve.values if np.isfinite(value)]
    if not values:
        return f"{word.capitalize()}: no finite value."
    return (
        f"{word.capitalize()}: from {number(curve.values[0])} to {number(curve.values[-1])}, "
        f"lowest {number(min(values))}, highest {number(max(values))}."
    )


_TRACES: dict[str, tuple[Callable[[LayerTrace], list[float]], bool]] = {
    "Gradient norm": (lambda trace: trace.gradient_norm, True),
    "Update ratio": (lambda trace: trace.update_ratio, True),
    "Gradient mean": (lambda trace: trace.gradient_mean, False),
    "Gradient standard deviation": (lambda trace: trace.gradient_std, True),
    "Weight mean": (lambda trace: trace.weight_mean, False),
    "Weight standard deviation": (lambda trace: trace.weight_std, False),
}


def layer_plots(subject: Subject, points: int) -> list[Plot]:
    """Draw each traced quantity of the layers over the steps, colored by depth."""
    traces = subject.pictures.layers
    drawn = drawn_layers(subject)
    return [
        _layer_plot(title, {index: values(traces[index]) for index in drawn}, traces, logarithmic, points)
        for title, (values, logarithmic) in _TRACES.items()
        if any(values(traces[index]) for index in drawn)
    ]


def _layer_plot(
    title: str, values: dict[int, list[float]], traces: list[LayerTrace], logarithmic: bool, points: int
) -> Plot:
    lines = [
        Line(traces[index].steps, curve, _depth_ink(index, len(traces))) for index, curve in values.items()
    ]
    last = [
        (curve[-1], shortened(traces[index].layer))
        for index, curve in values.items()
        if curve and np.isfinite(curve[-1])
    ]
    numbers = ""
    if last:
        (low, lowest), (high, highest) = min(last), max(last)
        numbers = f"At the end: smallest {number(low)} ({lowest}), largest {number(high)} ({highest})."
    return _plot(title, numbers, Panel(lines, "step", "", logarithmic=logarithmic), [], points)


def layer_legend(traces: list[LayerTrace]) -> list[Key]:
    """Name the layers of `layer_plots` with their colors, a few of them when there are many."""
    return [
        Key(shortened(traces[index].layer), _depth_ink(index, len(traces)))
        for index in _spread(len(traces), MAX_KEYS)
    ]


def drawn_layers(subject: Subject) -> list[int]:
    """Choose the layers to draw: those that findings name, then evenly over the depth."""
    traces = subject.pictures.layers
    named = {finding.layer for finding in subject.findings}
    if len(traces) <= MAX_LAYERS:
        return list(range(len(traces)))
    wanted = [index for index, trace in enumerate(traces) if trace.layer in named]
    wanted = [wanted[index] for index in _spread(len(wanted), MAX_LAYERS // 2)]
    return sorted({*wanted, *_spread(len(traces), MAX_LAYERS - len(wanted))})


def _spread(count: int, most: int) -> list[int]:
    """Choose at most `most` of `count` positions, evenly, with the first and the last."""
    return [int(position) for position in np.linspace(0, count - 1, min(count, most)).round()]


def _depth_ink(index: int, count: int) -> str:
    return f"depth-{round(index / max(1, count - 1) * (DEPTHS - 1))}"


def experiment_plot(experiment: Experiment, points: int) -> Plot | None:
    """Draw the loss without and with the remedy, a pair of lines for each seed."""
    runs = [run for run in experiment.runs if run.before or run.after]
    if not runs:
        return None
    lines = [line for run in runs for line in _pair(run)]
    seeds = counted(len(runs), "seed")
    legend = [
        Key(f"as written, {seeds}", "before", "dashed"),
        Key(f"with the remedy, {seeds}", "after"),
    ]
    words = trial(experiment, "to")
    panel = Panel(lines, "step", "loss", logarithmic=spans_decades(lines))
    return _plot("Without and with the remedy", f"{words[0].upper()}{words[1:]}.", panel, legend, points)


def _pair(run: Run) -> list[Line]:
    return [Line(run.steps, run.before, "before", "dashed"), Line(run.steps, run.after, "after")]
