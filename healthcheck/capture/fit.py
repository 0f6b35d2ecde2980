"""The arguments of a `fit` are the subject."""

import inspect
import math
import types
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from healthcheck.capture.built import built
from healthcheck.capture.data import Read, delivers_batches, from_arrays, three_parts
from healthcheck.capture.reading import TRAINING, VALIDATION, from_batches
from healthcheck.capture.recorder import Recorder
from healthcheck.capture.remade import Made, remade
from healthcheck.capture.whole_batches import in_whole_batches
from healthcheck.errors import HealthcheckError
from healthcheck.probes.carried import untouched
from healthcheck.probes.room import with_room
from healthcheck.report import Source
from healthcheck.subject import Examples, Sources, Subject

NEWER_WRITERS = ("OrbaxCheckpoint",)
"""Callbacks that write, which the oldest Keras we take does not have."""
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
    train, validation = _validation(fit, train)
    examples = _weighted(train.examples, fit)
    held_out = _of_the_same_rank(validation.examples, examples) if validation else None
    _refuse_targets(model, examples.y)
    whole = with_room(train.batch_size, lambda size: built(model, examples.take(slice(0, size))))
    with untouched(model):
        made = remade(model, whole.run)
    subject = Subject(
        name=model.name,
        model=model,
        train=examples,
        validation=held_out,
        batch_size=train.batch_size,
        epochs=train.epochs or int(fit["epochs"]) - int(fit["initial_epoch"]),
        steps_per_epoch=train.steps or math.ceil(examples.count / train.batch_size),
        shuffle=bool(fit["shuffle"]) and not delivers_batches(fit["x"]),
        callbacks=acting(fit["callbacks"]),
        sources=_sources(recorder, model, source, made),
        draws=recorder.draws(model),
        initial_epoch=int(fit["initial_epoch"]),
        complete=train.complete,
        validation_complete=validation is None or validation.complete,
        read_seconds=train.seconds + (validation.seconds if validation else 0.0),
        notes=(*train.notes, *(validation.notes if validation else ())),
        callable=whole.callable,
        only_size=whole.only_size,
        remade=tuple((path, kind) for path, (kind, _) in made.items()),
    )
    return in_whole_batches(subject)


def read_of_fit(
    model: keras.Model, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Read, dict[str, Any]]:
    """Return the training data of a `fit`, and its arguments by name, without touching the model."""
    bound = _SIGNATURE.bind(model, *args, **kwargs)
    bound.apply_defaults()
    _refuse_nothing(bound.arguments)
    return _train(bound.arguments), bound.arguments


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
    x, steps = fit["x"], fit["steps_per_epoch"]
    if x is None:
        raise HealthcheckError("`fit` was called without data")
    if delivers_batches(x):
        _refuse_beside_batches(fit)
        epochs = int(fit["epochs"]) - int(fit["initial_epoch"])
        return from_batches(x, "the training data", int(steps) if steps else None, epochs, TRAINING)
    examples = from_arrays(x, fit["y"], fit["sample_weight"], "the training data")
    return _of_arrays(examples, fit)


def _of_arrays(examples: Examples, fit: dict[str, Any]) -> Read:
    """Return arrays as Keras cuts them: steps without a batch size say how large a batch is."""
    steps = int(fit["steps_per_epoch"] or 0)
    size = int(fit["batch_size"] or (math.ceil(examples.count / steps) if steps else 32))
    whole = math.ceil(examples.count / size)
    note = f"steps_per_epoch={steps}, but the data has {whole:,} batches only" if steps > whole else ""
    return Read(examples, size, min(steps or whole, whole), notes=(note,) if note else ())


