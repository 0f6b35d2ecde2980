"""How the layers are put together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BatchNorm:
    """A trainable BatchNormalization layer."""

    layer: str
    values: int
    """Values that each of its means is taken over: examples of a batch times positions."""
    last_values: int
    """The same in the smallest batch of an epoch."""


@dataclass(frozen=True)
class Dropped:
    """A layer that drops values at random."""

    layer: str
    rate: float
    makes_output: bool
    """Whether what it returns is an output of the model."""
    batch_norms: tuple[str, ...]
    """The BatchNormalization layers that its output reaches."""


@dataclass(frozen=True)
class Layers:
    """The layers in the order of their calls, in inference mode, and what is between them."""

    affine: bool
    """Whether the outputs, before their activation, are an affine function of the inputs."""
    weight_layers: int
    """Calls of layers that own a trainable kernel."""
    stretches: tuple[tuple[str, ...], ...]
    """Paths of layers with full-rank kernels between which nothing nonlinear stands."""
    batch_norms: tuple[BatchNorm, ...]
    dropouts: tuple[Dropped, ...]
    batch_size: int
    last_batch: int
    """Examples in the smallest batch of an epoch."""
