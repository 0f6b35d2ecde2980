"""Leave values in place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class DropDropout(Remedy):
    """Take dropout layers out."""

    layers: tuple[str, ...]
    """Paths of the layers."""
    retraces: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return "take this dropout out"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return "# delete this layer, or in front of a hidden layer: keras.layers.Dropout(0.5)"

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Set the rate to zero while the step is traced."""
        from healthcheck.subject import leaf_layers, path_of  # noqa: PLC0415

        layers = [layer for layer in leaf_layers(subject.model) if path_of(layer) in self.layers]
        kept = [layer.rate for layer in layers]
        for layer in layers:
            layer.rate = 0.0
        try:
            yield subject
        finally:
            for layer, rate in zip(layers, kept, strict=True):
                layer.rate = rate
