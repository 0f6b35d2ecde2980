"""The same few steps, done twice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Repetition:
    """The first steps of the training, done twice from the same state with the same batches."""

    steps: int
    differing: int
    """Losses and weights that were not equal bit by bit."""
    compared: int
    """Losses and weights."""
