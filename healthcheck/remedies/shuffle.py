"""Shuffle the examples."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class Shuffle(Remedy):
    """Draw a new order of the training examples every epoch."""

    @property
    def name(self) -> str:
        """What to do."""
        return "shuffle the training examples every epoch"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return "model.fit(x, y, shuffle=True)  # the default; a pipeline: dataset.shuffle(len(x)).batch(32)"

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Change the order and nothing else."""
        yield replace(subject, shuffle=True)
