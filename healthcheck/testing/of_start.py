"""Healthy evidence of the first steps, a keyword for every number that a rule may compare."""

from healthcheck import evidence


def start(
    *,
    loss: float = 0.8,
    training_loss: float = 0.8,
    neutral_loss: float = 0.7,
    constant_loss: float = 0.7,
    layers: tuple[str, ...] = ("output",),
) -> evidence.Start:
    """Return a classifier of two classes that is nearly undecided."""
    return evidence.Start(loss, training_loss, neutral_loss, constant_loss, layers)


def repetition(*, differing: int = 0) -> evidence.Repetition:
    """Return eight steps that gave the same values twice."""
    return evidence.Repetition(8, differing)
