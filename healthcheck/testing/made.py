"""Healthy evidence, a keyword for every number that a rule may compare."""
# ruff: noqa: PLR0913

from collections.abc import Sequence
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike

from healthcheck import evidence

LINEAR = evidence.Activation("linear", True, True, False, False, False, -inf, inf)
RELU = evidence.Activation("relu", True, False, True, False, False, 0.0, inf)
SIGMOID = evidence.Activation("sigmoid", True, False, False, True, False, 0.0, 1.0)
SOFTMAX = evidence.Activation("softmax", False, False, False, False, True, 0.0, 1.0)
TANH = evidence.Activation("tanh", True, False, False, True, False, -1.0, 1.0)

LOSS = tuple(0.1 + 0.8**epoch for epoch in range(21))
"""Twenty epochs: from 1.1 to 0.11, where the best constant prediction has 1."""
STEPS_PER_EPOCH = 32


def array(name: str = "x", *, non_finite: int = 0, first_bad_row: int | None = None) -> evidence.Array:
    """Return a standardized table of 1,000 rows."""
    return evidence.Array(name, (1000, 2), "float32", -3.0, 3.0, 0.0, 1.0, non_finite, first_bad_row)


def data(*arrays: evidence.Array) -> evidence.Data:
    """Return inputs and targets without gaps."""
    return evidence.Data(arrays or (array("x"), array("y")), examples=1000, validation_examples=200)


def output(
    name: str = "output",
    *,
    layer: str | None = "output",
    units: int = 1,
    kind: str = "binary",
    from_logits: bool = False,
    bypassed: bool = False,
    activation: evidence.Activation | None = SIGMOID,
    predictions: tuple[float, float] = (0.4, 0.6),
    sums_to_one: bool = False,
    targets: tuple[float, float] = (0.0, 1.0),
    integers: bool = True,
    row_sums: tuple[float, float] = (0.0, 1.0),
    std: float = 0.5,
    size: int = 1,
) -> evidence.Output:
    """Return one sigmoid unit under binary cross-entropy; pairs are the smallest and the largest."""
    made = (name, layer, units, f"{kind} loss", kind, from_logits, bypassed, activation)
    return evidence.Output(
        *made, *predictions, sums_to_one, *targets, integers, 2 * integers, row_sums, std, size
    )


def structure(
    *outputs: evidence.Output, normalizes: bool = False, learning_rate: float = 0.001, trainable: int = 1000
) -> evidence.Structure:
    """Return a model with one healthy output, no normalization layer, and Adam."""
    return evidence.Structure(outputs or (output(),), normalizes, "Adam", learning_rate, trainable)


def inputs(
    *,
    examples: int = 1000,
    rms: float = 1.0,
    offset: float = 0.0,
    spread: float = 1.0,
    features: int = 2,
    raw: bool = True,
) -> evidence.Inputs:
    """Return standardized features."""
    return evidence.Inputs("hidden", examples, rms, offset, spread, features, raw)


def kernel(layer: str = "hidden", *, flow: float = 1.0) -> evidence.Kernel:
    """Return a kernel that gets as much gradient as any other."""
    return evidence.Kernel(layer, f"{layer}/kernel", gradient_norm=0.1, flow=flow, weight_std=0.1)


def initial(*kernels: evidence.Kernel, shared: Sequence[tuple[str, ...]] = ()) -> evidence.Initial:
    """Return a start from which gradients reach every layer."""
    kernels = kernels or (kernel("hidden"), kernel("output"))
    return evidence.Initial(8, LOSS[0], 1.0, kernels, tuple(shared))


def units(
    layer: str = "hidden",
    *,
    activation: evidence.Activation = RELU,
    hidden: bool = True,
    preactivation_rms: float = 1.0,
    dead: float = 0.0,
    saturated: float = 0.0,
) -> evidence.Units:
    """Return a hidden layer of 100 units, all of them alive."""
    return evidence.Units(layer, 100, hidden, activation, preactivation_rms, dead, saturated)


