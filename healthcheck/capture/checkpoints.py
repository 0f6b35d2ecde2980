"""Checkpoints that a script loads and that were never written, because nothing is written outside.

A `ModelCheckpoint` takes no effect in a check. Where the script loads its file later, it goes
on with the model as the check left it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from healthcheck.capture.replaced import replaced


class Checkpoints:
    """What would have been written, and by the `fit` of which model."""

    def __init__(self) -> None:
        self._models: list[tuple[str, str, keras.Model]] = []
        self._loaded: dict[str, None] = {}

    def note(self, model: keras.Model, callbacks: Any) -> None:
        """Note what the callbacks of a `fit` would write."""
        listed = callbacks.callbacks if isinstance(callbacks, keras.callbacks.CallbackList) else callbacks
        for callback in listed if isinstance(listed, (list, tuple)) else [listed]:
            if isinstance(callback, keras.callbacks.ModelCheckpoint):
                head, _, rest = str(callback.filepath).partition("{")
                self._models.append((head, rest.rpartition("}")[2], model))

    def written(self, path: Any) -> keras.Model | None:
        """Return the model that would have been written to a path, if there is one."""
        for head, tail, model in reversed(self._models):
            given = str(path)
            is_it = given.startswith(head) and given.endswith(tail) if tail else given == head
            if is_it or (not tail and Path(given).absolute() == Path(head).absolute()):
                self._loaded[given] = None
                return model
        return None

    @property
    def notes(self) -> list[str]:
        """Say which were loaded."""
        return [
            f"{path!r} was not written by `ModelCheckpoint`, since a check writes nothing: where the script "
            "loads it, it goes on with the model as the check left it"
            for path in self._loaded
        ]


@contextmanager
def loading(checkpoints: Checkpoints) -> Iterator[None]:
    """Let a script load what was not written."""
    load_weights = keras.Model.load_weights

    def weights(self: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        model = checkpoints.written(filepath)
        if model is None:
            return load_weights(self, filepath, *args, **kwargs)
        if model is not self:
            self.set_weights(model.get_weights())
        return None

    def of(load_model: Callable[..., Any]) -> Callable[..., Any]:
        def loaded(filepath: Any, *args: Any, **kwargs: Any) -> Any:
            model = checkpoints.written(filepath)
            return load_model(filepath, *args, **kwargs) if model is None else model

        return loaded

    with ExitStack() as stack:
        stack.enter_context(replaced(keras.Model, "load_weights", weights))
        for module in (keras.models, keras.saving, tf.keras.models):
            stack.enter_context(replaced(module, "load_model", of(module.load_model)))
        yield
