"""Probe: what the compiled loss and metrics say of predictions whose quality is known. Eager; cheap."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Compiled, Scored
from healthcheck.probes.bench import Bench
from healthcheck.subject import Examples, each_array

PROBED = 512
"""Examples on which metrics are computed."""
TILED = 16
"""Examples in the batch whose loss is compared with that of the batch twice."""
_M = keras.metrics
ACCURACIES = (_M.Accuracy, _M.BinaryAccuracy, _M.CategoricalAccuracy, _M.SparseCategoricalAccuracy)


def probe(bench: Bench) -> Compiled:
    """Ask the loss about a batch and its double, the metrics about perfect and constant predictions.

    The metrics' states are put back.
    """
    few = bench.evaluated.take(slice(0, bench.few(PROBED)))
    bench.begin(0)
    measured = Compiled(_tiled(bench.subject.model, few), tuple(_scored(bench.subject.model, few)))
    bench.begin(0)
    return measured


def _tiled(model: keras.Model, examples: Examples) -> float:
    few = examples.take(slice(0, TILED))
    x, y, weight = each_array(tf.convert_to_tensor, few.parts)
    prediction = model(x, training=False)
    penalty = sum(float(np.sum(extra)) for extra in model.losses)

    def loss(times: int) -> float:
        parts = (x, y, weight, prediction)
        x_, y_, weight_, predicted = (each_array(lambda a: tf.concat([a] * times, 0), p) for p in parts)
        total: Any = model.compute_loss(x=x_, y=y_, y_pred=predicted, sample_weight=weight_)
        return float(total) - penalty

    try:
        once = loss(1)
        return loss(2) / once if once != 0 else float("nan")
    except (tf.errors.InvalidArgumentError, ValueError):
        return float("nan")  # targets that the loss does not take


def _scored(model: keras.Model, examples: Examples) -> Iterator[Scored]:
    metrics = [one for group in model.metrics for one in getattr(group, "metrics", [group])]
    metrics = list({id(one): one for one in metrics if isinstance(one, ACCURACIES)}.values())
    if not metrics or examples.y is None:
        return
    x, y, _ = each_array(tf.convert_to_tensor, examples.parts)
    shapes = model(keras.tree.map_structure(lambda leaf: leaf[:1], x), training=False)
    outputs, targets = keras.tree.flatten(shapes), keras.tree.flatten(examples.y)
    if len(outputs) != len(targets):
        return
    pairs = [_perfect(target, output) for target, output in zip(targets, outputs, strict=True)]
    if any(pair is None for pair in pairs):
        return
    whole = keras.tree.pack_sequence_as(shapes, pairs)
    perfect = _results(model, metrics, y, whole)
    if not all(any(np.any(variable.numpy()) for variable in metric.variables) for metric in metrics):
        return  # a training step of the user's own keeps them, and nothing else tells them anything
    several = len(outputs) == 1 and outputs[0].shape[-1] > 2 and _is_one_hot(pairs[0])
    level = keras.tree.map_structure(lambda leaf: np.full_like(leaf, 1.0 / leaf.shape[-1]), whole)
    constant = _results(model, metrics, y, level) if several else [float("nan")] * len(metrics)
    largest = float(pairs[0].reshape(-1, pairs[0].shape[-1]).mean(0).max()) if several else float("nan")
    for metric, best, flat in zip(metrics, perfect, constant, strict=True):
        yield Scored(str(metric.name), best, flat, largest)


def _results(model: keras.Model, metrics: list[Any], y: Any, prediction: Any) -> list[float]:
    model.reset_metrics()
    tensors = keras.tree.map_structure(tf.convert_to_tensor, prediction)
    model.compute_metrics(None, y, tensors)
    return [float(metric.result()) for metric in metrics]


def _perfect(target: Any, output: Any) -> Any:
    """Return the targets as the predictions that would be right; class numbers become one-hot rows."""
    shape = (len(target), *output.shape[1:])
    values = np.asarray(target)
    if values.size == np.prod(shape):
        return values.reshape(shape).astype("float32")
    classes = shape[-1]
    is_class = values.size * classes == np.prod(shape) and np.all(np.mod(values, 1) == 0)
    if not is_class or values.min() < 0 or values.max() >= classes:
        return None
    return np.eye(classes, dtype="float32")[values.astype(int).ravel()].reshape(shape)


def _is_one_hot(rows: Any) -> bool:
    return bool(np.isin(rows, (0, 1)).all() and (rows.sum(-1) == 1).all())
