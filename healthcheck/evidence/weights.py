"""The trainable weights over a training."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weight:
    """One trainable weight, from the start of the training to its end."""

    layer: str | None
    """Path of the layer that owns it; None for the model itself."""
    variable: str
    """Path of the variable."""
    asked: bool
    """Whether the training step takes a gradient by it."""
    connected: bool
    """Whether there is one: operations that have gradients lead from it to the loss."""
    gradient: float
    """Largest root mean square of its gradient after the first steps; NaN below rank two."""
    on_loss: float
    """Relative change of the loss when the weight is moved by a tenth of its size, measured where no
    gradient arrives, else NaN."""
    on_predictions: float
    """The same for the predictions."""
    spare: bool
    """Whether it is part of a functional model, where what has no influence feeds an output without loss."""
    constrained: bool
    """Whether a constraint may take an update back."""
    moved: bool
    """Whether the training changed any bit of it."""
    looked_up: bool
    """Whether it is used row by row, as an embedding."""
    size: float
    """Root mean square before the training."""
    start: float
    """The same, relative to Glorot's standard deviation for its shape; NaN below rank two."""
    growth: float
    """Norm at the end over norm after the first step; NaN below rank two."""
    late_growth: float
    """Norm at the end over norm after four fifths of the steps; NaN below rank two."""
    idle: bool = False
    """Whether it is as it was drawn and no optimizer is given it, although others train on what it makes;
    known only of a training that was watched."""


@dataclass(frozen=True)
class Weights:
    """All trainable weights."""

    weights: tuple[Weight, ...]
    updates: int
    """Optimizer updates done."""
    batches: int
    """Measured steps after the fifth."""
    rate: float
    """The learning rate at the end; NaN where the optimizer has none that can be read."""
    blocked: bool = False
    """Whether no weight at all has a gradient, so that no step could be taken and nothing else is known."""
