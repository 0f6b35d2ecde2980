"""A picture of the report: its drawing, its legend, and what it says in words and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from healthcheck.render.lines import Line, Panel, spans_decades, svg
from healthcheck.render.phrasing import counted, number, shortened, trial
from healthcheck.report import Curve, Experiment, Pictures, Run

MAX_ROWS = 9
"""Rows of the table below a plot."""

_STOP_DASHES = ("dotted", "dashdot", "dashed", "solid")


@dataclass(frozen=True)
class Key:
    """One entry of a legend."""

    text: str
    ink: str
    dash: str = "solid"


@dataclass(frozen=True)
class Table:
    """Some of a plot's numbers, for those who do not see it or want them exactly."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Plot:
    """A picture with its legend and, in words, the numbers that matter."""

    title: str
    numbers: str
    svg: str
    legend: list[Key]
    table: Table | None = None


def panel_plot(title: str, numbers: str, panel: Panel, legend: list[Key], points: int) -> Plot:
    """Draw the panel, or say why there is nothing to draw."""
    values = [value for line in panel.lines for value in line.y]
    drawable = sum(len(line.finite) for line in panel.lines)
    if missing := len(values) - drawable:
        numbers += (
            f" Not drawn: {counted(missing, 'value')} that {'is' if missing == 1 else 'are'} not finite."
        )
    drawing = svg(panel, f"{title}. {numbers}", points) if drawable else ""
    return Plot(title, numbers, drawing, legend if drawing else [], _table(panel) if drawing else None)


def _table(panel: Panel) -> Table | None:
    """Tabulate lines that share their positions, at a few of these."""
    first = panel.lines[0]
    if any(len(line.y) != len(first.x) or list(line.x) != list(first.x) for line in panel.lines):
        return None
    head = [panel.x_label, *(line.name for line in panel.lines)]
    rows = [
        [number(first.x[at]), *(number(line.y[at]) for line in panel.lines)]
        for at in spread(len(first.x), MAX_ROWS)
    ]
    return Table(head, rows)


def spread(count: int, most: int) -> list[int]:
    """Choose at most `most` of `count` positions, evenly, with the first and the last."""
    return [int(position) for position in np.linspace(0, count - 1, min(count, most)).round()]


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
    inks = {"training": "train", "validation": "validation"}
    lines = [
        Line(curve.epochs if in_epochs else curve.steps, curve.values, inks[word], name=word)
        for word, curve in drawn.items()
    ]
    legend = [Key(line.name, line.ink) for line in lines]
    numbers = " ".join(_course(word, curve) for word, curve in drawn.items())
    level, stops = None, list[tuple[float, str]]()
    if name == "loss":
        level = pictures.constant_loss if np.isfinite(pictures.constant_loss or np.nan) else None
        stops, stop_keys = _stops(pictures.stops if in_epochs else {})
        if level is not None:
            legend.append(Key(f"best constant prediction ({number(level)})", "level", "dashed"))
        legend += stop_keys
    panel = Panel(lines, "epoch" if in_epochs else "step", "", level, stops, spans_decades(lines))
    return panel_plot(name.replace("_", " ").capitalize(), numbers, panel, legend, points)


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
    return panel_plot("Without and with the remedy", f"{words[0].upper()}{words[1:]}.", panel, legend, points)


def _pair(run: Run) -> list[Line]:
    return [
        Line(run.steps, run.before, "before", "dashed", f"as written, seed {run.seed}"),
        Line(run.steps, run.after, "after", name=f"with the remedy, seed {run.seed}"),
    ]
