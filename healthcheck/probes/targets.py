"""Probe: the targets of every output, and the order in which the training shows them.

Reads every target once; predictions before training are those of the fixed examples, in
inference mode. Changes nothing.
"""

from typing import Any

import keras
import numpy as np

from healthcheck.evidence import LabelOrder, Order, Output, Skipped, Structure, Target, Targets
from healthcheck.probes.bench import Bench

MAX_CLASSES = 50


def probe(bench: Bench, structure: Structure) -> Targets | Skipped:
    """Describe the targets and what the untrained model says of them."""
    if not structure.outputs:
        return Skipped("the outputs cannot be matched with targets and losses")
    prediction = bench.traced.predict(bench.evaluated_data[0], bench.pass_size)
    rows = zip(
        structure.outputs,
        keras.tree.flatten(bench.subject.train.y),
        keras.tree.flatten(prediction),
        strict=False,
    )
    weight = bench.subject.train.weight
    return Targets(tuple(_target(output, np.asarray(y), said, weight) for output, y, said in rows))


def order(bench: Bench, structure: Structure) -> Order | Skipped:
    """Describe in which order the labels come."""
    plan = bench.subject
    if not structure.outputs:
        return Skipped("the outputs cannot be matched with targets and losses")
    targets = zip(structure.outputs, keras.tree.flatten(plan.train.y), strict=False)
    known = ((output.name, _labels(output, np.asarray(y))) for output, y in targets)
    return Order(
        shuffled=plan.shuffle,
        examples=plan.train.count,
        steps_per_epoch=plan.steps_per_epoch,
        labels=tuple(
            _order(name, labels)
            for name, labels in known
            if labels is not None and labels.size == plan.train.count and len(np.unique(labels)) > 1
        ),
    )


def _target(output: Output, y: np.ndarray, prediction: Any, weight: Any) -> Target:
    said = np.asarray(prediction).astype("float64")
    numeric = y.dtype.kind in "biuf"
    classes, evenness = _classes(_labels(output, y), weight)
    return Target(
        name=output.name,
        layer=output.layer,
        classes=classes,
        evenness=evenness,
        regressed=_is_regressed(output),
        mean=float(y.mean(dtype="float64")) if numeric else float("nan"),
        std=float(y.std(dtype="float64")) if numeric else float("nan"),
        predicted_mean=float(said.mean()),
        predicted_std=float(said.std()),
    )


def _is_regressed(output: Output) -> bool:
    is_bounded = output.activation is not None and not output.activation.affine
    return output.kind in ("squared", "absolute") and not is_bounded


def _labels(output: Output, y: np.ndarray) -> np.ndarray | None:
    """Return the class of every example or position; None where the targets are not classes."""
    if output.kind == "sparse" and output.target_integers:
        return y.ravel()
    is_zero_or_one = output.target_integers and output.target_minimum >= 0 and output.target_maximum <= 1
    if output.kind == "binary" and output.units == 1 and is_zero_or_one:
        return y.ravel()
    if output.kind == "categorical" and is_zero_or_one and output.target_row_sums == (1.0, 1.0):
        return y.argmax(-1).ravel()
    return None


def _classes(labels: np.ndarray | None, weight: Any) -> tuple[tuple[tuple[str, int], ...], float]:
    """Count the classes, the most frequent first, and tell how even their shares of the loss are."""
    if labels is None:
        return (), float("nan")
    values, at, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = None if weight is None or np.size(weight) != labels.size else np.ravel(weight)
    shares = np.bincount(at.ravel(), weights=weights, minlength=len(values)) if len(values) else counts
    shares = shares[shares > 0] / shares.sum()
    evenness = float(-(shares * np.log(shares)).sum() / np.log(len(shares))) if len(shares) > 1 else 0.0
    frequent = np.argsort(-counts, kind="stable")[:MAX_CLASSES]
    return tuple((f"{values[one]:g}", int(counts[one])) for one in frequent), evenness


def _order(name: str, labels: np.ndarray) -> LabelOrder:
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / counts.sum()
    return LabelOrder(name, float(np.mean(labels[1:] == labels[:-1])), float((shares**2).sum()))
