"""Several remedies at once, where one alone is not enough."""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject


@dataclass(frozen=True)
class Combined(Remedy):
    """Each applied to what the one before it gave: raw pixels *and* a rate that is too high."""

    parts: tuple[Remedy, ...]

    @property
    def retracing(self) -> tuple[Remedy, ...]:
        """Those of its parts that need a trace of their own."""
        return tuple(one for part in self.parts for one in part.retracing)

    @property
    def lengthens(self) -> int:
        """What all of them together ask for."""
        return math.prod(part.lengthens for part in self.parts)

    @property
    def changes_loss(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride] - of its parts, not of its class
        """Whether one of them changes what the loss measures."""
        return any(part.changes_loss for part in self.parts)

    @property
    def name(self) -> str:
        """What to do."""
        return ", and ".join(part.name for part in self.parts)

    @property
    def code(self) -> str:
        """How a user would write it."""
        return "\n".join(part.code for part in self.parts)

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Apply one after the other; None where one of them cannot be applied."""
        with ExitStack() as stack:
            remedied: Subject | None = subject
            for part in self.parts:
                if remedied is not None:
                    remedied = stack.enter_context(part.applied(remedied))
            yield remedied
