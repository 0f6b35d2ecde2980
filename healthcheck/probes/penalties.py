"""Probe: the penalties of regularized weights against the data loss, before training.

One gradient of the data loss and one of the penalties, at the user's start, in inference mode
(so that no dropout blurs it) on at most `EXAMPLES` examples. Skips at once when no trainable
weight has a regularizer. Cost: one forward and one backward pass. Changes nothing but metrics.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Penalized, Penalties, Skipped
from healthcheck.keras_private import every_layer
from healthcheck.probes.bench import Bench
from healthcheck.probes.trace import on_device
from healthcheck.subject import path_of

EXAMPLES = 256


def probe(bench: Bench) -> Penalties | Skipped:
    """Compare the pull of each penalty with that of the data."""
    model = bench.subject.model
    owned = regularized(model)
    if not owned:
        return Skipped("no trainable weight has a regularizer")
    bench.begin(0)
    variables = [variable for _, variable in owned]
    x, y, weight = on_device(bench.a_few(EXAMPLES))
    with tf.GradientTape(persistent=True) as tape:
        prediction = model(x, training=False)
        total: Any = model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
        data = tf.cast(total, tf.float32) - sum(tf.cast(one, tf.float32) for one in model.losses)
        terms = [tf.cast(tf.reduce_sum(variable.regularizer(variable)), tf.float32) for variable in variables]
        penalty = tf.add_n(terms)
    of_data, of_penalty = tape.gradient(data, variables), tape.gradient(penalty, variables)
    rows = zip(owned, terms, of_penalty, of_data, strict=True)
    return Penalties(
        loss=float(data),
        penalty=float(penalty),
        weights=tuple(
            Penalized(path_of(layer), variable.path, float(term), _norm(pull), _norm(gradient))
            for (layer, variable), term, pull, gradient in rows
        ),
    )


def regularized(model: keras.Model) -> list[tuple[Any, Any]]:
    """Return the trainable variables with a regularizer, with the innermost layer that holds each."""
    owners = {id(own): layer for layer in every_layer(model) for own in layer.trainable_variables}
    return [
        (owners.get(id(variable), model), variable)
        for variable in model.trainable_variables
        if variable.regularizer is not None
    ]


def _norm(gradient: Any) -> float:
    return 0.0 if gradient is None else float(np.linalg.norm(np.asarray(tf.convert_to_tensor(gradient))))
