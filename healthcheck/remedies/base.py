"""What a remedy is."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from healthcheck.evidence import Training
    from healthcheck.subject import Subject

CLEAR_LOSS = 0.05
"""Skill that a dose has to cost before no higher one is tried."""


@dataclass(frozen=True)
class Remedy:
    """Base of all remedies."""

    retraces: ClassVar[bool] = False
    """Whether the remedied model needs a trace of its own."""
    changes_loss: ClassVar[bool] = False
    """Whether the loss before and after measure different things; then predictions are compared."""

    @property
    def retracing(self) -> "tuple[Remedy, ...]":
        """What a trace of the remedied model depends on; nothing where the subject's own trace serves."""
        return (self,) if self.retraces else ()

    @property
    def lengthens(self) -> int:
        """How many times the planned steps the training with the remedy takes."""
        return 1

    @property
    def name(self) -> str:
        """What to do, imperative, in a few words."""
        raise TypeError(f"{type(self).__name__} has no name")

    @property
    def code(self) -> str:
        """How a user would write it."""
        raise TypeError(f"{type(self).__name__} has no code")

    def stronger(self) -> "Remedy | None":
        """Return the same remedy in a higher dose, tried when this one does not help; None at the end."""
        return None

    def is_spent(self, without: float, gained: float, training: "Training | None") -> bool:
        """Return whether a higher dose is hopeless after one that did not help.

        `without` is the skill with the dose before, `gained` that with this one, and `training`
        what the training with it looked like, None where it diverged.
        """
        return not gained >= without - CLEAR_LOSS

    def applied(self, subject: "Subject") -> "AbstractContextManager[Subject | None]":
        """Yield the remedied subject, or None where it cannot be applied; restore everything on exit."""
        raise TypeError(f"{type(self).__name__} cannot be applied to {subject.name!r}")
