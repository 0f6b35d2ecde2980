"""Take and give back everything a training changes."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.keras_private import shared_seeds, undistributed
from healthcheck.subject import value_of


class State:
    """The values of some variables at one moment."""

    def __init__(self, variables: Iterable[keras.Variable]) -> None:
        self._variables = list({id(variable): variable for variable in variables}.values())
        self._values = [_compact(value_of(variable)) for variable in self._variables]

    @classmethod
    def of(cls, variables: Iterable[keras.Variable], values: Iterable[np.ndarray]) -> "State":
        """Return the state in which these variables have these values."""
        state = cls(())
        state._variables, state._values = list(variables), list(values)
        return state

    def restore(self) -> None:
        """Put every value back."""
        for variable, value in zip(self._variables, self._values, strict=True):
            variable.assign(value)

    def values(self) -> dict[int, np.ndarray]:
        """Return the values by `id` of the variable."""
        return {id(variable): value for variable, value in zip(self._variables, self._values, strict=True)}

    def shift_random_states(self, by: int) -> None:
        """Move dropout and other noise layers to another stream: their seed generators hold two uint32."""
        for variable in self._variables:
            if variable.dtype == "uint32" and tuple(variable.shape) == (2,):
                variable.assign(variable + np.array([0, by], "uint32"))

    def is_finite(self) -> bool:
        """Whether no floating value is NaN or infinite."""
        return all(
            np.isfinite(value).all() for value in self._values if np.issubdtype(value.dtype, np.floating)
        )


def _compact(value: np.ndarray) -> np.ndarray:
    """Keep one number of an array that holds only that, as most of a fresh optimizer's do: zeros."""
    if value.size < 2 or value.dtype.kind not in "fiu":
        return value
    bits = value.view(f"u{value.dtype.itemsize}")  # so that -0.0 stays what it is
    return np.broadcast_to(value.flat[0], value.shape) if (bits == bits.flat[0]).all() else value


def everything(model: keras.Model) -> list[keras.Variable]:
    """Return all variables of a model, its optimizer and its metrics, and the seeds that all models share.

    Each is there once.
    """
    given = getattr(model, "optimizer", None)  # a loop may train a model that was never compiled
    optimizer = given.variables if given else []
    of_all = [*model.variables, *optimizer, *model.metrics_variables, *shared_seeds()]
    return list({id(variable): variable for variable in of_all}.values())


@contextmanager
def on_one_device(model: keras.Model) -> Iterator[None]:
    """Let a model built under a `tf.distribute` strategy be measured on its first device alone."""
    with undistributed(model, everything(model), tf.distribute.get_strategy()):
        yield


@contextmanager
def unchanged(model: keras.Model) -> Iterator[State]:
    """Leave variables, random states and training flags as they were; yield them."""
    state = State(everything(model))
    names = ("stop_training", "train_function", "test_function", "history")
    kept: dict[str, Any] = {name: vars(model)[name] for name in names if name in vars(model)}
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield state
    finally:
        state.restore()
        for name in names:
            if name in kept:
                setattr(model, name, kept[name])
            elif name in vars(model):
                delattr(model, name)
        random.setstate(python)
        np.random.set_state(numpy)