def activations(
    *after: evidence.Units, before: Sequence[evidence.Units] | None = None, examples: int = 1000
) -> evidence.Activations:
    """Return layers as they are after training; unless given, they were the same before."""
    output = units("output", activation=SIGMOID, hidden=False)
    after = after or (units("hidden"), units("second", activation=TANH), output)
    twins = (evidence.Twins("hidden", 100, before=0.0, after=0.0),)
    return evidence.Activations(examples, after if before is None else tuple(before), after, twins, 640)


def training(
    *,
    loss: Sequence[float] = LOSS,
    validation_loss: Sequence[float] | None = None,
    constant_loss: float = 1.0,
    steps: int | None = None,
    planned_steps: int | None = None,
    stopped_early: bool = False,
    training_loss: float = nan,
    non_finite: evidence.NonFinite | None = None,
    gradient_norm: ArrayLike = 0.1,
    update_ratio: ArrayLike = 0.01,
    complete: bool = True,
) -> evidence.Training:
    """Return a training of two layers, evaluated at its start and, unless `steps` is given, every epoch.

    The validation loss is 0.05 above the training loss; `()` stands for no validation data.
    Gradient norms and update ratios are broadcast to twenty measured steps and two kernels.
    """
    done = (len(loss) - 1) * STEPS_PER_EPOCH if steps is None else steps
    planned = done if planned_steps is None else planned_steps
    points, curve = np.linspace(0, done, len(loss)).astype(int), np.array(loss, dtype=float)
    validation = curve + 0.05 if validation_loss is None else np.array(validation_loss, dtype=float)
    norms, ratios = (np.zeros((20, 2)) + np.asarray(given) for given in (gradient_norm, update_ratio))
    return evidence.Training(
        planned_steps=planned,
        steps=done,
        planned_epochs=-(-planned // STEPS_PER_EPOCH),
        steps_per_epoch=STEPS_PER_EPOCH,
        stopped_early=stopped_early,
        step_losses=np.interp(np.arange(done), points, curve),
        points=points,
        loss=curve,
        validation_loss=validation,
        metrics={},
        evaluated=1000,
        validated=200 if len(validation) else 0,
        constant_loss=constant_loss,
        constant_validation_loss=constant_loss,
        training_loss=training_loss,
        non_finite=non_finite,
        kernel_layers=("hidden", "output"),
        measured_steps=np.linspace(0, done - 1, 20).astype(int),
        gradient_norm=norms,
        gradient_mean=np.zeros_like(norms),
        gradient_std=norms,
        weight_mean=np.zeros_like(norms),
        weight_std=np.full_like(norms, 0.1),
        update_ratio=ratios,
        complete=complete,
    )


def finite(non_finite: evidence.NonFinite | None = None) -> evidence.Finite:
    """Return a training that stayed finite."""
    return evidence.Finite(non_finite)


def fit_batch(*, skill: float = 0.9, second_skill: float = nan, implied: bool = False) -> evidence.FitBatch:
    """Return sixteen examples learned by heart."""
    return evidence.FitBatch(16, 500, skill, second_skill, implied)


def wrong_gradient(
    layer: str | None = "hidden",
    *,
    place: str = "layer",
    part: str = "input 0",
    disagreement: float = 2.0,
    ratio: float = -1.0,
    precision: str = "float64",
) -> evidence.WrongGradient:
    """Return a layer with a wrong sign in its gradient."""
    return evidence.WrongGradient(layer, place, part, disagreement, ratio, precision)


def gradient_check(
    *wrong: evidence.WrongGradient, precision: str = "float64", uncertainty: float = 1e-10
) -> evidence.GradientCheck:
    """Return a check of two kernels, two biases and an input in which nothing was wrong."""
    disagreement = max((one.disagreement for one in wrong), default=0.0)
    return evidence.GradientCheck(precision, 10, 5, 16, disagreement, uncertainty, wrong)
