"""Put a watcher between a script and Keras while the script runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import tensorflow as tf

from healthcheck.capture.replaced import replaced
from healthcheck.capture.watcher import Watcher


@contextmanager
def watching() -> Iterator[Watcher]:
    """Watch the models, losses, tapes and optimizers of a script while it runs."""
    watcher = Watcher()
    with ExitStack() as stack:
        enter = stack.enter_context
        enter(replaced(keras.Model, "__call__", _method(watcher.model_called, keras.Model.__call__)))
        enter(
            replaced(tf.GradientTape, "gradient", _method(watcher.gradient_taken, tf.GradientTape.gradient))
        )
        optimizer = keras.optimizers.Optimizer
        enter(replaced(optimizer, "apply", _method(watcher.step_applied, optimizer.apply)))
        enter(replaced(keras.losses.Loss, "__call__", _asking_object(watcher, keras.losses.Loss.__call__)))
        for module in (keras.losses, tf.keras.losses):
            for name, function in list(vars(module).items()):
                if callable(function) and not isinstance(function, type) and name not in _NO_LOSSES:
                    enter(replaced(module, name, _asking_function(watcher, function)))
        enter(replaced(keras.Variable, "assign", _method(watcher.assigned, keras.Variable.assign)))
        enter(_functions_as_they_were())
        yield watcher
        watcher.end()


_NO_LOSSES = ("get", "serialize", "deserialize")


def _method(watch: Callable[..., Any], original: Any) -> Any:
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        return watch(original, self, *args, **kwargs)

    return watched


def _asking_object(watcher: Watcher, original: Any) -> Any:
    def asked(self: Any, *args: Any, **kwargs: Any) -> Any:
        return watcher.loss_asked(lambda *a, **k: original(self, *a, **k), self, *args, **kwargs)

    return asked


def _asking_function(watcher: Watcher, function: Any) -> Any:
    def asked(*args: Any, **kwargs: Any) -> Any:
        return watcher.loss_asked(function, function, *args, **kwargs)

    return asked


@contextmanager
def _functions_as_they_were() -> Iterator[None]:
    eager = tf.config.functions_run_eagerly()
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(eager)
