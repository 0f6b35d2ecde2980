"""What is measured of one training step: of each kernel and of each layer call, inside the traced loop."""

from typing import Any

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
    of_kernels, of_calls, at = [], [], 0
    for gradient, kernel in kernels:
        now = _flat([kernel])
        old, at = before[at : at + now.shape[0]], at + now.shape[0]
        mean, square = _moments(gradient, now.shape[0]) if gradient is not None else (0.0, 0.0)
        moved = _moments(now - old)[1]
        of_kernels.append(tf.stack([mean / scale, square / scale**2, *_moments(now), moved]))
    for output, signal in calls:
        of_signal = _moments(signal)[1] / scale**2 if signal is not None else float("nan")
        of_calls.append(tf.stack([*_moments(output), of_signal]))
    return (
        tf.stack(of_kernels) if kernels else tf.zeros((0, KERNEL_MOMENTS), tf.float64),
        tf.stack(of_calls) if calls else tf.zeros((0, CALL_MOMENTS), tf.float64),
    )


def _computed_here(output: Any) -> Any:
    """Compute an activation anew, so that looking at it does not make every step compute it."""
    again = AGAIN.get(output.op.type)
    return output if again is None else again(output.op.inputs[0])


def _flat(tensors: list[Any]) -> Any:
    return tf.concat([tf.reshape(tf.cast(tensor, tf.float32), [-1]) for tensor in tensors] or [[0.0]], 0)


def _moments(tensor: Any, size: Any = None) -> tuple[Any, Any]:
    """Mean and mean square; a NaN or infinity anywhere shows in both.

    In float64, because the square of a float32 that is merely small or large is 0 or infinite.
    """
    tensor = tf.cast(tensor, tf.float64)
    count = tf.cast(tf.size(tensor) if size is None else size, tf.float64)
    return tf.reduce_sum(tensor) / count, tf.reduce_sum(tensor * tensor) / count
