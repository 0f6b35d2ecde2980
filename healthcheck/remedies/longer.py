"""Train for longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class TrainLonger(Remedy):
    """The same training with more epochs: the one remedy that is compared over more steps."""

    factor: int
    epochs: int
    """The user's epochs."""

    @property
    def lengthens(self) -> int:
        """How many times the planned steps it takes."""
        return self.factor

    @property
    def name(self) -> str:
        """What to do."""
        return f"train for {self.factor * self.epochs:,} epochs and not for {self.epochs:,}"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return (
            f"model.fit(x, y, epochs={self.factor * self.epochs}, "
            "callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)])"
        )

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Plan more epochs."""
        yield replace(subject, epochs=self.factor * subject.epochs)
