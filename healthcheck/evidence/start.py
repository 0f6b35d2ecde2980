"""The loss before training."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Start:
    """The data loss before the first update, without penalties, where every loss is a cross-entropy."""

    loss: float
    """In inference mode, on the fixed training examples."""
    training_loss: float
    """In training mode, on the first batch."""
    neutral_loss: float
    """Of a model that gives every class the same probability, on the fixed training examples."""
    constant_loss: float
    """L*, of the best constant prediction."""
    layers: tuple[str, ...]
    """The layers that make the outputs, as far as layers do."""
