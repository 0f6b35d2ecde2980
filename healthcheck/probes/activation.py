"""What an activation function does, by what it returns on a grid; its name is only for the reader."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from healthcheck.evidence import Activation

GRID = np.linspace(-30.0, 30.0, 2401, dtype="float32")
"""Steps of 1/40: every Keras activation has settled at both ends."""
WIDTH = 7
"""Units in a row when the grid is laid out as a batch; 2,401 is 7 to the fourth."""


def describe(function: Callable[[Any], Any]) -> Activation | None:
    """Probe a function from tensor to tensor of the same shape; None where it does not take our grid."""
    try:
        return _described(function)
    except Exception:  # noqa: BLE001 - a user's activation may insist on the shapes of its own model
        return None


def _described(function: Callable[[Any], Any]) -> Activation:
    values, slopes = _alone(function)
    largest = float(np.max(np.abs(slopes)))
    flat = (np.abs(slopes) < 1e-6) & (values == 0.0)  # from -1 on: GELU is zero further out, by rounding
    left, right = (
        float(np.abs(slopes[end]).max()) < 0.05 * largest for end in (slice(None, 40), slice(-40, None))
    )
    rectifies = bool(flat[GRID <= -1].all() or flat[GRID >= 1].all()) and largest > 0
    together = np.asarray(function(tf.constant(GRID[None, :])))[0]
    elementwise = bool(np.allclose(together, values, atol=1e-5))
    distribution = _is_distribution(function)
    return Activation(
        name=_name(function),
        elementwise=elementwise,
        affine=elementwise and bool(np.ptp(slopes) <= 1e-4 * max(largest, 1e-12)),
        rectifies=rectifies,
        saturates=bool(left and right and not rectifies and largest > 0),
        distribution=distribution,
        minimum=0.0 if distribution else _lower_bound(values),
        maximum=1.0 if distribution else -_lower_bound(-values),
    )


def _name(function: Any) -> str:
    owner = getattr(function, "__self__", None)  # the `call` of an activation layer
    return getattr(function, "__name__", type(function).__name__) if owner is None else type(owner).__name__


def largest_slope(function: Callable[[Any], Any]) -> float:
    """Return the largest absolute slope on the grid."""
    return float(np.abs(_alone(function)[1]).max())


def _alone(function: Callable[[Any], Any]) -> tuple[np.ndarray, np.ndarray]:
    z = tf.constant(GRID.reshape(-1, WIDTH))
    with tf.GradientTape() as tape:
        tape.watch(z)
        values = function(z)
    slopes: Any = tape.gradient(values, z)
    return np.ravel(values), np.zeros_like(GRID) if slopes is None else np.ravel(slopes)


def _lower_bound(values: np.ndarray) -> float:
    """Return the smallest value, or -inf when it stands at an end that is still on its way down."""
    for end in (values[:200], values[-200:]):
        if end.min() == values.min() and np.ptp(end) > 1e-3 * max(1.0, float(np.ptp(values))):
            return float("-inf")
    return round(float(values.min()), 6)


def _is_distribution(function: Callable[[Any], Any]) -> bool:
    rows = np.asarray(function(tf.constant([[-2.0, 0.0, 1.0, 5.0], [3.0, 3.0, -9.0, 0.5]])))
    return bool((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1.0, atol=1e-4))