def _refuse_beside_batches(fit: dict[str, Any]) -> None:
    """Refuse what Keras does not take together with data that comes in batches."""
    kind = type(fit["x"]).__name__
    for name in ("y", "sample_weight"):
        if fit[name] is not None:
            raise HealthcheckError(f"`{name}` cannot be given beside a {kind}: its batches hold it")
    if fit["validation_split"] and fit["validation_data"] is None:
        raise HealthcheckError(f"`validation_split` needs arrays, and cannot split a {kind}")
    if fit["class_weight"] and isinstance(fit["x"], types.GeneratorType):
        raise HealthcheckError("`class_weight` cannot be given beside a generator")


def _validation(fit: dict[str, Any], train: Read) -> tuple[Read, Read | None]:
    """Return what is trained on and what is validated on."""
    given = fit["validation_data"]
    if given is not None:
        if delivers_batches(given):
            steps = fit["validation_steps"]
            read = from_batches(given, "the validation data", int(steps) if steps else None, 1, VALIDATION)
            return train, read
        x, y, weight = three_parts(given, "the validation data")
        return train, Read(from_arrays(x, y, weight, "the validation data"), 0, None)
    if not fit["validation_split"]:
        return train, None
    # As Keras does it: the last share of the examples, before any shuffling.
    examples = train.examples
    cut = math.floor(examples.count * (1.0 - fit["validation_split"]))
    if not 0 < cut < examples.count:
        raise HealthcheckError(
            f"validation_split={fit['validation_split']} leaves one side of {examples.count} examples empty"
        )
    kept, held_out = examples.between(0, cut), examples.between(cut, examples.count)
    return _of_arrays(kept, fit), Read(held_out, 0, None)


def _of_the_same_rank(examples: Examples, like: Examples) -> Examples:
    """Write (n,) as (n, 1), or the other way round, where the training data is written so."""
    given, known = (keras.tree.flatten(one.parts) for one in (examples, like))
    if len(given) != len(known):
        return examples
    pairs = zip(given, known, strict=True)
    leaves = [one if one is None or other is None else _of_rank(one, other.ndim) for one, other in pairs]
    return Examples(*keras.tree.pack_sequence_as(examples.parts, leaves))


def _of_rank(array: np.ndarray, rank: int) -> np.ndarray:
    if array.ndim == rank - 1:
        return array[..., None]
    return array[..., 0] if array.ndim == rank + 1 and array.shape[-1] == 1 else array


def _weighted(examples: Examples, fit: dict[str, Any]) -> Examples:
    """Give every example the weight of its class."""
    class_weight = fit["class_weight"]
    if not class_weight:
        return examples
    if examples.weight is not None:
        raise HealthcheckError("`class_weight` and sample weights cannot be given at the same time")
    if keras.tree.is_nested(examples.y) or examples.y is None or examples.y.dtype == object:
        raise HealthcheckError("`class_weight` needs a model with a single output and numbers as labels")
    labels = examples.y
    if labels.ndim > 1:
        labels = labels.argmax(-1) if labels.shape[-1] > 1 else labels[..., 0]
    values, at = np.unique(np.nan_to_num(np.round(labels)), return_inverse=True)
    weights = np.array([class_weight.get(int(value), 1.0) for value in values], keras.config.floatx())
    return Examples(examples.x, examples.y, weights[at.reshape(labels.shape)])


def _refuse_targets(model: keras.Model, y: Any) -> None:
    """Refuse targets that Keras' own training step cannot use."""
    own = type(model)
    if own.train_step is not keras.Model.train_step or own.compute_loss is not keras.Model.compute_loss:
        return
    if y is None and model.loss is not None:
        raise HealthcheckError("`fit` got no targets, but the compiled loss needs them")
    if any(leaf is not None and leaf.dtype == object for leaf in keras.tree.flatten(y)):
        raise HealthcheckError("the targets are text: encode them as numbers before the fit")


def acting(given: Any) -> tuple[keras.callbacks.Callback, ...]:
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
        *(getattr(keras.callbacks, name) for name in NEWER_WRITERS if hasattr(keras.callbacks, name)),
    )
    listed = given if isinstance(given, (list, tuple)) else [given] if given else []
    return tuple(callback for callback in listed if not isinstance(callback, writers))
