"""The best constant prediction: what a model has to beat to have learned anything."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.probes.own_step import has_own_loss
from healthcheck.subject import Examples, each_array, targets_of

EPSILON = 1e-7
ROUNDED = 10 * EPSILON


def constant_loss(model: keras.Model, examples: Examples) -> float:
    """Return L*, the smallest mean data loss among constant predictions, by the user's own loss.

    Tried per output: mean and median of the targets, and the logarithm and the logit of
    the mean (for losses on logits). Exact for cross-entropies, squared and absolute
    error; for another loss an upper bound of the optimum. NaN when there is no target
    or no candidate gives a finite loss.
    """
    unknown = has_own_loss(model, examples.y) or not getattr(model, "compiled", False)
    if examples.y is None or unknown:
        return float("nan")
    x, y, weight = each_array(tf.convert_to_tensor, examples.parts)
    shapes = model(keras.tree.map_structure(lambda leaf: leaf[:1], x), training=False)
    outputs, targets = keras.tree.flatten(shapes), targets_of(shapes, examples.y)
    if len(outputs) != len(targets):
        return float("nan")
    losses = []
    for candidate in (_mean, _median, _log_mean, _logit_mean):
        constants = [
            _broadcast(np.zeros(()) if t is None else candidate(t, o.shape), o, examples.count)
            for t, o in zip(targets, outputs, strict=True)
        ]
        prediction = keras.tree.pack_sequence_as(shapes, constants)
        total: Any = model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
        loss = float(total) - sum(float(np.sum(extra)) for extra in model.losses)
        # A constant that is sure of the only class is held back by the rounding of ours alone.
        losses.append(0.0 if candidate in (_log_mean, _logit_mean) and abs(loss) < ROUNDED else loss)
    finite = [loss for loss in losses if np.isfinite(loss)]
    return min(finite, default=float("nan"))


def _broadcast(constant: np.ndarray, output: Any, count: int) -> Any:
    shape = (count, *output.shape[1:])
    return keras.ops.cast(
        np.broadcast_to(
            np.reshape(constant, (1, *output.shape[1:])) if constant.size > 1 else constant, shape
        ),
        output.dtype,
    )


def _mean(target: np.ndarray, shape: Any) -> np.ndarray:
    return _one_hot(target, shape).mean(axis=0)


def _median(target: np.ndarray, shape: Any) -> np.ndarray:
    return np.median(_one_hot(target, shape), axis=0)


def _log_mean(target: np.ndarray, shape: Any) -> np.ndarray:
    return np.log(np.clip(_mean(target, shape), EPSILON, None))


def _logit_mean(target: np.ndarray, shape: Any) -> np.ndarray:
    mean = np.clip(_mean(target, shape), EPSILON, 1 - EPSILON)
    return np.log(mean / (1 - mean))


def _one_hot(target: np.ndarray, shape: Any) -> np.ndarray:
    """Return targets in the shape of the predictions; class numbers become one-hot rows."""
    shape = tuple(shape)
    target = np.asarray(target, dtype="float64")
    if target.size and np.prod(target.shape[1:]) == np.prod(shape[1:]):
        return target.reshape(len(target), *shape[1:])
    classes = shape[-1]
    labels = (
        target.reshape(len(target), *shape[1:-1])
        if np.prod(target.shape[1:]) == np.prod(shape[1:-1])
        else None
    )
    if labels is None:
        return np.full((1, *shape[1:]), target.mean())
    return np.stack([labels == label for label in range(classes)], axis=-1).astype("float64")
