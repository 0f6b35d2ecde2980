"""Rates that the start of a training bears."""

from math import nan

import numpy as np

from healthcheck import evidence


def range_test(*, falls_up_to: float = 0.01, rate: float = 0.001) -> evidence.RangeTest:
    """Return a loss that falls up to a rate and rises beyond, over three decades around the user's."""
    rates = rate * np.logspace(-3, 3, 73)
    return evidence.RangeTest(rates, 1.0 + np.abs(np.log10(rates / falls_up_to)), rate)


def curvature(*, stable_rate: float = nan, rate: float = nan) -> evidence.Curvature:
    """Return what stands there for any optimizer but SGD; give both rates for SGD."""
    return evidence.Curvature(2.0 / stable_rate, 0.0, stable_rate, rate)
