"""Probe: the trained model's loss on each training and each validation example. Inference mode.

Cost: two predictions of at most 1,024 examples each, and one call of the loss for every example.
"""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Generalization, Shift, Skipped
from healthcheck.passes import mean_and_std
from healthcheck.probes.bench import Bench
from healthcheck.probes.trace import on_device
from healthcheck.subject import Examples

MAX_CLASSES = 100
"""Whole numbers of more different values are compared by their mean, not class by class."""
MIN_VALIDATED = 8


def probe(bench: Bench) -> Generalization | Skipped:
    """Compare both sets as the model stands now; metrics that the loss keeps are moved."""
    if bench.validated is None:
        return Skipped("the fit has no validation data")
    if bench.validated.count < MIN_VALIDATED:
        few = f"{bench.validated.count} validation examples; {MIN_VALIDATED} are needed"
        return Skipped(few, inconclusive=True)
    if bench.evaluated.y is None or bench.validated.y is None:
        return Skipped("there are no targets that a loss could be computed from")
    each = _loss_of_each(bench.subject.model)
    losses = [_losses(bench, each, examples) for examples in (bench.evaluated, bench.validated)]
    (loss, error), (validation_loss, validation_error) = (
        (float(part.mean()), float(part.std(ddof=1) / np.sqrt(len(part)))) for part in losses
    )
    return Generalization(
        examples=bench.evaluated.count,
        validation_examples=bench.validated.count,
        loss=loss,
        error=error,
        validation_loss=validation_loss,
        validation_error=validation_error,
        shift=_largest_shift(bench.evaluated, bench.validated),
    )


def _losses(bench: Bench, each: Callable[[Any, Any], Any], examples: Examples) -> np.ndarray:
    x, y, _ = on_device(examples)
    prediction = bench.traced.predict(x, bench.pass_size)
    return np.asarray(each(x, keras.tree.map_structure(tf.convert_to_tensor, (y, prediction))), "float64")


def _loss_of_each(model: keras.Model) -> Callable[[Any, Any], Any]:
    """Return a function from inputs and pairs of target and prediction to the loss of every pair."""

    def one(row: Any) -> Any:
        target, predicted = (keras.tree.map_structure(lambda leaf: leaf[None], part) for part in row)
        return _scalar(model.compute_loss(x=None, y=target, y_pred=predicted))

    def each(x: Any, rows: Any) -> Any:
        # What `add_loss` holds belongs to the latest call, which therefore has to be one of this graph.
        model(keras.tree.map_structure(lambda leaf: leaf[:1], x), training=False)
        penalties = [_scalar(extra) for extra in model.losses]
        return tf.map_fn(one, rows, fn_output_signature=tf.float32) - tf.add_n(
            penalties or [tf.constant(0.0)]
        )

    return tf.function(each, autograph=False, reduce_retracing=True)


def _scalar(tensor: Any) -> Any:
    return tf.reduce_sum(tf.cast(tensor, tf.float32))


def _largest_shift(training: Examples, validation: Examples) -> Shift | None:
    scored = [(name, _z_of_columns(*pair)) for name, *pair in _leaves(training, validation)]
    known = [(name, z) for name, z in scored if not np.isnan(z).all()]
    if not known:
        return None
    name, z = max(known, key=lambda row: np.nanmax(row[1]))
    compared = sum(int((~np.isnan(z)).sum()) for _, z in known)
    return Shift(name, int(np.nanargmax(z)), float(np.nanmax(z)), compared)


def _leaves(training: Examples, validation: Examples) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    for name, training_part, validation_part in (
        ("x", training.x, validation.x),
        ("y", training.y, validation.y),
    ):
        pairs = list(zip(*map(keras.tree.flatten, (training_part, validation_part)), strict=True))
        for number, (first, second) in enumerate(pairs):
            if first.dtype.kind in "biuf" and first.shape[1:] == second.shape[1:] and first[0].size:
                one, other = _columns(first, second) if name == "y" else (first, second)
                yield name if len(pairs) == 1 else f"{name}[{number}]", one, other


def _columns(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return targets as they are, or, where they name classes, with one column a class."""
    if one[0].size != 1:
        return one, other
    one, other = one.ravel(), other.ravel()
    classes = np.union1d(one, other)
    if 2 < len(classes) <= MAX_CLASSES and np.all(np.mod(classes, 1) == 0):
        return one[:, None] == classes, other[:, None] == classes
    return one, other


def _z_of_columns(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return, per column, the difference of the means over its standard error; NaN where nothing differs."""
    (mean, std), (other_mean, other_std) = (mean_and_std(part, part[0].size) for part in (one, other))
    difference = np.abs(mean - other_mean)
    error = np.sqrt(std**2 / len(one) + other_std**2 / len(other))
    with np.errstate(divide="ignore", invalid="ignore"):
        return difference / error  # infinite for constants that differ, NaN for equal ones
