"""The units of the layers, before and after some training."""

from dataclasses import dataclass

from healthcheck.evidence.structure import Activation


@dataclass(frozen=True)
class Units:
    """The units of one layer, over the probed examples, in inference mode."""

    layer: str
    units: int
    hidden: bool
    """Whether the layer is not the one that makes an output."""
    activation: Activation
    preactivation_rms: float
    dead: float
    """Share of units that are zero on every example and position."""
    saturated: float
    """Share of units whose mean slope is below 5 % of the activation's largest slope."""


@dataclass(frozen=True)
class Twins:
    """A kernel whose units receive the same and weigh the same, before and after some training."""

    layer: str
    units: int
    before: float
    """Share of units that have an identical twin in the layer, before training."""
    after: float


@dataclass(frozen=True)
class Activations:
    """All layers with an activation function, before and after the training probe."""

    examples: int
    before: tuple[Units, ...]
    after: tuple[Units, ...]
    twins: tuple[Twins, ...]
    steps: int
    """Training steps between before and after."""
