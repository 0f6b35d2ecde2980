"""Probe: what arrives at the first layer with a kernel, in training mode."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Inputs, Skipped
from healthcheck.probes.tap import tapped
from healthcheck.subject import path_of


def first_inputs(model: keras.Model, x: Any) -> Inputs | Skipped:
    """Describe the features; layers before it (normalization, rescaling, augmentation) have done their work.

    Training mode, because a leading BatchNormalization normalizes only there; that moves
    its averages and the random states, which the caller puts back.
    """
    found: list[tuple[str, bool]] = []

    def forward(x: Any) -> Any:
        with tapped() as tap:
            model(x, training=True)
        for call in tap.calls:
            if isinstance(call.layer, keras.layers.Embedding):
                break  # Keras hands it whole numbers as floats, where the input declares no type
            kernel = [variable for variable in call.layer.trainable_variables if len(variable.shape) >= 2]
            arriving = next((tensor for tensor in call.inputs if tensor.dtype.is_floating), None)
            # A Sequential model without an `Input` casts tokens to floats on their way to the embedding.
            if kernel and isinstance(call.layer, keras.layers.Embedding):
                break
            if kernel and arriving is not None:
                given = {id(leaf) for leaf in keras.tree.flatten(x)}
                found.append((path_of(call.layer), id(arriving) in given))
                return tf.cast(arriving, tf.float32)
            if kernel:
                break
        return tf.zeros((0,))

    values = np.asarray(tf.function(forward, autograph=False)(x))
    if not found:
        return Skipped("the first trainable layer does not take real-valued features")
    return _describe(*found[-1], values)


def _describe(layer: str, raw: bool, values: np.ndarray) -> Inputs:
    rows = values.reshape(-1, values.shape[-1])
    rows = rows[np.isfinite(rows).all(axis=1)]
    counted = [column for column in rows.T if not _is_left_out(column)]
    if not counted:
        return Inputs(layer, len(values), float("nan"), 0.0, 1.0, 0, raw)
    features = np.stack(counted).astype("float64")
    stds = features.std(axis=1)
    return Inputs(
        layer=layer,
        examples=len(values),
        rms=float(np.sqrt(np.mean(features**2))),
        offset=float(np.max(np.abs(features.mean(axis=1)) / stds)),
        spread=float(np.percentile(stds, 99) / np.percentile(stds, 50)),
        features=len(features),
        raw=raw,
        ranges=np.stack([features.min(axis=1), features.max(axis=1), features.mean(axis=1), stds], axis=1),
    )


def _is_left_out(column: np.ndarray) -> bool:
    """Constant and binary columns need no scaling."""
    return column.size == 0 or bool(
        np.isin(column, (column.min(), column.max())).all() and np.ptp(column) <= 1.0
    )
