"""The model and how it was compiled."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Activation:
    """What an activation function does, found by probing it on a grid from -30 to 30."""

    name: str
    elementwise: bool
    affine: bool
    rectifies: bool
    """Exactly zero, with zero slope, over a long interval on one side."""
    saturates: bool
    """The slope vanishes on both sides and nowhere is the function constant zero."""
    distribution: bool
    """Over several units: non-negative and sums to one."""
    minimum: float
    """Lower bound of its values; -inf when unbounded."""
    maximum: float


@dataclass(frozen=True)
class Output:
    """One output of the model, its loss, and the targets it is held against."""

    name: str
    layer: str | None
    """Path of the layer that makes it, when a layer does."""
    units: int
    loss: str
    """Name of the loss."""
    kind: str
    """`binary`, `categorical` or `sparse` cross-entropy, `squared`, `absolute` error, or `other`."""
    from_logits: bool
    bypassed: bool
    """Whether the loss takes the values before that activation, which Keras attaches to its output."""
    activation: Activation | None
    """Of the layer that makes the output."""
    minimum: float
    """Smallest prediction on the probed examples before training."""
    maximum: float
    sums_to_one: bool
    """Predictions are non-negative and every row sums to one."""
    target_minimum: float
    target_maximum: float
    target_integers: bool
    target_classes: int
    """Distinct target values when they are integers, else 0."""
    target_row_sums: tuple[float, float]
    """Smallest and largest sum over the last axis of the targets; both 1 for one-hot rows."""
    target_std: float
    target_size: int
    """Numbers in the target of one example: 1 for a label, many for an image."""


@dataclass(frozen=True)
class Structure:
    """The model and how it was compiled."""

    outputs: tuple[Output, ...]
    normalizes: bool
    """Whether a layer normalizes activations on the way (batch, layer or group normalization)."""
    optimizer: str
    """Name of the optimizer's class."""
    learning_rate: float
    """The constant rate; NaN for a schedule object."""
    trainable: int
    """Number of trainable weights."""
