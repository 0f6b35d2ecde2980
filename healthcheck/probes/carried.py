"""Recurrent layers that carry their state from batch to batch: `stateful=True`.

Such a layer takes batches of one size only. In the planned training and in evaluations it carries
its state as the author wants it; every other probe looks at it as if its state had just been reset,
and may then pass as many examples as it likes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from healthcheck.keras_private import every_layer
from healthcheck.probes.own_step import put_back


def carriers(model: keras.Model) -> list[Any]:
    """Return the layers of a built model that carry a state, whether they do so at present or not."""
    recurrent = [layer for layer in every_layer(model) if isinstance(layer, keras.layers.RNN)]
    return [layer for layer in recurrent if layer.states is not None]


def states_of(layers: Sequence[Any]) -> list[Any]:
    """Return the variables that hold the states."""
    return [state for layer in layers for state in keras.tree.flatten(layer.states)]


def batch_size_of(layers: Sequence[Any]) -> int | None:
    """Return the only number of examples that a batch may have, None where any will do."""
    return next((int(state.shape[0]) for state in states_of(layers)), None)


@contextmanager
def carrying(layers: Sequence[Any]) -> Iterator[None]:
    """Let the layers carry their states in what is traced inside the block."""
    with _set(layers, True):
        yield


@contextmanager
def not_carrying(layers: Sequence[Any]) -> Iterator[None]:
    """Let the layers begin every batch afresh in what is traced inside the block."""
    with _set(layers, False):
        yield


@contextmanager
def from_zero(layers: Sequence[Any]) -> Iterator[None]:
    """Begin with states of zero, and afterwards give back those that the layers had; as graph operations."""
    states = states_of(layers)
    with put_back(states):
        for state in states:
            state.assign(tf.zeros_like(state))
        yield


@contextmanager
def untouched(model: keras.Model) -> Iterator[None]:
    """Leave the states as they were before the block, those made inside it at zero."""
    before = {id(state): tf.identity(tf.convert_to_tensor(state)) for state in states_of(carriers(model))}
    yield
    for state in states_of(carriers(model)):
        state.assign(before.get(id(state), tf.zeros_like(state)))


@contextmanager
def _set(layers: Sequence[Any], value: Any) -> Iterator[None]:
    kept = [layer.stateful for layer in layers]
    for layer in layers:
        layer.stateful = value
    try:
        yield
    finally:
        for layer, own in zip(layers, kept, strict=True):
            layer.stateful = own
