"""Adapt the normalization layers to the training data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class AdaptNormalization(Remedy):
    """Give every `Normalization` layer that has none the statistics of what arrives at it."""

    retraces: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return "adapt the Normalization layer to the training data"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return "normalization.adapt(x_train)  # before the fit"

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Adapt, and put the old statistics back."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        from healthcheck.probes.normalizers import arriving, is_adapted  # noqa: PLC0415
        from healthcheck.subject import value_of  # noqa: PLC0415

        x = keras.tree.map_structure(keras.ops.convert_to_tensor, subject.train.x)
        layers = [(layer, values) for layer, values in arriving(subject.model, x) if not is_adapted(layer)]
        kept = [[value_of(variable) for variable in layer.weights] for layer, _ in layers]
        for layer, values in layers:
            layer.adapt(values)
        try:
            yield subject
        finally:
            for (layer, _), old in zip(layers, kept, strict=True):
                layer.set_weights(old)
                layer.finalize_state()
