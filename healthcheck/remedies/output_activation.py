"""Another output activation, so that the loss gets what it expects."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class OutputActivation(Remedy):
    """The activation that turns the last layer's values into what the loss expects."""

    layer: str
    activation: str
    retraces: ClassVar[bool] = True
    changes_loss: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return f'use activation="{self.activation}" in the output layer'

    @property
    def code(self) -> str:
        """How a user would write it."""
        return f'activation="{self.activation}"'

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Put the activation in place; None when the output is not made by a layer that has one."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        from healthcheck.subject import leaf_layers, path_of  # noqa: PLC0415

        layer = next((one for one in leaf_layers(subject.model) if path_of(one) == self.layer), None)
        if layer is None or not callable(getattr(layer, "activation", None)):
            yield None
            return
        kept, layer.activation = layer.activation, keras.activations.get(self.activation)
        try:
            yield subject
        finally:
            layer.activation = kept
