"""The data and the learning rate in pictures."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from healthcheck.render.areas import Ranges, ranges_svg
from healthcheck.render.lines import Line, Panel, spans_decades
from healthcheck.render.phrasing import counted, number, shortened
from healthcheck.render.plots import Key, Plot, Table, panel_plot, spread
from healthcheck.report import Curvature, FeatureRanges, Pictures, RangeTest

MAX_CLASSES = 40
"""Classes shown for one kind of targets."""


def data_plots(pictures: Pictures) -> list[Plot]:
    """Draw the input features, where they were measured."""
    return [_feature_plot(pictures.features)] if pictures.features and pictures.features.low else []


def _feature_plot(features: FeatureRanges) -> Plot:
    ends = [(min(low), max(high)) for low, high in _pairs(features)]
    count = len(features.low)
    some = f", {count} of them drawn" if count < features.features else ""
    words = (
        f"{counted(features.features, 'feature')} at layer '{shortened(features.layer)}'{some}: "
        f"as they arrive, from {number(ends[0][0])} to {number(ends[0][1])}; standardized, "
        f"from {number(ends[1][0])} to {number(ends[1][1])}."
    )
    title = "Input features"
    ranges = [
        Ranges(features.low, features.high, "before"),
        Ranges(features.standardized_low, features.standardized_high, "after"),
    ]
    legend = [Key("as they arrive", "before"), Key("standardized", "after")]
    drawn = ranges_svg(ranges, features.numbers, f"{title}. {words}")
    return Plot(title, words, drawn, legend, _feature_table(features))


def _pairs(features: FeatureRanges) -> tuple[tuple[list[float], list[float]], ...]:
    return (features.low, features.high), (features.standardized_low, features.standardized_high)


def _feature_table(features: FeatureRanges) -> Table:
    columns = [features.low, features.high, features.standardized_low, features.standardized_high]
    head = ["feature", "minimum", "maximum", "minimum, standardized", "maximum, standardized"]
    shown = spread(len(features.low), 10)
    rows = [[str(features.numbers[at]), *(number(column[at]) for column in columns)] for at in shown]
    return Table(head, rows)


def rate_plots(pictures: Pictures, points: int) -> list[Plot]:
    """Draw the learning-rate range test and the curvature, where they were measured."""
    tested, curved = pictures.range_test, pictures.curvature
    plots = [_range_plot(tested, points)] if tested and tested.rates else []
    return [*plots, _curvature_plot(curved, points)] if curved else plots


def _range_plot(test: RangeTest, points: int) -> Plot:
    line = Line(test.rates, test.losses, "train", name="loss")
    known = [(loss, rate) for rate, loss in zip(test.rates, test.losses, strict=False) if np.isfinite(loss)]
    numbers = f"The rate of this model is {number(test.rate)}."
    if known:
        numbers = f"Lowest loss {number(min(known)[0])} at a rate of {number(min(known)[1])}. {numbers}"
    stops = [(test.rate, "dashed")] if 0 < test.rate < np.inf else []
    panel = Panel(
        [line], "learning rate", "loss", stops=stops, logarithmic=spans_decades([line]), logarithmic_x=True
    )
    legend = [
        Key("loss", "train"),
        *(Key(f"rate of this model {number(test.rate)}", "text", dash) for _, dash in stops),
    ]
    return panel_plot("Learning-rate range test", numbers, panel, legend, points)


def _curvature_plot(curvature: Curvature, points: int) -> Plot:
    """Draw by how much a step of each rate multiplies the distance from the minimum.

    On a parabola of curvature h, plain gradient descent at rate r multiplies it by abs(1 - r * h):
    what is above one runs away.
    """
    around = [rate for rate in (curvature.rate, curvature.stable_rate) if 0 < rate < np.inf]
    rates = _around(around)
    factors = [abs(1 - rate * curvature.largest_eigenvalue) for rate in rates]
    marks = [
        ("rate of this model", curvature.rate, "dashed"),
        ("stable rate", curvature.stable_rate, "dotted"),
    ]
    words = (
        f"Largest eigenvalue {number(curvature.largest_eigenvalue)}: plain gradient descent is stable up to "
        f"a rate of {number(curvature.stable_rate)}; the rate of this model is {number(curvature.rate)}."
    )
    panel = Panel(
        [Line(rates, factors, "train", name="factor")],
        "learning rate",
        "factor per step",
        level=1.0,
        stops=[(rate, dash) for _, rate, dash in marks if rate in around],
        logarithmic=True,
        logarithmic_x=True,
    )
    legend = [
        Key("distance from the minimum, factor per step", "train"),
        Key("factor 1", "level", "dashed"),
    ]
    legend += [Key(f"{name} {number(rate)}", "text", dash) for name, rate, dash in marks if rate in around]
    return panel_plot("Curvature against the learning rate", words, panel, legend, points)


def _around(rates: list[float]) -> list[float]:
    """Return rates from a tenth of the smallest to ten times the largest."""
    if not rates:
        return []
    low, high = math.log10(min(rates)) - 1, math.log10(max(rates)) + 1
    return [10 ** (low + (high - low) * part / 120) for part in range(121)]


@dataclass(frozen=True)
class Class:
    """One bar: a class, its examples, and its share of them."""

    label: str
    examples: int
    share: float


@dataclass(frozen=True)
class Balance:
    """The classes of one kind of targets."""

    name: str
    classes: list[Class]
    left_out: int


def balances(classes: Mapping[str, Mapping[str, int]]) -> list[Balance]:
    """Return the classes with their shares, the first ones where there are very many."""
    return [_balance(name, counts) for name, counts in classes.items() if counts]


def _balance(name: str, counts: Mapping[str, int]) -> Balance:
    total = max(1, sum(counts.values()))
    shown = [Class(label, count, count / total) for label, count in counts.items()][:MAX_CLASSES]
    return Balance(name, shown, len(counts) - len(shown))
