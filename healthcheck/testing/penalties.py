"""Healthy penalties."""

from healthcheck import evidence


def penalized(
    layer: str = "hidden", *, penalty_gradient: float = 0.01, loss_gradient: float = 0.1
) -> evidence.Penalized:
    """Return a kernel that the data pulls ten times as hard as its regularizer."""
    return evidence.Penalized(layer, f"{layer}/kernel", 0.05, penalty_gradient, loss_gradient)


def penalties(*weights: evidence.Penalized, loss: float = 1.0, penalty: float = 0.1) -> evidence.Penalties:
    """Return penalties of a tenth of the data loss."""
    return evidence.Penalties(loss, penalty, weights or (penalized("hidden"), penalized("output")))
