"""A subject: a model as its author trains it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.keras_private import every_layer, sublayers
from healthcheck.report import Source


@dataclass(frozen=True)
class Examples:
    """Examples held in memory: trees of arrays with one row an example."""

    x: Any
    y: Any = None
    weight: Any = None

    @property
    def count(self) -> int:
        """Number of examples."""
        return len(keras.tree.flatten(self.x)[0])

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; of text only those of the references to it."""
        return sum(
            leaf.nbytes for part in self.parts for leaf in keras.tree.flatten(part) if leaf is not None
        )

    @property
    def row_bytes(self) -> int:
        """Bytes of one example, at least 1."""
        return max(1, self.nbytes // max(1, self.count))

    def take(self, rows: Any) -> Examples:
        """Select examples by index or slice, in the float type of Keras."""
        return Examples(*(each_array(lambda array: as_keras_casts(array[rows]), part) for part in self.parts))

    def between(self, first: int, last: int) -> Examples:
        """Return the examples `first` to `last - 1`, without a copy."""
        return Examples(*(each_array(lambda array: array[first:last], part) for part in self.parts))

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        """The three trees: x, y, sample weights."""
        return self.x, self.y, self.weight


def each_array(function: Callable[[Any], Any], tree: Any) -> Any:
    """Apply a function to every array of a tree; what is not given stays None."""
    return keras.tree.map_structure(lambda leaf: None if leaf is None else function(leaf), tree)


def as_keras_casts(array: np.ndarray) -> np.ndarray:
    """Return floating numbers of any width in Keras' float type; everything else as it is."""
    wanted = keras.config.floatx()
    floating = array.dtype.kind == "f" or str(array.dtype) == "bfloat16"
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and a rule says so
        return array.astype(wanted) if floating and array.dtype != wanted else array


@dataclass(frozen=True)
class Draw:
    """A variable that still has the value its initializer gave it, so that it can be drawn anew."""

    variable: keras.Variable
    initializer: Callable[..., Any]
    group: int
    """Variables drawn by one and the same initializer instance share a group."""


@dataclass(frozen=True)
class Sources:
    """Where the parts of a subject were written."""

    layers: Mapping[str, Source] = field(default_factory=dict[str, Source])
    """By path of the layer."""
    compile: Source | None = None
    fit: Source | None = None


@dataclass(frozen=True)
class Subject:
    """Model, loss, optimizer, data, batch size, epochs, callbacks, and where each was written."""

    name: str
    model: keras.Model
    train: Examples
    batch_size: int
    epochs: int
    steps_per_epoch: int
    shuffle: bool = True
    validation: Examples | None = None
    callbacks: Sequence[keras.callbacks.Callback] = ()
    sources: Sources = field(default_factory=Sources)
    draws: tuple[Draw, ...] = ()
    redrawn: Mapping[str, Callable[..., Any]] = field(default_factory=dict[str, Callable[..., Any]])
    """Initializers that a remedy puts in place of the user's, by path of the variable."""
    rate_factor: float = 1.0
    """What a remedy multiplies the learning rate by."""
    initial_epoch: int = 0
    """The number that callbacks are told of the first epoch."""
    complete: bool = True
    """Whether `train` holds all examples that the planned training would see."""
    validation_complete: bool = True
    read_seconds: float = 0.0
    """What reading the data took."""
    notes: tuple[str, ...] = ()
    unjudged: str = ""
    """Why no more of the training can be judged than numbers, gradients and updates; empty if it can."""
    seen: Mapping[type, Any] = field(default_factory=dict[type, Any])
    """Evidence of a training that was watched, because it cannot be repeated."""
    instead_of: Subject | None = None
    """A part of this training that was checked before it was known to go on."""
    remade: tuple[tuple[str, str], ...] = ()
    """Path and class of each layer that a call of the built model makes anew; it cannot be traced then."""

    callable: bool = True
    """Whether the model can be called on its inputs; a model may leave that to its own `train_step`."""

    only_size: int | None = None
    """The only number of examples that a batch may have, None where any will do."""

    @property
    def planned_steps(self) -> int:
        """Optimizer updates that the author plans."""
        return self.epochs * self.steps_per_epoch


def kernels(model: keras.Model) -> list[tuple[Any, Any]]:
    """Return the trainable variables of rank two or more with the layer that owns each, in layer order."""
    found: list[tuple[Any, Any]] = []
    seen: set[int] = set()
    for layer in leaf_layers(model):
        for variable in layer.trainable_variables:
            if len(variable.shape) >= 2 and id(variable) not in seen:
                seen.add(id(variable))
                found.append((layer, variable))
    return found


def leaf_layers(model: keras.Model) -> list[Any]:
    """Return the layers that contain no other layer, at every depth, in the order they were added.

    Input layers compute nothing and are left out.
    """
    leaves = [layer for layer in every_layer(model) if not sublayers(layer)]
    return [layer for layer in leaves if not isinstance(layer, keras.layers.InputLayer)]


def is_of_keras(part: Any) -> bool:
    """Whether a layer, a model, a loss or a callback has no code of the user's in it, not even a function."""
    if part is None or isinstance(part, str):
        return True
    if isinstance(part, FunctionType):
        return part.__module__.startswith("keras.")
    held = [value for value in getattr(part, "__dict__", {}).values() if isinstance(value, FunctionType)]
    is_own = type(part).__module__.startswith("keras.") and not isinstance(part, keras.layers.Lambda)
    return is_own and all(map(is_of_keras, held))


def has_moving_statistics(model: keras.Model) -> bool:
    """Whether a layer normalizes by moving statistics, as inference mode does and training mode does not."""
    return any(hasattr(layer, "moving_mean") for layer in leaf_layers(model))


def targets_of(prediction: Any, y: Any) -> list[Any]:
    """Return the target of each output in the order of the flat outputs, None for one without."""
    if not (isinstance(prediction, dict) and isinstance(y, dict)):
        return [] if y is None else keras.tree.flatten(y)
    given = {
        name: y.get(name, keras.tree.map_structure(lambda _: None, prediction[name])) for name in prediction
    }
    return keras.tree.flatten(given)


def strategy_of(model: keras.Model) -> Any:
    """Return the `tf.distribute.Strategy` that a model was built under, or that of a single device."""
    return getattr(model, "distribute_strategy", None) or tf.distribute.get_strategy()


def path_of(layer: Any) -> str:
    """Return the path that names a layer; one without weights has none in Keras, then its name."""
    return layer.path or layer.name


def value_of(variable: Any) -> np.ndarray:
    """Return a copy of a variable's value."""
    return np.array(variable.value.numpy())


def draw_seed(seed: int, group: int) -> int:
    """Mix a run's seed with an initializer's number into one integer for the initializer."""
    return int(np.random.SeedSequence([seed, group]).generate_state(1)[0] & 0x7FFFFFFF)
