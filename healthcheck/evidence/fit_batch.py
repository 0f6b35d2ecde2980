"""Controlled overfitting."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FitBatch:
    """Controlled overfitting: a handful of examples, no dropout, no penalties."""

    examples: int
    steps: int
    skill: float
    """With the user's optimizer."""
    second_skill: float
    """With Adam at the better of two rates, NaN when it was not needed."""
    implied: bool
    """Not tried, because the training itself already reached `skill`."""
