"""Weaken the penalties."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class WeakenPenalty(Remedy):
    """Multiply what every weight regularizer adds to the loss by a factor below one."""

    factor: float = 0.1
    retraces: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return f"multiply the regularizers' strength by {self.factor:g}"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return f"kernel_regularizer=keras.regularizers.L2({self.factor:g} * strength)"

    def stronger(self) -> "WeakenPenalty | None":
        """Return a tenth of the strength, down to a thousandth of the user's."""
        return WeakenPenalty(self.factor * 0.1) if self.factor > 0.01 else None

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Put a weaker regularizer in the place of each while the step is traced; None without any."""
        variables = [one for one in subject.model.trainable_variables if one.regularizer is not None]
        kept = [variable.regularizer for variable in variables]
        for variable in variables:
            variable.regularizer = _Scaled(variable.regularizer, self.factor)
        try:
            yield subject if variables else None
        finally:
            for variable, regularizer in zip(variables, kept, strict=True):
                variable.regularizer = regularizer


@dataclass(frozen=True)
class _Scaled:
    regularizer: Any
    factor: float

    def __call__(self, weight: Any) -> Any:
        return self.factor * self.regularizer(weight)
