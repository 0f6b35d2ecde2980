"""How right the predictions are, whatever the loss says: accuracy for classes, R^2 otherwise."""

from typing import Any

import keras
import numpy as np

NAN = float("nan")


def score(y: Any, prediction: Any) -> float:
    """Return the accuracy or the R^2 of the predictions; NaN for several outputs or non-finite values."""
    pair = _pair(y, prediction)
    if pair is None or not np.isfinite(pair[1]).all():
        return NAN
    target, predicted = pair
    if _is_sparse(target, predicted):
        return float(np.mean(predicted.argmax(-1).ravel() == target.ravel()))
    if _is_one_hot(target, predicted):
        return float(np.mean(predicted.argmax(-1) == target.argmax(-1)))
    flat, guess = target.ravel().astype("float64"), predicted.ravel().astype("float64")
    if _is_binary(target, predicted):
        return float(np.mean((guess > binary_threshold(guess)) == (flat > 0.5)))
    total = np.sum((flat - flat.mean()) ** 2)
    return float(1.0 - np.sum((flat - guess) ** 2) / total) if total > 0 and flat.size == guess.size else NAN


def constant_score(y: Any, prediction: Any) -> float:
    """Return the same for the best constant prediction."""
    pair = _pair(y, prediction)
    if pair is None:
        return NAN
    target, predicted = pair
    if _is_one_hot(target, predicted):
        target = target.argmax(-1)
    elif not (_is_sparse(target, predicted) or _is_binary(target, predicted)):
        return 0.0
    _, counts = np.unique(target, return_counts=True)
    return float(counts.max() / counts.sum())


def predicted_classes(y: Any, prediction: Any) -> int:
    """Return how many distinct classes are predicted, 0 when the predictions are no classes."""
    pair = _pair(y, prediction)
    if pair is None or not np.isfinite(pair[1]).all():
        return 0
    target, predicted = pair
    if _is_sparse(target, predicted) or _is_one_hot(target, predicted):
        return len(np.unique(predicted.argmax(-1)))
    if _is_binary(target, predicted):
        return len(np.unique(predicted > binary_threshold(predicted)))
    return 0


def binary_threshold(predicted: np.ndarray) -> float:
    """Return what parts the two classes: 0 between logits, 0.5 between probabilities."""
    return 0.0 if predicted.min() < 0.0 or predicted.max() > 1.0 else 0.5


def _pair(y: Any, prediction: Any) -> tuple[np.ndarray, np.ndarray] | None:
    targets, outputs = (keras.tree.flatten(part) for part in (y, prediction))
    if len(targets) != 1 or len(outputs) != 1 or targets[0] is None:
        return None
    target, predicted = np.asarray(targets[0]), np.asarray(outputs[0])
    return (target, predicted) if target.size and np.isfinite(target).all() else None


def _is_sparse(target: np.ndarray, predicted: np.ndarray) -> bool:
    return (
        predicted.ndim > 1
        and predicted.shape[-1] > 1
        and target.size * predicted.shape[-1] == predicted.size
        and bool(np.all(np.mod(target, 1) == 0))
    )


def _is_one_hot(target: np.ndarray, predicted: np.ndarray) -> bool:
    return (
        target.shape == predicted.shape
        and target.ndim > 1
        and target.shape[-1] > 1
        and set(np.unique(target)) <= {0, 1}
        and bool((target.sum(axis=-1) == 1).all())
    )


def _is_binary(target: np.ndarray, predicted: np.ndarray) -> bool:
    return target.size == predicted.size and set(np.unique(target)) <= {0, 1}
