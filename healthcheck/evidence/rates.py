"""What rates the start of a training bears."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RangeTest:
    """A few steps from the start, each at a higher rate than the one before (Smith 2017).

    Empty where the rate is not a number that can be set, or where it was not worth its time.
    """

    rates: np.ndarray
    """[steps]"""
    losses: np.ndarray
    """Training loss of the batch before the step at that rate, penalties included. [steps]"""
    rate: float
    """The user's."""


@dataclass(frozen=True)
class Curvature:
    """The largest curvature of the loss at the start, for SGD; all NaN where it was not measured."""

    largest_eigenvalue: float
    """Of the Hessian of the training loss on some examples."""
    uncertainty: float
    """Distance within which an eigenvalue is sure to lie: the norm of the residual."""
    stable_rate: float
    """Largest rate at which SGD settles in a quadratic of that curvature: `2 (1 + momentum) / eigenvalue`."""
    rate: float
    """The user's."""
