"""Normalize each example by itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class LayerNormalizationInstead(Remedy):
    """Layer normalization in place of batch normalization (Ba, Kiros, Hinton 2016)."""

    layers: tuple[str, ...]
    """Paths of the BatchNormalization layers."""
    retraces: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return "use LayerNormalization, which needs no batch"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return "keras.layers.LayerNormalization()"

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Let the layers normalize per example, with their own gamma and beta, while the step is traced."""
        from healthcheck.subject import leaf_layers, path_of  # noqa: PLC0415

        layers = [layer for layer in leaf_layers(subject.model) if path_of(layer) in self.layers]
        for layer in layers:
            layer.call = _per_example(layer)
        try:
            yield subject
        finally:
            for layer in layers:
                del layer.call


def _per_example(layer: Any) -> Callable[..., Any]:
    """Return a call that normalizes over the features of each position, as LayerNormalization does."""
    import keras  # noqa: PLC0415 - rules import this module and must not load Keras

    def call(inputs: Any, training: Any = None, mask: Any = None) -> Any:
        del training, mask
        inputs = keras.ops.cast(inputs, "float32")
        moments: Any = keras.ops.moments(inputs, axes=layer.axis, keepdims=True)
        mean, variance = moments
        normal = (inputs - mean) * keras.ops.rsqrt(variance + layer.epsilon)
        shape = [-1 if axis == layer.axis % inputs.ndim else 1 for axis in range(inputs.ndim)]
        if layer.scale:
            normal *= keras.ops.reshape(layer.gamma, shape)
        if layer.center:
            normal += keras.ops.reshape(layer.beta, shape)
        return keras.ops.cast(normal, layer.compute_dtype)

    return call
