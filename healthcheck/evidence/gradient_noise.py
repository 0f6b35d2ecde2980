"""How much of a batch's gradient is noise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoiseScale:
    """Batch size at which noise and gradient are equally strong, with its uncertainty."""

    scale: float
    """Infinite where no gradient can be told from the noise."""
    low: float
    """Lower end of the 95 % interval."""
    high: float


@dataclass(frozen=True)
class GradientNoise:
    """The simple noise scale before and after the training."""

    batch_size: int
    """The user's."""
    batches: int
    """Batches measured of each of two sizes."""
    start: NoiseScale
    end: NoiseScale
