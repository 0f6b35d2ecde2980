"""Tell configurations of a fit apart: by all that is set, and by nothing that is learned.

The folds of a cross-validation are one configuration, the steps of a search are several. Of
the data counts what one example looks like, and on which scale, not how many there are.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from healthcheck.keras_private import every_layer, settings_of
from healthcheck.subject import Examples, Subject, path_of

SAMPLED = 1024
"""Examples whose scale is looked at."""


def configuration(subject: Subject) -> str:
    """Return a text that two fits share if they differ in weights, folds and the names of layers alone."""
    model = subject.model
    names = {name: str(i) for i, name in enumerate(_names(model))}
    variables = [(list(one.shape), bool(one.trainable)) for one in model.variables]
    plan = [subject.batch_size, subject.epochs, subject.shuffle, subject.validation is None]
    callbacks = [type(callback).__name__ for callback in subject.callbacks]
    parts = [type(model).__name__, _config(model), variables, _compiled(model)]
    watched = subject.unjudged and [subject.unjudged, str(subject.sources.fit)]
    whole = [_renamed(parts, names), list(_data(subject.train)), plan, callbacks, watched]
    # What has no configuration is told by its name, without its place in memory.
    return re.sub(r" at 0x[0-9a-f]+", "", json.dumps(whole, sort_keys=True, default=_plain))


def _plain(thing: Any) -> str:
    return f"{type(thing).__name__} {vars(thing)}" if hasattr(thing, "__dict__") else str(thing)


def _names(model: keras.Model) -> Iterator[str]:
    """Return the names that Keras gave, which count on with every model that is made.

    A name of the user's own stays: a model may be called "tanh", as its activation is.
    """
    for layer in (model, *every_layer(model)):
        if _bare(layer.name) == _bare(type(layer).__name__):
            yield layer.name
        if "/" in path_of(layer):
            yield path_of(layer)


def _bare(name: str) -> str:
    """Return what `dense_12` and `Dense` have in common."""
    return name.replace("_", "").lower().rstrip("0123456789")


def _config(model: keras.Model) -> Any:
    try:
        return model.get_config()
    except Exception:  # noqa: BLE001 - a class of the user's may have none
        return [type(layer).__name__ for layer in every_layer(model)]


def _compiled(model: keras.Model) -> Any:
    given = getattr(model, "optimizer", None)
    optimizer = [type(given).__name__, settings_of(given)] if given else None
    losses = [_named(loss) for loss in keras.tree.flatten(getattr(model, "loss", None))]
    return [optimizer, losses]


def _named(loss: Any) -> Any:
    return [type(loss).__name__, loss.get_config()] if isinstance(loss, keras.losses.Loss) else str(loss)


def _renamed(tree: Any, names: dict[str, str]) -> Any:
    if isinstance(tree, dict):
        return {str(key): _renamed(value, names) for key, value in tree.items() if key != "name"}
    if isinstance(tree, (list, tuple)):
        return [_renamed(value, names) for value in tree]
    return names.get(tree, tree) if isinstance(tree, str) else tree


def _data(examples: Examples) -> Iterator[Any]:
    for leaf in keras.tree.flatten(examples.parts):
        if leaf is not None:
            yield [list(leaf.shape[1:]), str(leaf.dtype), *_scale(leaf)]


def _scale(array: np.ndarray) -> tuple[Any, ...]:
    """Return the decade of the largest value, and whether there is a number that is none."""
    if array.dtype.kind not in "iuf":
        return ()
    with np.errstate(invalid="ignore", over="ignore"):
        finite = bool(np.isfinite(array.sum(dtype="float64")))
        largest = float(np.abs(array[:SAMPLED].astype("float64")).mean()) if finite else 0.0
    return finite, round(np.log10(largest)) if largest > 0 else None
