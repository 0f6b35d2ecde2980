"""Is a function affine? By superposition: mixing the inputs must mix the outputs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

MIXES = (0.5, 3.0, -30.0)
"""Between two examples, beyond them, and far enough to leave the range where a kink or a curve hides."""
RTOL = 1e-3
"""Allowed deviation relative to what the mix moves; float32 noise of deep sums stays below 1e-4."""


def is_affine(function: Callable[[Any], Any], x: Any) -> bool:
    """Whether `function`, which takes rows, is affine between the first and the second half of `x`.

    False where it cannot be said: it takes no such input, is constant, or is not finite.
    """
    half = len(x) // 2
    one, other = x[:half], x[half : 2 * half]
    mixed = [mix * one + (1.0 - mix) * other for mix in MIXES]
    try:
        outputs = np.asarray(tf.cast(function(tf.concat([one, other, *mixed], axis=0)), tf.float64))
    except Exception:  # noqa: BLE001 - a user's layer may insist on what its own model feeds it
        return False
    if not half or len(outputs) != half * (2 + len(MIXES)) or not np.isfinite(outputs).all():
        return False
    first, second, *rest = np.split(outputs, 2 + len(MIXES))
    moved = float(np.abs(first - second).max())
    # Where the values are much larger than what moves them, their rounding is all that is seen.
    if not moved > 1e-4 * float(np.abs(outputs).max()):
        return False
    return all(
        float(np.abs(got - mix * first - (1.0 - mix) * second).max()) <= RTOL * max(abs(mix), 1.0) * moved
        for mix, got in zip(MIXES, rest, strict=True)
    )
