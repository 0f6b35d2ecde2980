"""Take and give back everything a training changes."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from healthcheck.subject import value_of


class State:
    """The values of some variables at one moment."""

    def __init__(self, variables: Iterable[keras.Variable]) -> None:
        self._variables = list({id(variable): variable for variable in variables}.values())
        self._values = [value_of(variable) for variable in self._variables]

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


def everything(model: keras.Model) -> list[keras.Variable]:
    """Return all variables of a model, its optimizer and its metrics."""
    given = getattr(model, "optimizer", None)  # a loop may train a model that was never compiled
    optimizer = given.variables if given else []
    return [*model.variables, *optimizer, *model.metrics_variables]


@contextmanager
def unchanged(model: keras.Model) -> Iterator[None]:
    """Leave variables, random states and training flags as they were."""
    state = State(everything(model))
    kept: dict[str, Any] = {
        name: getattr(model, name)
        for name in ("stop_training", "train_function", "test_function")
        if hasattr(model, name)  # a model that was never compiled has none of them
    }
    python, numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        state.restore()
        for name, value in kept.items():
            setattr(model, name, value)
        random.setstate(python)
        np.random.set_state(numpy)
