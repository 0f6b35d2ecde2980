"""The same few steps, done twice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Repetition:
    """The first steps of the training, done twice from the same state with the same batches."""

    steps: int
    differing: int
    """Steps whose loss, gradients, weights or activations were not equal bit by bit."""
