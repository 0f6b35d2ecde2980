"""How the loss moves from step to step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Oscillation:
    """The step losses of the second half of the training around their straight trend."""

    steps: int
    amplitude: float
    """Standard deviation around the trend, relative to L*."""
    autocorrelation: float
    """Between successive steps: -1 when every step goes back on the one before, about 0 for noise."""
    batch_noise: float
    """Standard deviation of the loss between random batches at the trained weights, relative to L*.

    NaN where successive losses do not alternate, so that nobody needs it.
    """
