"""Watch one training step from outside, while it is traced.

Two things are patched for the time of the trace and for nothing else:
`keras.layers.Layer.__call__` notes each leaf layer's output, and
`tf.GradientTape.gradient` is asked, in the same call, for the gradients of these
outputs too. The model's own `train_step` runs unchanged.

What cannot be seen: layers inside recurrent cells and `tf.cond` branches live in
a graph of their own and are left out; so are operations that are not layers.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

from healthcheck.keras_private import forget_gradients, registered_gradients


@dataclass(frozen=True)
class Call:
    """One call of a leaf layer during the trace."""

    layer: Any
    inputs: tuple[tf.Tensor, ...]
    output: tf.Tensor


@dataclass
class Tap:
    """What one traced step exposes, in the order of execution."""

    graph: Any
    calls: list[Call] = field(default_factory=list)
    loss: tf.Tensor | None = None
    signals: dict[int, tf.Tensor] = field(default_factory=dict)
    """Gradient of the loss with respect to a call's output, by the call's index."""
    gradients: dict[int, tf.Tensor] = field(default_factory=dict)
    """Gradient by `id` of the variable; an embedding's is the values of its rows."""
    asked: set[int] = field(default_factory=set[int])
    """Variables, by `id`, for which the step asked, whether there is a gradient or not."""
    looked_up: set[int] = field(default_factory=set[int])
    """Variables, by `id`, that are looked up row by row, as an embedding's."""

    @property
    def operations(self) -> Any:
        """All operations of the graph so far."""
        return self.graph.get_operations()


@contextmanager
def tapped(then: Callable[[Tap], None] = lambda _: None) -> Iterator[Tap]:
    """Record the layers called and the gradients taken in the graph that is being built.

    `then` is called each time gradients were taken, before anything is done with them.
    """
    tap = Tap(tf.compat.v1.get_default_graph())
    layer_call: Any
    gradient: Any
    layer_call, gradient = keras.layers.Layer.__call__, tf.GradientTape.gradient
    children, recurrent = [0], [0]
    known: frozenset[str] | None = None

    def recording_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        # A recurrent layer calls its cell once in this graph, to learn the shapes: not to be seen.
        is_recurrent = isinstance(self, keras.layers.RNN)
        children.append(0)
        recurrent[0] += is_recurrent
        try:
            output = layer_call(self, *args, **kwargs)
        finally:
            recurrent[0] -= is_recurrent
            is_seen = tf.compat.v1.get_default_graph() is tap.graph and not recurrent[0]
            inner = children.pop()
            children[-1] += is_seen
        if is_seen and not inner and tf.is_tensor(output) and output.dtype.is_floating:
            tensors = tuple(leaf for leaf in tf.nest.flatten((args, kwargs)) if tf.is_tensor(leaf))
            tap.calls.append(Call(self, tensors, output))
        return output

    def recording_gradient(self: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal known
        if tf.compat.v1.get_default_graph() is not tap.graph:
            return gradient(self, target, sources, *args, **kwargs)
        outputs = [call.output for call in tap.calls]
        taken, signals = gradient(self, target, [sources, outputs], *args, **kwargs)
        tap.loss = target if tf.is_tensor(target) else tf.add_n(tf.nest.flatten(target))
        tap.signals |= {i: signal for i, signal in enumerate(signals) if signal is not None}
        flat = list(zip(tf.nest.flatten(sources), tf.nest.flatten(taken), strict=True))
        tap.asked |= {id(source) for source, _ in flat}
        tap.looked_up |= {id(source) for source, value in flat if isinstance(value, tf.IndexedSlices)}
        tap.gradients |= {id(source): _values(value) for source, value in flat if value is not None}
        then(tap)
        known = registered_gradients()
        return taken

    keras.layers.Layer.__call__ = recording_call
    tf.GradientTape.gradient = recording_gradient
    try:
        yield tap
        if known is not None:
            forget_gradients(known)  # the update's: it comes behind the last gradient
    finally:
        keras.layers.Layer.__call__ = layer_call
        tf.GradientTape.gradient = gradient


def _values(gradient: Any) -> tf.Tensor:
    return gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
