"""The arguments of a `fit` are the subject."""

import inspect
import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.capture.data import Read, cardinality, from_arrays, from_batches, is_batches
from healthcheck.capture.recorder import Recorder
from healthcheck.capture.remade import Made, remade
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.subject import Examples, Sources, Subject, each_array

_SIGNATURE = inspect.signature(keras.Model.fit)


def subject_of_fit(
    recorder: Recorder,
    source: Source | None,
    model: keras.Model,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Subject:
    """Build the subject of one call of `model.fit(*args, **kwargs)`."""
    bound = _SIGNATURE.bind(model, *args, **kwargs)
    bound.apply_defaults()
    fit = bound.arguments
    if not getattr(model, "compiled", False):
        raise HealthcheckError("the model was not compiled before `fit`: call `model.compile(...)` first")
    _refuse_nothing(fit)
    train = _train(fit)
    train, validation = _validation(fit, train.examples, train)
    examples = _weighted(train.examples, fit["class_weight"])
    if examples.y is None and model.loss is not None:
        raise HealthcheckError("`fit` got no targets, but the compiled loss needs them")
    first = examples.take(slice(0, train.batch_size))
    _build(model, first)
    made = remade(model, lambda: model(each_array(tf.convert_to_tensor, first.x), training=False))
    steps = int(fit["steps_per_epoch"] or train.steps or math.ceil(examples.count / train.batch_size))
    return Subject(
        name=model.name,
        model=model,
        train=examples,
        validation=validation,
        batch_size=train.batch_size,
        epochs=int(fit["epochs"]) - int(fit["initial_epoch"]),
        steps_per_epoch=steps,
        shuffle=bool(fit["shuffle"]) and not is_batches(fit["x"]),
        callbacks=_callbacks(fit["callbacks"]),
        sources=_sources(recorder, model, source, made),
        draws=recorder.draws(model),
        notes=()
        if train.complete
        else (f"only the first {examples.count:,} examples of the pipeline were read",),
        remade=tuple((path, kind) for path, (kind, _) in made.items()),
    )


def _sources(recorder: Recorder, model: keras.Model, fit: Source | None, made: Made) -> Sources:
    known = recorder.sources(model, fit)
    return replace(known, layers=dict(known.layers) | {path: line for path, (_, line) in made.items()})


def _refuse_nothing(fit: dict[str, Any]) -> None:
    if int(fit["epochs"]) - int(fit["initial_epoch"]) < 1:
        raise HealthcheckError(
            f"epochs={fit['epochs']} from initial_epoch={fit['initial_epoch']} trains nothing"
        )
    for name in ("batch_size", "steps_per_epoch"):
        if fit[name] is not None and int(fit[name]) < 1:
            raise HealthcheckError(f"{name}={fit[name]} is not a positive number")


def _train(fit: dict[str, Any]) -> Read:
    if is_batches(fit["x"]):
        read = from_batches(fit["x"], "the training data", fit["steps_per_epoch"])
        return (
            read
            if read.complete
            else Read(read.examples, read.batch_size, cardinality(fit["x"]), complete=False)
        )
    if fit["x"] is None:
        raise HealthcheckError("`fit` was called without data")
    examples = from_arrays(fit["x"], fit["y"], fit["sample_weight"], "the training data")
    return Read(examples, int(fit["batch_size"] or 32), None, complete=True)


def _validation(fit: dict[str, Any], examples: Examples, train: Read) -> tuple[Read, Examples | None]:
    given = fit["validation_data"]
    if given is not None:
        if is_batches(given):
            return train, from_batches(given, "the validation data", fit["validation_steps"]).examples
        x, y, weight = (*given, None, None)[:3] if isinstance(given, (tuple, list)) else (given, None, None)
        return train, from_arrays(x, y, weight, "the validation data")
    if not fit["validation_split"]:
        return train, None
    # As Keras does it: the last share of the examples, before any shuffling.
    cut = math.floor(examples.count * (1.0 - fit["validation_split"]))
    if not 0 < cut < examples.count:
        raise HealthcheckError(
            f"validation_split={fit['validation_split']} leaves one side of {examples.count} examples empty"
        )
    read = Read(examples.take(slice(0, cut)), train.batch_size, None, complete=True)
    return read, examples.take(slice(cut, None))


def _weighted(examples: Examples, class_weight: dict[int, float] | None) -> Examples:
    if not class_weight:
        return examples
    labels = np.asarray(examples.y)
    if labels.ndim > 1:
        labels = labels.argmax(-1) if labels.shape[-1] > 1 else labels[..., 0]
    weight = np.array([class_weight.get(int(label), 1.0) for label in labels], "float32")
    return Examples(examples.x, examples.y, weight if examples.weight is None else weight * examples.weight)


def _build(model: keras.Model, batch: Examples) -> None:
    """Create every variable now, eagerly, so that no traced function has to."""
    x, y, weight = each_array(tf.convert_to_tensor, batch.parts)
    prediction = model(x, training=False)
    # Labels outside the classes are refused here already; a rule will speak of them.
    with suppress(tf.errors.InvalidArgumentError):
        model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
        model.compute_metrics(x, y, prediction, sample_weight=weight)
        model.reset_metrics()
    if any(tensor.shape[0] is not None for tensor in getattr(model, "inputs", None) or ()):
        _refuse_a_fixed_batch(model, batch)
    if model.optimizer is not None:
        model.optimizer.build(model.trainable_variables)


def _refuse_a_fixed_batch(model: keras.Model, batch: Examples) -> None:
    """Refuse a model whose states have the batch's size; one merely built on its first batch takes others."""
    try:
        model(each_array(tf.convert_to_tensor, batch.take(slice(0, 1)).x), training=False)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        raise HealthcheckError(
            "the model takes batches of one size only, which cannot be checked yet"
        ) from error


def _callbacks(given: Any) -> tuple[keras.callbacks.Callback, ...]:
    """Return the callbacks that act on the training; writers of files and logs are left out."""
    if isinstance(given, keras.callbacks.CallbackList):
        given = given.callbacks
    writers = (
        keras.callbacks.ModelCheckpoint,
        keras.callbacks.TensorBoard,
        keras.callbacks.CSVLogger,
        keras.callbacks.BackupAndRestore,
        keras.callbacks.RemoteMonitor,
        keras.callbacks.ProgbarLogger,
        keras.callbacks.History,
    )
    listed = given if isinstance(given, (list, tuple)) else [given] if given else []
    return tuple(callback for callback in listed if not isinstance(callback, writers))
