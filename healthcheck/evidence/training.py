"""The training as planned."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class NonFinite:
    """Where a NaN or an infinity appeared first."""

    what: str
    """`weights`, `activation`, `loss` or `gradient`; `watched` before these where the training was only
    watched, so that no step could be looked at again."""
    layer: str | None
    step: int


@dataclass(frozen=True)
class Finite:
    """Whether the training stayed finite."""

    non_finite: NonFinite | None


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
    complete: bool = True
    """Whether all training and validation examples were read; else a part was trained on repeatedly."""


def skill(loss: float, constant_loss: float) -> float:
    """Return `1 - loss / constant_loss`; NaN where there is nothing to gain."""
    return 1.0 - loss / constant_loss if constant_loss > 0 else float("nan")


PART = "only a part of the data was read, and a training on a part does not show how it generalizes"
"""Why curves are not judged where `complete` is false."""


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


def late_progress(training: Training) -> float:
    """Return the share of all progress of the loss that the last fifth made; NaN where there was none."""
    before = training.loss[max(0, int(0.8 * len(training.loss)) - 1)]
    progress = training.loss[0] - training.loss[-1]
    return float((before - training.loss[-1]) / progress) if progress > 0 else float("nan")


def noise_of(curve: np.ndarray) -> float:
    """Estimate the standard deviation of a curve's noise; of a smooth trend second differences leave none."""
    return float(1.4826 * np.median(np.abs(np.diff(curve, n=2))) / np.sqrt(6.0))
