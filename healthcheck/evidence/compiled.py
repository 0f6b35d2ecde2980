"""What the compiled loss and metrics say of predictions whose quality is known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scored:
    """A metric of the accuracy kind."""

    metric: str
    perfect: float
    """Its value when every prediction is its target."""
    constant: float
    """Its value when all classes get the same probability; NaN unless there are several."""
    largest_class: float
    """Share of the most frequent class; NaN unless there are several."""


@dataclass(frozen=True)
class Compiled:
    """Loss and metrics on made-up predictions."""

    tiled: float
    """Loss of a batch that holds every example twice, over that of the batch; NaN when it is zero."""
    metrics: tuple[Scored, ...]
