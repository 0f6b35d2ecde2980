"""A scalar function of some tensors, traced once, with its gradient."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from healthcheck.errors import HealthcheckError
from healthcheck.probes.promote import is_narrow

Function = Callable[[list[Any]], Any]
"""From the parts to a scalar tensor."""
Point = list[Any]
"""A tensor for each part."""


class NotDifferentiableError(HealthcheckError):
    """There is no gradient that could be checked, and why."""


@dataclass(frozen=True)
class Part:
    """A tensor that a function is differentiated by."""

    name: str
    value: np.ndarray
    is_input: bool = False


class Problem:
    """A scalar function of some parts; the user's code runs once, here, and never again.

    So what a trace depends on (dtypes that say float64, the values of a scope) has to hold only now.
    """

    def __init__(self, function: Function, parts: Sequence[Part], precision: str) -> None:
        self.parts = list(parts)
        self._type = tf.as_dtype(precision)
        point = self.point(part.value for part in parts)
        traced = tf.function(lambda values: _scalar(function(values)), autograph=False)
        self._value = value = traced.get_concrete_function(point)
        by_parts = tf.function(lambda values: _gradient(value, values), autograph=False)
        self._gradient = by_parts.get_concrete_function(point)
        self.precision = "float32" if is_narrow(value, value.outputs[0]) else precision

    def point(self, arrays: Iterable[np.ndarray]) -> Point:
        """Return the parts' values as tensors, made one after another: a large model has them once."""
        return [tf.constant(array, self._type) for array in arrays]

    def gradient(self, point: Point) -> tuple[float, Point]:
        """Return the value and the gradient by each part; zeros where nothing flows."""
        value, gradients = self._gradient(point)
        return float(value), gradients

    def value(self, point: Point) -> float:
        """Return the value alone."""
        return float(self._value(point))


def _gradient(function: Callable[[list[Any]], Any], values: list[Any]) -> tuple[Any, list[Any]]:
    with tf.GradientTape() as tape:
        tape.watch(values)
        value = function(values)
    return value, [_dense(one, like) for one, like in zip(tape.gradient(value, values), values, strict=True)]


def _dense(gradient: Any, like: Any) -> Any:
    if gradient is None:
        return tf.zeros_like(like)
    if isinstance(gradient, tf.IndexedSlices):
        return tf.math.unsorted_segment_sum(gradient.values, gradient.indices, tf.shape(like)[0])
    return tf.cast(gradient, like.dtype)


def _scalar(value: Any) -> Any:
    value = tf.convert_to_tensor(value)
    return tf.reduce_sum(value if value.dtype == tf.float64 else tf.cast(value, tf.float64))
