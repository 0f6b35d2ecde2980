"""Examples that the training and the validation data share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Overlap:
    """Validation examples whose inputs are, bit by bit, those of a training example."""

    examples: int
    """Validation examples."""
    shared: int
    repeated: int
    """Training examples whose inputs occur more than once in the training data."""
    chance: float
    """Probability of so many shared ones if all examples were drawn independently (see the probe)."""
    complete: bool = True
    """Whether all examples were read."""
