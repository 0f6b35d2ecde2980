"""Take and give back everything a training changes."""

import os
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.keras_private import shared_seeds, undistributed
from healthcheck.subject import value_of

MUCH = 64 * 2**20
"""Bytes from which values are worth a file."""
Kept = Callable[[], np.ndarray]


class State:
    """The values of some variables at one moment; many of them may be put `aside`, out of memory."""

    def __init__(self, variables: Iterable[keras.Variable], *, aside: bool = False) -> None:
        self._variables = {id(variable): variable for variable in variables}
        keep = _kept_in_a_file() if aside and self.nbytes > MUCH else _kept
        self._kept = {key: keep(_compact(value_of(variable))) for key, variable in self._variables.items()}

    @classmethod
    def of(cls, variables: Iterable[keras.Variable], values: Iterable[np.ndarray]) -> "State":
        """Return the state in which these variables have these values."""
        state = cls(())
        for variable, value in zip(variables, values, strict=True):
            state._variables[id(variable)], state._kept[id(variable)] = variable, _kept(value)
        return state

    @property
    def nbytes(self) -> int:
        """Bytes of all values."""
        return sum(int(np.prod(one.shape)) * one.value.dtype.size for one in self._variables.values())

    def restore(self) -> None:
        """Put every value back."""
        for key, variable in self._variables.items():
            variable.assign(self._kept[key]())

    def __contains__(self, variable: keras.Variable) -> bool:
        """Whether the value of this variable is among them."""
        return id(variable) in self._kept

    def value(self, variable: keras.Variable) -> np.ndarray:
        """Return the value of one variable."""
        return self._kept[id(variable)]()

    def values(self) -> list[np.ndarray]:
        """Return all values, in the order in which the variables were given."""
        return [kept() for kept in self._kept.values()]

    def shift_random_states(self, by: int) -> None:
        """Move dropout and other noise layers to another stream: their seed generators hold two uint32."""
        for variable in self._variables.values():
            if variable.dtype == "uint32" and tuple(variable.shape) == (2,):
                variable.assign(variable + np.array([0, by], "uint32"))

    def is_finite(self) -> bool:
        """Whether no floating value is NaN or infinite."""
        values = (kept() for kept in self._kept.values())
        return all(np.isfinite(value).all() for value in values if np.issubdtype(value.dtype, np.floating))


class _File:
    """Values in a file without a name, which is gone with the last of them."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __del__(self) -> None:
        self._file.close()

    def keep(self, value: np.ndarray) -> Kept:
        """Write a value; one number, or what there is no room for, stays in memory."""
        if not any(value.strides):
            return _kept(value)
        at = self._file.seek(0, os.SEEK_END)
        try:
            is_whole = self._file.write(value.tobytes()) == value.nbytes
        except OSError:
            is_whole = False
        if not is_whole:
            return _kept(value)
        return partial(self._read, at, value.nbytes, value.dtype, value.shape)

    def _read(self, at: int, size: int, dtype: Any, shape: tuple[int, ...]) -> np.ndarray:
        self._file.seek(at)
        return np.frombuffer(self._file.read(size), dtype).reshape(shape)


def _kept_in_a_file() -> Callable[[np.ndarray], Kept]:
    try:
        return _File(tempfile.TemporaryFile(buffering=0)).keep
    except OSError:  # no place for one
        return _kept


def _kept(value: np.ndarray) -> Kept:
    return lambda: value


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
    state = State(everything(model), aside=True)
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
