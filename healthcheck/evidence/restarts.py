"""The training repeated: from other seeds, and without what the inputs say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Restarts:
    """The planned training from several starts."""

    seeds: tuple[int, ...]
    skills: tuple[float, ...]
    """At the end, each in the better of both modes."""
    examples: int
    """On which the skill is measured, the same for every seed."""


@dataclass(frozen=True)
class ZeroedInputs:
    """The planned training on the inputs as they are and on zeros, seed by seed."""

    implied: bool
    """Not tried, because the model is better than the best constant prediction."""
    untried: str
    """Why it could not be tried; empty where it was, or did not need to be."""
    real: tuple[float, ...]
    """Loss at the end of each training, in the better of both modes."""
    zeroed: tuple[float, ...]
    """The same of the training on zeros, from the same seeds."""
    start: float
    """Loss before training."""
