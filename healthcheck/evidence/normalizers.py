"""Normalization layers and what arrives at them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Normalizer:
    """One `Normalization` layer."""

    layer: str
    adapted: bool
    """Whether it has statistics other than the mean of 0 and the variance of 1 it was made with."""
    rms: float
    """Root mean square of what arrives at it."""
    offset: float
    """Largest abs(mean) / std of a feature that varies."""


@dataclass(frozen=True)
class Normalizers:
    """All `Normalization` layers that the inputs pass."""

    layers: tuple[Normalizer, ...]
