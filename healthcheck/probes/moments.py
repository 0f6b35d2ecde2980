"""What is measured of one training step: of each kernel and of each layer call, inside the traced loop."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from healthcheck.probes.tap import Tap

KERNEL_MOMENTS = 5
"""Per kernel: mean and mean square of the gradient, of the weights, and the mean square of the update."""
CALL_MOMENTS = 3
"""Per layer call: mean and mean square of the output, mean square of its gradient."""
AGAIN = {"Softmax": tf.nn.softmax, "Sigmoid": tf.sigmoid}
"""Activations that a loss which is given the logits makes needless, by the type of their operation."""


class Moments:
    """The moments of a model's step, computed in the steps that are measured and at no cost in the others."""

    def __init__(self, kernels: list[Any]) -> None:
        self.kernels = kernels
        # One operation where it is called: in a branch not taken, each would cost the executor a look.
        self._rows = tf.function(_rows, autograph=False, experimental_attributes={"_noinline": True})

    def before(self, measure: Any) -> Any:
        """Copy the kernels into one tensor, but only when the step is measured."""
        return tf.cond(measure, lambda: _flat(self.kernels), lambda: tf.zeros(0))

    def after(self, tap: Tap, before: Any, scale: Any) -> tuple[Any, Any]:
        """Return `[kernels, KERNEL_MOMENTS]` and `[calls, CALL_MOMENTS]`, in the branch that is taken."""
        kernels = [(tap.gradients.get(id(one)), tf.convert_to_tensor(one)) for one in self.kernels]
        calls = [(_computed_here(call.output), tap.signals.get(i)) for i, call in enumerate(tap.calls)]
        return self._rows(kernels, calls, before, scale)


def _rows(
    kernels: list[tuple[Any, Any]], calls: list[tuple[Any, Any]], before: Any, scale: Any
) -> tuple[Any, Any]:
    """Sum tensor by tensor and do all else for all of them at once: operations are what a trace costs."""
    of_kernels, of_calls = (
        tf.zeros((0, KERNEL_MOMENTS), tf.float64),
        tf.zeros((0, CALL_MOMENTS), tf.float64),
    )
    if kernels:
        gradients, values = zip(*kernels, strict=True)
        sizes = np.array([[value.shape.num_elements()] for value in values], "float64")
        mean, square = _sums(gradients)
        of_weights = _sums(values)
        columns = [mean / scale, square / scale**2, *of_weights, _sums(_moved(values, before))[1]]
        of_kernels = tf.stack(columns, axis=1) / sizes
    if calls:
        outputs, signals = zip(*((_computed_here(output), signal) for output, signal in calls), strict=True)
        sizes = tf.cast(tf.stack([[tf.size(output)] for output in outputs]), tf.float64)
        of_signals = _sums(signals, missing=float("nan"))[1] / scale**2
        of_calls = tf.stack([*_sums(outputs), of_signals], axis=1) / sizes
    return of_kernels, of_calls


def _moved(values: Sequence[Any], before: Any) -> Iterator[Any]:
    """Give what was added to each tensor since all of them were written into one, one after the other."""
    at = 0
    for value in values:
        size = value.shape.num_elements()
        yield _flat([value]) - before[at : at + size]
        at += size


def _computed_here(output: Any) -> Any:
    """Compute an activation anew, so that looking at it does not make every step compute it."""
    again = AGAIN.get(output.op.type)
    return output if again is None else again(output.op.inputs[0])


def _flat(tensors: Sequence[Any]) -> Any:
    flat = [tf.reshape(tf.cast(tensor, tf.float32), [-1]) for tensor in tensors]
    return flat[0] if len(flat) == 1 else tf.concat(flat or [[0.0]], 0)


def _sums(tensors: Iterable[Any], missing: float = 0.0) -> tuple[Any, Any]:
    """Return the sums of the tensors and of their squares; a NaN or infinity anywhere shows in both.

    In float64, because the square of a float32 that is merely small or large is 0 or infinite.
    """
    nothing = tf.constant(missing, tf.float64)
    wide = [None if tensor is None else tf.cast(tensor, tf.float64) for tensor in tensors]
    sums = [nothing if one is None else tf.reduce_sum(one) for one in wide]
    squares = [nothing if one is None else tf.nn.l2_loss(one) for one in wide]  # half of the sum, in one go
    return tf.stack(sums), 2.0 * tf.stack(squares)
