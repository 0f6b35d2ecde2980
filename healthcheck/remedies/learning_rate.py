"""Another learning rate."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.evidence import Training
    from healthcheck.subject import Subject

RESTING = 0.02
"""Share of its own norm that no kernel moves by where a rate is too low to change anything."""


@dataclass(frozen=True)
class ScaleLearningRate(Remedy):
    """Multiply the learning rate, callbacks included: they go on at their own scale."""

    factor: float
    rate: float
    """The user's learning rate."""
    optimizer: str
    """Name of the optimizer's class."""

    @property
    def retraces(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether the rate is part of the trace: that of a schedule is computed in it."""
        return math.isnan(self.rate)

    @property
    def name(self) -> str:
        """What to do."""
        direction = "raise" if self.factor > 1 else "lower"
        if math.isnan(self.rate):
            return (
                f"{direction} the rates of the schedule by a factor of {max(self.factor, 1 / self.factor):g}"
            )
        return f"{direction} the learning rate from {self.rate:g} to {self.rate * self.factor:g}"

    @property
    def code(self) -> str:
        """How a user would write it."""
        if math.isnan(self.rate):
            return f"# multiply the rates of the {self.optimizer} optimizer's schedule by {self.factor:g}"
        return f"optimizer=keras.optimizers.{self.optimizer}(learning_rate={self.rate * self.factor:g})"

    def stronger(self) -> "ScaleLearningRate | None":
        """Return ten times the dose, up to a factor of a hundred thousand in all."""
        factor = self.factor * (10.0 if self.factor > 1 else 0.1)
        return replace(self, factor=factor) if 5e-6 < factor < 5e5 else None

    def is_spent(self, without: float, gained: float, training: "Training | None") -> bool:
        """Return whether a still higher rate would do more harm, or a still lower one move nothing at all.

        A model that a high rate has brought to a standstill may fare worse with a lower one first.
        """
        if self.factor > 1:
            return super().is_spent(without, gained, training)
        if training is None or not training.update_ratio.size:
            return False
        moved = training.update_ratio.mean(axis=0).max() * training.steps
        return bool(moved < RESTING)

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Scale the rate at the start of each run, or what a schedule object says."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        from healthcheck.keras_private import settings_of  # noqa: PLC0415

        optimizer = subject.model.optimizer
        config = settings_of(optimizer).get("learning_rate")
        if isinstance(config, keras.optimizers.schedules.LearningRateSchedule):
            optimizer.learning_rate = _scaled(config, self.factor)
            try:
                yield subject
            finally:
                optimizer.learning_rate = config
            return
        is_number = isinstance(config, (int, float)) or keras.ops.is_tensor(config)
        yield replace(subject, rate_factor=subject.rate_factor * self.factor) if is_number else None


def _scaled(schedule: Any, factor: float) -> Any:
    """Return a schedule that says `factor` times what another one says."""
    import keras  # noqa: PLC0415 - rules import this module and must not load Keras

    class Scaled(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return factor * schedule(step)

        def get_config(self) -> dict[str, Any]:
            return {"factor": factor}

    return Scaled()
