"""Training mode against inference mode."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Modes:
    """The same batches of training examples through the trained model, in both modes."""

    batches: int
    """0 when the training itself showed that inference mode is as good."""
    training: float
    """Data loss in training mode."""
    inference: float
    recalibrated: float
    """In inference mode after the moving statistics were taken anew; NaN when there are none."""
    noise: float
    """Standard error of the difference between the modes over the batches."""
    constant_loss: float
    """L* on the training examples."""
