"""Start the output layers at zero."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class NeutralOutput(Remedy):
    """Zero weights in the layers that make the outputs: every class starts equally likely.

    Units of an output layer get different gradients from the start, so zeros do no harm there.
    """

    layers: tuple[str, ...]
    """Paths of the layers."""

    @property
    def name(self) -> str:
        """What to do."""
        return "start the output layer at zero, so that every class is equally likely"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return 'kernel_initializer="zeros", bias_initializer="zeros"  # of the output layer only'

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Have these weights start at zero; None where they were loaded or trained before."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        from healthcheck.subject import leaf_layers, path_of  # noqa: PLC0415

        named = [layer for layer in leaf_layers(subject.model) if path_of(layer) in self.layers]
        paths = {variable.path for layer in named for variable in layer.trainable_variables}
        fresh = {draw.variable.path for draw in subject.draws}
        if not paths or not paths <= fresh:
            yield None
            return
        zeros = dict.fromkeys(paths, lambda seed: keras.initializers.Zeros())
        yield replace(subject, redrawn=dict(subject.redrawn) | zeros)
