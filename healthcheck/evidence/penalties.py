"""The penalties of regularized weights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Penalized:
    """One weight with a regularizer, before training."""

    layer: str
    """Path of the layer that owns it."""
    variable: str
    penalty: float
    """What the regularizer adds to the loss."""
    penalty_gradient: float
    """Norm of the penalty's gradient."""
    loss_gradient: float
    """Norm of the data loss's gradient."""


@dataclass(frozen=True)
class Penalties:
    """Data loss and penalties before training, on the fixed examples in inference mode."""

    loss: float
    """Data loss."""
    penalty: float
    """The sum of what the regularizers add."""
    weights: tuple[Penalized, ...]
    """All trainable weights with a regularizer."""
