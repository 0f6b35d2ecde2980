"""Watch a forward pass from outside: what enters and leaves the layers and their activation functions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Activation
from healthcheck.probes.activation import describe, largest_slope
from healthcheck.probes.tap import Tap, tapped
from healthcheck.subject import leaf_layers, path_of

ACTIVATION_LAYERS = (keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.ELU)
"""Layers that are an activation and have no `activation` attribute."""


@dataclass(frozen=True)
class Site:
    """A layer with an activation function, as met in a forward pass."""

    layer: Any
    function: Any
    activation: Activation


def sites(model: keras.Model) -> dict[str, Site]:
    """Return every layer that applies a nonlinear activation function, by path."""
    found: dict[str, Site] = {}
    for layer in leaf_layers(model):
        path = path_of(layer)
        function = layer.call if isinstance(layer, ACTIVATION_LAYERS) else getattr(layer, "activation", None)
        if callable(function) and not isinstance(function, keras.layers.Layer):
            activation = describe(function)
            if activation is not None and not activation.affine:
                found[path] = Site(layer, function, activation)
    return found


@dataclass(frozen=True)
class UnitSums:
    """Sums over examples and positions, per unit, that add up over batches."""

    largest: np.ndarray
    slope: np.ndarray
    square: np.ndarray
    count: int


class Observer:
    """A traced inference pass that returns, per activation site, what its units did."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.sites = sites(model)
        self.met: list[str] = []
        self.slopes = {path: largest_slope(site.function) for path, site in self.sites.items()}
        self._observe = tf.function(self._observation, autograph=False, reduce_retracing=True)

    def observe(self, x: Any, batch_size: int = 256) -> dict[str, UnitSums]:
        """Pass examples through the model in inference mode."""
        count = len(keras.tree.flatten(x)[0])
        sums: dict[str, UnitSums] = {}
        for at in range(0, count, batch_size):
            batch = keras.tree.map_structure(lambda leaf, at=at: leaf[at : at + batch_size], x)
            observed = self._observe(batch)  # its first call also fills `met`
            for path, values in zip(self.met, observed, strict=True):
                largest, slope, square, rows = (value.numpy() for value in values)
                new = UnitSums(largest, slope, square, int(rows))
                sums[path] = _joined(sums[path], new) if path in sums else new
        return sums

    def _observation(self, x: Any) -> Any:
        values: list[tuple[str, Any]] = []
        with self._functions_watched(values), tapped() as tap:
            self.model(x, training=False)
        values += self._of_layers(tap)
        self.met = [path for path, _ in values]
        return [sums for _, sums in values]

    def _of_layers(self, tap: Tap) -> Iterator[tuple[str, Any]]:
        for call in tap.calls:
            site = self.sites.get(path_of(call.layer))
            if site and isinstance(call.layer, ACTIVATION_LAYERS):
                yield path_of(call.layer), _unit_sums(site.function, call.inputs[0])

    @contextmanager
    def _functions_watched(self, values: list[tuple[str, Any]]) -> Iterator[None]:
        """Put a watching function in place of each layer's activation while the pass is traced."""
        graph = tf.compat.v1.get_default_graph()
        owners = [site for site in self.sites.values() if not isinstance(site.layer, ACTIVATION_LAYERS)]

        def watching(site: Site) -> Any:
            def watched(z: Any) -> Any:
                if tf.compat.v1.get_default_graph() is graph:
                    values.append((path_of(site.layer), _unit_sums(site.function, z)))
                return site.function(z)

            return watched

        for site in owners:
            site.layer.activation = watching(site)
        try:
            yield
        finally:
            for site in owners:
                site.layer.activation = site.function


def _unit_sums(function: Any, z: Any) -> Any:
    """Sum up; the slope is that of an elementwise function, for another one it means nothing."""
    with tf.GradientTape() as tape:
        tape.watch(z)
        a = function(z)
    slope = tape.gradient(a, z)
    axes = list(range(len(z.shape) - 1))
    z, a, slope = (tf.cast(tensor, tf.float64) for tensor in (z, a, slope))
    rows = tf.size(z) // tf.shape(z)[-1]
    return (
        tf.reduce_max(tf.abs(a), axes),
        tf.reduce_sum(tf.abs(slope), axes),
        tf.reduce_sum(z * z, axes),
        rows,
    )


def _joined(one: UnitSums, other: UnitSums) -> UnitSums:
    return UnitSums(
        np.maximum(one.largest, other.largest),
        one.slope + other.slope,
        one.square + other.square,
        one.count + other.count,
    )
