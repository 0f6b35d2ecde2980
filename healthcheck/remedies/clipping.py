"""Clip the gradients."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class ClipGradients(Remedy):
    """Clip each weight's gradient to a norm (Pascanu, Mikolov, Bengio 2013)."""

    norm: float
    retraces: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return f"clip gradients to norm {self.norm:g}"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return f"clipnorm={self.norm:g}  # an argument of the optimizer"

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Set the optimizer's option while the step is traced; None when the user clips already."""
        optimizer = subject.model.optimizer
        if any(getattr(optimizer, name, None) for name in ("clipnorm", "global_clipnorm", "clipvalue")):
            yield None
            return
        optimizer.clipnorm = self.norm
        try:
            yield subject
        finally:
            optimizer.clipnorm = None
