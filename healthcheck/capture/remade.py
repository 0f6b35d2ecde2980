"""What a model makes anew at every call: layers with variables, and variables.

A graph is traced once and its variables have to exist by then. So the model, once built, is called
again, and nothing may come into being.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras

from healthcheck.keras_private import every_layer
from healthcheck.report import Source
from healthcheck.sources import current_source
from healthcheck.subject import path_of

Made = dict[str, tuple[str, Source]]
"""Class and line by path."""


@dataclass
class Births:
    """What came into being while we watched, kept alive, each with the line of the user's code."""

    layers: list[tuple[Any, Source | None]] = field(default_factory=list[tuple[Any, Source | None]])
    variables: list[tuple[Any, Source | None]] = field(default_factory=list[tuple[Any, Source | None]])


def remade(model: keras.Model, call: Callable[[], Any]) -> Made:
    """Call the built model and return what the user's code makes meanwhile that owns variables.

    Called twice: what is made late but once and for all can be traced in the end.
    """
    if not any(is_own(layer) for layer in (model, *every_layer(model))) or not _made(call):
        return {}
    return _made(call)


def is_own(layer: Any) -> bool:
    """Whether the layer's class is the user's: those of Keras make their variables when they are built."""
    return not type(layer).__module__.startswith("keras.")


def _made(call: Callable[[], Any]) -> Made:
    with _births() as births:
        call()
    layers = [(layer, source) for layer, source in births.layers if layer.variables]
    owned = {id(variable) for layer, _ in layers for variable in layer.variables}
    made = {path_of(layer): (type(layer).__name__, source) for layer, source in layers}
    loose = [(variable, source) for variable, source in births.variables if id(variable) not in owned]
    made |= {variable.path: ("variable", source) for variable, source in loose}
    return {path: (kind, source) for path, (kind, source) in made.items() if source}


@contextmanager
def _births() -> Iterator[Births]:
    births = Births()
    new, start = keras.layers.Layer.__new__, keras.Variable.__init__
    is_own = "__init__" in vars(keras.Variable)

    def watched_new(cls: type, *args: Any, **kwargs: Any) -> Any:
        layer = new(cls, *args, **kwargs)
        births.layers.append((layer, current_source()))
        return layer

    def watched_start(self: Any, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        births.variables.append((self, current_source()))

    keras.layers.Layer.__new__ = watched_new
    keras.Variable.__init__ = watched_start
    try:
        yield births
    finally:
        keras.layers.Layer.__new__ = new
        if is_own:
            keras.Variable.__init__ = start
        else:
            del keras.Variable.__init__
