"""What a probe returns when there is nothing to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Skipped:
    """What a probe returns when there is nothing to measure."""

    reason: str
    """Why the rules that need this evidence do not apply."""
    inconclusive: bool = False
    """Whether it could have been measured with more budget or more data."""
