"""Draw the weights by the scheme that fits the activation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class FittingInitialization(Remedy):
    """He initialization before rectifiers, Glorot's elsewhere, for every kernel."""

    @property
    def name(self) -> str:
        """What to do."""
        return "initialize with He's scheme before ReLU and with Glorot's elsewhere"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return 'kernel_initializer="he_normal"  # before ReLU; "glorot_uniform" (the default) elsewhere'

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Have every kernel drawn anew."""
        yield replace(subject, redrawn=dict(subject.redrawn) | _schemes(subject))


def _schemes(subject: "Subject") -> dict[str, Any]:
    import keras  # noqa: PLC0415 - rules import this module and must not load Keras

    from healthcheck.probes.observe import sites  # noqa: PLC0415
    from healthcheck.subject import kernels, path_of  # noqa: PLC0415

    # A weight that was loaded or trained before is kept: only a fresh draw may be drawn anew.
    fresh = {draw.variable.path for draw in subject.draws}
    rectifying = {path for path, site in sites(subject.model).items() if site.activation.rectifies}
    return {
        variable.path: keras.initializers.HeNormal
        if path_of(layer) in rectifying
        else keras.initializers.GlorotUniform
        for layer, variable in kernels(subject.model)
        if variable.path in fresh and variable.name == "kernel"
    }
