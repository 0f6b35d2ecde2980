"""What flows through the layers during the training. It is drawn; no rule asks for it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Signals:
    """Each call of a layer, in training mode, at the steps that were measured."""

    layers: tuple[str, ...]
    """In the order of the calls; a layer that is called twice is here twice."""
    activation_std: np.ndarray
    """Standard deviation of the output. [measured, calls]"""
    signal_rms: np.ndarray
    """Root mean square of the loss's gradient with respect to the output, NaN where none came back.
    [measured, calls]"""
