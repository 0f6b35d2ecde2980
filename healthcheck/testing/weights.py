"""Healthy weights."""
# ruff: noqa: PLR0913

from math import nan

from healthcheck import evidence


def weight(
    variable: str = "hidden/kernel",
    *,
    layer: str | None = "hidden",
    asked: bool = True,
    connected: bool = True,
    gradient: float = 0.1,
    on_loss: float = nan,
    on_predictions: float = nan,
    spare: bool = True,
    constrained: bool = False,
    moved: bool = True,
    looked_up: bool = False,
    size: float = 0.1,
    start: float = 1.0,
    growth: float = 1.5,
    late_growth: float = 1.01,
    idle: bool = False,
) -> evidence.Weight:
    """Return a kernel of a functional model that gets a gradient and moved."""
    reached = (asked, connected, gradient, on_loss, on_predictions, spare, constrained)
    return evidence.Weight(
        layer, variable, *reached, moved, looked_up, size, start, growth, late_growth, idle
    )


def weights(
    *given: evidence.Weight, updates: int = 640, batches: int = 55, rate: float = 0.001
) -> evidence.Weights:
    """Return two kernels after a training with Adam."""
    given = given or (weight(), weight("output/kernel", layer="output"))
    return evidence.Weights(given, updates, batches, rate)
