"""Bring every variable of a model into being, eagerly, so that no traced function has to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from healthcheck.errors import HealthcheckError
from healthcheck.probes.carried import batch_size_of, carriers, untouched
from healthcheck.probes.isolate import until_gradient
from healthcheck.probes.own_step import has_own_loss
from healthcheck.probes.state import State
from healthcheck.subject import Examples, each_array, strategy_of


@dataclass(frozen=True)
class Built:
    """A model all of whose variables exist."""

    callable: bool
    """Whether it can be called on its inputs; a model may leave that to its own `train_step`."""
    run: Callable[[], Any]
    """Runs it once more on the batch it was built with."""
    only_size: int | None
    """The only number of examples that a batch may have, None where any will do."""


def built(model: keras.Model, batch: Examples) -> Built:
    """Run the model on a batch, and its loss and metrics, and make the optimizer's variables."""
    size = batch_size_of(carriers(model))
    if size not in (None, batch.count):
        raise HealthcheckError(
            f"the model takes batches of {size} only, but the first batch of `fit` has {batch.count} examples"
        )
    x, y, weight = each_array(tf.convert_to_tensor, batch.parts)

    def call() -> Any:
        return model(x, training=False)

    def half_a_step() -> Any:
        return until_gradient(model, x, y, weight)

    is_own = has_own_loss(model, batch.y)
    with untouched(model):
        is_callable = not is_own or _runs(call)
        if is_own:
            kept = State(model.non_trainable_variables)
            half_a_step()
            kept.restore()
        else:
            _ask_for_the_loss(model, x, y, weight, call())
    # One that scales the loss would make its variables once more.
    if model.optimizer is not None and not model.optimizer.built:
        with strategy_of(model).scope():
            model.optimizer.build(model.trainable_variables)
    size = batch_size_of(carriers(model)) or (_built_in(model, batch) if is_callable else None)
    return Built(is_callable, call if is_callable else half_a_step, size)


def _runs(call: Callable[[], Any]) -> bool:
    try:
        call()
    except Exception:  # noqa: BLE001 - the user's code, which its own `train_step` may never run
        return False
    return True


def _ask_for_the_loss(model: keras.Model, x: Any, y: Any, weight: Any, prediction: Any) -> None:
    try:
        model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
        model.compute_metrics(x, y, prediction, sample_weight=weight)
        model.reset_metrics()
    except tf.errors.InvalidArgumentError as error:
        # Labels outside the classes are refused here already; a rule will speak of them.
        if "ncompatible shapes" in str(error) or "must be equal" in str(error):
            shapes = [[tuple(leaf.shape) for leaf in keras.tree.flatten(part)] for part in (y, prediction)]
            told = " and ".join(", ".join(map(str, part)) for part in shapes)
            raise HealthcheckError(
                f"the loss or a metric cannot compare targets and predictions of shape {told}"
            ) from error


def _built_in(model: keras.Model, batch: Examples) -> int | None:
    """Return the batch's size where the model takes no other; one merely built on its first batch does."""
    if all(tensor.shape[0] is None for tensor in getattr(model, "inputs", None) or ()):
        return None
    try:
        model(each_array(tf.convert_to_tensor, batch.take(slice(0, 1)).x), training=False)
    except (ValueError, tf.errors.InvalidArgumentError):
        return batch.count
    return None
