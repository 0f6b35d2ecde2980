"""Probe: the `Normalization` layers, and what arrives at them. Inference mode; changes nothing."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Normalizer, Normalizers, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.probes.tap import tapped
from healthcheck.subject import leaf_layers, path_of


def probe(bench: Bench) -> Normalizers | Skipped:
    """Describe every layer that is met in a forward pass."""
    model = bench.subject.model
    if not normalizations(model):
        return Skipped("the model has no Normalization layer")
    arrived = arriving(model, bench.evaluated_data[0])
    return Normalizers(tuple(_described(layer, values) for layer, values in arrived))


def normalizations(model: keras.Model) -> list[keras.layers.Normalization]:
    """Return the layers that learn their statistics from data, by `adapt`."""
    layers = [layer for layer in leaf_layers(model) if isinstance(layer, keras.layers.Normalization)]
    return [layer for layer in layers if layer.input_mean is None and not layer.invert]


def is_adapted(layer: keras.layers.Normalization) -> bool:
    """Whether its statistics are others than those it was made with."""
    return not (np.all(np.asarray(layer.mean) == 0.0) and np.all(np.asarray(layer.variance) == 1.0))


def arriving(model: keras.Model, x: Any) -> list[tuple[keras.layers.Normalization, np.ndarray]]:
    """Return these layers, in the order of execution, with what arrives at each."""
    wanted = {id(layer) for layer in normalizations(model)}
    layers: list[keras.layers.Normalization] = []

    @tf.function(autograph=False)
    def forward(x: Any) -> Any:
        with tapped() as tap:
            model(x, training=False)
        met = {id(call.layer): call for call in tap.calls if id(call.layer) in wanted}
        layers.extend(call.layer for call in met.values())
        return [tf.cast(call.inputs[0], tf.float32) for call in met.values()]

    arrived = [value.numpy() for value in forward(x)]
    return list(zip(layers, arrived, strict=True))


def _described(layer: keras.layers.Normalization, values: np.ndarray) -> Normalizer:
    columns = values.reshape(-1, values.shape[-1]).astype("float64")
    stds = columns.std(axis=0)
    varying = stds > 0
    offsets = np.abs(columns.mean(axis=0)[varying]) / stds[varying]
    return Normalizer(
        layer=path_of(layer),
        adapted=is_adapted(layer),
        rms=float(np.sqrt(np.mean(columns**2))),
        offset=float(offsets.max(initial=0.0)),
    )
