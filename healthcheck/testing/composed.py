"""Healthy evidence of how a model is put together and compiled."""

from collections.abc import Sequence
from math import nan

from healthcheck import evidence


def batch_norm(layer: str = "norm", *, values: int = 32, last_values: int = 8) -> evidence.BatchNorm:
    """Return a layer that normalizes a table of 32 rows, of 8 in the last batch."""
    return evidence.BatchNorm(layer, values, last_values)


def dropped(
    layer: str = "dropout",
    *,
    rate: float = 0.5,
    makes_output: bool = False,
    batch_norms: Sequence[str] = (),
) -> evidence.Dropped:
    """Return a dropout layer in front of a hidden layer."""
    return evidence.Dropped(layer, rate, makes_output, tuple(batch_norms))


def layers(
    *,
    affine: bool = False,
    weight_layers: int = 2,
    stretches: Sequence[tuple[str, ...]] = (),
    batch_norms: Sequence[evidence.BatchNorm] | None = None,
    dropouts: Sequence[evidence.Dropped] | None = None,
) -> evidence.Layers:
    """Return two layers with something nonlinear between them, batch normalization, then dropout."""
    norms = (batch_norm(),) if batch_norms is None else tuple(batch_norms)
    drops = (dropped(),) if dropouts is None else tuple(dropouts)
    return evidence.Layers(affine, weight_layers, tuple(stretches), norms, drops, batch_size=32, last_batch=8)


def scored(
    metric: str = "accuracy", *, perfect: float = 1.0, constant: float = nan, largest_class: float = nan
) -> evidence.Scored:
    """Return an accuracy that fits its targets."""
    return evidence.Scored(metric, perfect, constant, largest_class)


def compiled(*metrics: evidence.Scored, tiled: float = 1.0) -> evidence.Compiled:
    """Return a mean loss and one fitting metric."""
    return evidence.Compiled(tiled, metrics or (scored(),))


def creations(*layers: tuple[str, str]) -> evidence.Creations:
    """Return a model that makes nothing in its calls."""
    return evidence.Creations(layers)


def generalization(
    *,
    loss: float = 0.11,
    error: float = 0.01,
    validation_loss: float = 0.16,
    validation_error: float = 0.02,
    shift: float | None = 2.0,
) -> evidence.Generalization:
    """Return a validation set of 200 examples that resembles the training set."""
    shifted = None if shift is None else evidence.Shift("x", 0, shift, 3)
    return evidence.Generalization(1000, 200, loss, error, validation_loss, validation_error, shifted)
