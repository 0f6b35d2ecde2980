"""What the probes measured: frozen, numbers only, one class per probe, no judgement.

Losses are data losses in inference mode, without regularization penalties, unless
said otherwise. *Skill* is `1 - L / L*`, where L* is the loss of the best constant
prediction: 0 is no better than a constant, 1 is perfect.
"""

from dataclasses import dataclass

import numpy as np

from healthcheck import gradient_evidence

GradientCheck = gradient_evidence.GradientCheck
Slope = gradient_evidence.Slope
WrongGradient = gradient_evidence.WrongGradient


@dataclass(frozen=True)
class Array:
    """One array of the data, as it is delivered to the model."""

    name: str
    """`x`, `y`, `sample_weight`, or a validation twin; with the key or index where there are several."""
    shape: tuple[int, ...]
    dtype: str
    minimum: float
    maximum: float
    mean: float
    std: float
    non_finite: int
    """Number of NaN and infinite entries."""
    first_bad_row: int | None
    """Index of the first example with such an entry."""


@dataclass(frozen=True)
class Data:
    """The data that the model is trained and validated on."""

    arrays: tuple[Array, ...]
    examples: int
    validation_examples: int


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
    """Smallest and largest row sum of the targets; both 1 for one-hot rows."""
    target_std: float


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


@dataclass(frozen=True)
class NonFinite:
    """Where a NaN or an infinity appeared first."""

    what: str
    """`weights`, `activation`, `loss` or `gradient`."""
    layer: str | None
    step: int


@dataclass(frozen=True)
class Training:
    """The training as planned, from the user's own initial weights."""

    planned_steps: int
    steps: int
    planned_epochs: int
    steps_per_epoch: int
    stopped_early: bool
    """By the user's own callback."""
    step_losses: np.ndarray
    """Training loss of every step, penalties included. [steps]"""
    points: np.ndarray
    """Steps after which the model was evaluated; the first is 0. [points]"""
    loss: np.ndarray
    """On a fixed part of the training examples. [points]"""
    validation_loss: np.ndarray
    """[points], or empty."""
    metrics: dict[str, np.ndarray]
    """The user's metrics, in inference mode, validation ones with `val_`. Each [points]."""
    evaluated: int
    """Training examples in the fixed part."""
    validated: int
    """Validation examples evaluated."""
    constant_loss: float
    """L* on the same training examples."""
    constant_validation_loss: float
    training_loss: float
    """Mean data loss in training mode over the last tenth of the steps."""
    non_finite: NonFinite | None
    kernel_layers: tuple[str, ...]
    measured_steps: np.ndarray
    """Steps at which the kernels were measured. [measured]"""
    gradient_norm: np.ndarray
    """[measured, kernels]"""
    gradient_mean: np.ndarray
    gradient_std: np.ndarray
    weight_mean: np.ndarray
    weight_std: np.ndarray
    update_ratio: np.ndarray
    """Norm of the update over the norm of the weights. [measured, kernels]"""


@dataclass(frozen=True)
class FitBatch:
    """Controlled overfitting: a handful of examples, no dropout, no penalties."""

    examples: int
    steps: int
    skill: float
    """With the user's optimizer."""
    second_skill: float
    """With Adam(0.001), NaN when it was not needed."""
    implied: bool
    """Not tried, because the training itself already reached `skill`."""


def skill(loss: float, constant_loss: float) -> float:
    """Return `1 - loss / constant_loss`; NaN where there is nothing to gain."""
    return 1.0 - loss / constant_loss if constant_loss > 0 else float("nan")


def was_cut(training: Training) -> bool:
    """Return whether the budget ended a training before its plan, its callbacks or a NaN did."""
    is_ended = training.stopped_early or training.non_finite is not None
    return training.steps < training.planned_steps and not is_ended


def reached(training: Training) -> float:
    """Return the skill at the end of a training: in inference or in training mode, whichever is better.

    Moving statistics of BatchNormalization may lag behind a short training, dropout lowers
    what training mode reaches: neither means that nothing was learned. NaN when neither is known.
    """
    skills = [
        skill(float(loss), training.constant_loss) for loss in (training.loss[-1], training.training_loss)
    ]
    return max((known for known in skills if not np.isnan(known)), default=float("nan"))


@dataclass(frozen=True)
class Skipped:
    """What a probe returns when there is nothing to measure."""

    reason: str
    """Why the rules that need this evidence do not apply."""
    inconclusive: bool = False
    """Whether it could have been measured with more budget or more data."""
