"""The first steps of a training, and what the first layers are fed."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Inputs:
    """What arrives at a layer with a kernel that is fed, directly or not, by raw features."""

    layer: str
    """The first trainable layer with a kernel."""
    examples: int
    rms: float
    """Root mean square over all features that are neither binary nor constant."""
    offset: float
    """Largest abs(mean) / std of a feature."""
    spread: float
    """99th over 50th percentile of the features' standard deviations."""
    features: int
    """Features counted; 0 when all are binary, constant or tokens."""
    raw: bool
    """Whether they are the model's input as given, not the output of another layer."""
    ranges: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    """Minimum, maximum, mean and standard deviation of each counted feature. [features, 4]"""


@dataclass(frozen=True)
class Kernel:
    """One trainable weight of rank two or more, over the first steps."""

    layer: str
    variable: str
    gradient_norm: float
    """Median over steps of the gradient's norm."""
    flow: float
    """Median over steps of gradient norm times weight norm, relative to the largest of the model."""
    weight_std: float
    """Before the first update."""


@dataclass(frozen=True)
class Initial:
    """The first steps of the training, in training mode."""

    batches: int
    """Steps measured, eight where the plan has as many."""
    loss: float
    """Training loss before the first update, penalties included."""
    constant_loss: float
    """L*, the data loss of the best constant prediction."""
    kernels: tuple[Kernel, ...]
    """In the order of the layers."""
    shared: tuple[tuple[str, ...], ...]
    """Groups of layers whose kernels were drawn by one initializer instance and start equal."""
