"""Another activation function in hidden layers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class _HiddenActivation(Remedy):
    layers: tuple[str, ...]
    """Paths of the layers."""
    retraces: ClassVar[bool] = True
    keras_name: ClassVar[str] = ""
    title: ClassVar[str] = ""

    @property
    def name(self) -> str:
        """What to do."""
        return f"use {self.title} with He initialization in the hidden layers"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return f'activation="{self.keras_name}", kernel_initializer="he_normal"'

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Put the activation in place and draw the layers' kernels by He's scheme."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        with _activations(subject, self.layers, keras.activations.get(self.keras_name)):
            yield replace(subject, redrawn=dict(subject.redrawn) | _he(subject, self.layers))


@dataclass(frozen=True)
class ReluActivation(_HiddenActivation):
    """ReLU with He initialization in the given layers (Glorot, Bordes, Bengio 2011; He et al. 2015)."""

    keras_name: ClassVar[str] = "relu"
    title: ClassVar[str] = "ReLU"


@dataclass(frozen=True)
class LeakyActivation(_HiddenActivation):
    """Leaky ReLU in the given layers: a slope below zero keeps every unit alive (Maas et al. 2013)."""

    keras_name: ClassVar[str] = "leaky_relu"
    title: ClassVar[str] = "leaky ReLU"


def _he(subject: "Subject", paths: tuple[str, ...]) -> dict[str, Any]:
    import keras  # noqa: PLC0415 - rules import this module and must not load Keras

    from healthcheck.subject import kernels, path_of  # noqa: PLC0415

    # A weight that was loaded or trained before is kept: only a fresh draw may be drawn anew.
    fresh = {draw.variable.path for draw in subject.draws}
    return {
        variable.path: keras.initializers.HeNormal
        for layer, variable in kernels(subject.model)
        if path_of(layer) in paths and variable.path in fresh
    }


@contextmanager
def _activations(subject: "Subject", paths: tuple[str, ...], function: Any) -> Iterator[None]:
    from healthcheck.subject import leaf_layers, path_of  # noqa: PLC0415

    named = [layer for layer in leaf_layers(subject.model) if path_of(layer) in paths]
    layers = [layer for layer in named if hasattr(layer, "activation")]
    kept = [layer.activation for layer in layers]
    for layer in layers:
        layer.activation = function
    try:
        yield
    finally:
        for layer, activation in zip(layers, kept, strict=True):
            layer.activation = activation
