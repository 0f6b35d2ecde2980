"""Let the learning rate decay."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class DecayRate(Remedy):
    """Lower the constant rate to zero along half a cosine (Loshchilov, Hutter 2017)."""

    rate: float
    """The user's learning rate."""
    optimizer: str
    """Name of the optimizer's class."""

    @property
    def name(self) -> str:
        """What to do."""
        return f"let the learning rate decay from {self.rate:g} to 0 along a cosine"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return (
            f"steps = epochs * steps_per_epoch\n"
            f"rate = keras.optimizers.schedules.CosineDecay({self.rate:g}, decay_steps=steps)\n"
            f"optimizer=keras.optimizers.{self.optimizer}(learning_rate=rate)"
        )

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Set the rate at the beginning of each epoch, as a callback does; None for a schedule object."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        from healthcheck.keras_private import settings_of  # noqa: PLC0415

        config = settings_of(subject.model.optimizer).get("learning_rate")
        if not (isinstance(config, (int, float)) or keras.ops.is_tensor(config)):
            yield None
            return

        def rate(epoch: int) -> float:
            return self.rate * 0.5 * (1.0 + math.cos(math.pi * epoch / subject.epochs))

        decay = keras.callbacks.LearningRateScheduler(rate)
        yield replace(subject, callbacks=(*subject.callbacks, decay))
