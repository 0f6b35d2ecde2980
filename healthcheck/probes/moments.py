"""What is measured of one training step: of each kernel and of each layer call, inside the traced loop."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import tensorflow as tf

from healthcheck.probes.tap import Tap

KERNEL_MOMENTS = 5
"""Per kernel: mean and mean square of the gradient, of the weights, and the mean square of the update."""
CALL_MOMENTS = 3
"""Per layer call: mean and mean square of the output, mean square of its gradient."""
MAX_KERNELS = 16
MAX_BYTES = 16 * 2**20
"""Kernels, and bytes of them, that are measured together."""
AGAIN = {"Softmax": tf.nn.softmax, "Sigmoid": tf.sigmoid}
"""Activations that a loss which is given the logits makes needless, by the type of their operation."""


class Moments:
    """The moments of a model's step, computed in the steps that are measured and at no cost in the others.

    In parts, from the input of the model to its output: back-propagation is done with one part after the
    other, and what is measured of a part may then leave memory.
    """

    def __init__(self, kernels: list[Any]) -> None:
        size = sum(int(np.prod(kernel.shape)) * kernel.value.dtype.size for kernel in kernels)
        parts = max(1, -(-len(kernels) // MAX_KERNELS), -(-size // MAX_BYTES))
        self.are_small = size <= MAX_BYTES
        """Whether a copy of all kernels is little, at whatever moment of the step it is taken."""
        self._parts = [[kernels[i] for i in part] for part in np.array_split(range(len(kernels)), parts)]
        # One operation where it is called: in a branch not taken, each would cost the executor a look.
        self._rows = tf.function(_rows, autograph=False, experimental_attributes={"_noinline": True})

    def copies(self, measure: Any, gradients: Mapping[int, Any] = MappingProxyType({})) -> list[Any]:
        """Copy the kernels, a part of them into one tensor, but only when the step is measured.

        Given the gradients by `id` of the kernel, not before they are there.
        """
        return [_copy(measure, part, [gradients.get(id(one)) for one in part]) for part in self._parts]

    def of_step(self, measure: Any, tap: Tap, copies: list[Any], scale: Any) -> Callable[[], Any]:
        """Return what gives the moments of a measured step in one row, kernels before calls.

        To be called in the branch that is taken; all parts but the last are measured outside of it.
        """
        calls = np.array_split(range(len(tap.calls)), len(self._parts))
        parts = [
            partial(self._part, tap, *part, scale) for part in zip(self._parts, calls, copies, strict=True)
        ]
        done = [tf.cond(measure, part, _nothing) for part in parts[:-1]]

        def joined() -> Any:
            of_kernels, of_calls = zip(*done, parts[-1](), strict=True)
            return tf.concat([tf.reshape(rows, [-1]) for rows in (*of_kernels, *of_calls)], 0)

        return joined

    def _part(self, tap: Tap, kernels: Sequence[Any], calls: Sequence[int], copy: Any, scale: Any) -> Any:
        of_kernels = [(tap.gradients.get(id(one)), tf.convert_to_tensor(one)) for one in kernels]
        of_calls = [(_computed_here(tap.calls[i].output), tap.signals.get(i)) for i in calls]
        return self._rows(of_kernels, of_calls, copy, scale)


def unpacked(rows: np.ndarray, kernels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `[steps, kernels, KERNEL_MOMENTS]` and `[steps, calls, CALL_MOMENTS]` of measured steps."""
    steps, of_kernels = len(rows), kernels * KERNEL_MOMENTS
    calls = max(rows.shape[1] - of_kernels, 0) // CALL_MOMENTS
    return (
        rows[:, :of_kernels].reshape(steps, kernels, KERNEL_MOMENTS),
        rows[:, of_kernels:].reshape(steps, calls, CALL_MOMENTS),
    )


def _copy(measure: Any, kernels: Sequence[Any], gradients: Sequence[Any]) -> Any:
    with tf.control_dependencies([gradient for gradient in gradients if gradient is not None]):
        return tf.cond(measure, lambda: _flat(kernels), lambda: tf.zeros(0))


def _nothing() -> tuple[Any, Any]:
    return tf.zeros((0, KERNEL_MOMENTS), tf.float64), tf.zeros((0, CALL_MOMENTS), tf.float64)


def _rows(
    kernels: list[tuple[Any, Any]], calls: list[tuple[Any, Any]], before: Any, scale: Any
) -> tuple[Any, Any]:
    """Sum tensor by tensor and do all else for all of them at once: operations are what a trace costs."""
    of_kernels, of_calls = _nothing()
    if kernels:
        gradients, values = zip(*kernels, strict=True)
        sizes = np.array([[value.shape.num_elements()] for value in values], "float64")
        mean, square = _sums(gradients)
        of_weights = _sums(values)
        columns = [mean / scale, square / scale**2, *of_weights, _sums(values, since=before)[1]]
        of_kernels = tf.stack(columns, axis=1) / sizes
    if calls:
        outputs, signals = zip(*calls, strict=True)
        sizes = tf.cast(tf.stack([[tf.size(output)] for output in outputs]), tf.float64)
        of_signals = _sums(signals, missing=float("nan"))[1] / scale**2
        of_calls = tf.stack([*_sums(outputs), of_signals], axis=1) / sizes
    return of_kernels, of_calls


def _computed_here(output: Any) -> Any:
    """Compute an activation anew, so that looking at it does not make every step compute it."""
    again = AGAIN.get(output.op.type)
    return output if again is None else again(output.op.inputs[0])


def _flat(tensors: Sequence[Any]) -> Any:
    flat = [tf.reshape(tf.cast(tensor, tf.float32), [-1]) for tensor in tensors]
    return flat[0] if len(flat) == 1 else tf.concat(flat or [[0.0]], 0)


def _sums(tensors: Iterable[Any], missing: float = 0.0, since: Any = None) -> tuple[Any, Any]:
    """Return the sums of the tensors and of their squares; a NaN or infinity anywhere shows in both.

    In float64, because the square of a float32 that is merely small or large is 0 or infinite; one tensor
    after the other, because a float64 copy of everything at once is what a large model has no memory for.
    `since` holds, one after the other, what all tensors were: then what was added to them is summed.
    """
    nothing = tf.constant(missing, tf.float64)
    pairs: list[list[Any]] = []
    last, at = [nothing, nothing], 0
    for tensor in tensors:
        if tensor is None:
            pairs.append([nothing, nothing])
            continue
        size = tensor.shape.num_elements()
        with tf.control_dependencies(last):
            moved = tensor if since is None else _flat([tensor]) - since[at : at + size]
            wide = tf.cast(moved, tf.float64)
        last = [tf.reduce_sum(wide), tf.nn.l2_loss(wide)]  # half of the sum, in one go
        pairs.append(last)
        at += size or 0  # unknown of a call, which was nothing before
    sums, squares = zip(*pairs, strict=True)
    return tf.stack(sums), 2.0 * tf.stack(squares)
