"""Models whose own `train_step` alone knows the loss: there is nothing to ask `compute_loss` for.

Their loss is what `train_step` hands to its gradient tape, in training mode, nothing of it applied.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from healthcheck.probes.isolate import until_gradient


def has_own_step(model: Any) -> bool:
    """Whether the model trains otherwise than Keras would."""
    return type(model).train_step is not keras.Model.train_step


def has_own_loss(model: Any, y: Any) -> bool:
    """Whether the compiled loss says nothing of what the training minimizes."""
    is_own = has_own_step(model) and type(model).compute_loss is keras.Model.compute_loss
    return is_own and (getattr(model, "loss", None) is None or y is None)


def own_loss(model: Any, x: Any, y: Any, weight: Any) -> Any:
    """Return the loss of a batch as `train_step` has it; what the step moves meanwhile is put back."""
    scale = model.optimizer.scale_loss(tf.constant(1.0)) if model.optimizer is not None else 1.0
    moved = [*model.non_trainable_variables, *model.metrics_variables]
    with put_back(moved):
        target = until_gradient(model, x, y, weight)
        total = tf.add_n([tf.reduce_sum(tf.cast(part, tf.float32)) for part in tf.nest.flatten(target)])
    return total / scale


@contextmanager
def put_back(variables: Iterable[keras.Variable]) -> Iterator[None]:
    """Give variables back their values, as operations of the graph that is being built."""
    kept = [(variable, tf.identity(tf.convert_to_tensor(variable))) for variable in variables]
    yield
    for variable, value in kept:
        variable.assign(value)


@contextmanager
def without_metrics(model: keras.Model) -> Iterator[None]:
    """Leave out what Keras's own `train_step` computes for its progress bar; a user's own keeps all of it.

    It is up to a fifth of a small model's step, and moves nothing but the metrics.
    """
    if has_own_step(model) or type(model).compute_metrics is not keras.Model.compute_metrics:
        yield
        return
    # Keras keeps the mean of the loss as a metric.
    kept = [metric for metric in model.metrics if metric.name == "loss"]
    for metric in kept:
        metric.update_state = _nothing
    model.compute_metrics = _nothing
    try:
        yield
    finally:
        del model.compute_metrics
        for metric in kept:
            del metric.update_state


def _nothing(*_: Any, **__: Any) -> dict[str, Any]:
    return {}
