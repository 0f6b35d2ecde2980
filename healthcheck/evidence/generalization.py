"""The trained model on the training and on the validation examples."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shift:
    """The column of the data whose mean differs most, for its noise, between training and validation."""

    array: str
    """`x` or `y`; with the key or index where there are several."""
    column: int
    z: float
    """Difference of the means over its standard error."""
    columns: int
    """Columns compared, classes counted as columns."""


@dataclass(frozen=True)
class Generalization:
    """Loss of each example after the training: inference mode, no penalties, no sample weights."""

    examples: int
    validation_examples: int
    loss: float
    error: float
    """Standard error of `loss`."""
    validation_loss: float
    validation_error: float
    shift: Shift | None
    """None when no column could be compared."""
