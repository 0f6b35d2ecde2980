"""The data that the model is trained on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Array:
    """One array of the data, as it is delivered to the model."""

    name: str
    """`x`, `y`, `sample_weight`, or a validation twin; with the key or index where there are several."""
    shape: tuple[int, ...]
    dtype: str
    minimum: float
    maximum: float
    mean: float
    std: float
    non_finite: int
    """Number of NaN and infinite entries."""
    first_bad_row: int | None
    """Index of the first example with such an entry."""


@dataclass(frozen=True)
class Data:
    """The data that the model is trained and validated on."""

    arrays: tuple[Array, ...]
    examples: int
    validation_examples: int
