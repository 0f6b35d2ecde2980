"""A check through the Python door leaves every kind of model, and all around it, as it was."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from kinds import KINDS

import healthcheck
from healthcheck.capture.built import built
from healthcheck.keras_private import every_layer
from healthcheck.probes.state import everything
from healthcheck.subject import Examples, value_of

PATCHED = [
    (keras.layers.Layer, "__call__"),
    (keras.layers.Layer, "__new__"),
    (keras.layers.Layer, "add_weight"),
    (keras.layers.Layer, "dtype_policy"),
    (keras.losses.Loss, "dtype"),
    (keras.losses.Loss, "__call__"),
    (keras.Variable, "__init__"),
    (keras.Variable, "dtype"),
    (keras.Model, "__call__"),
    (keras.Model, "fit"),
    (keras.Model, "compile"),
    (keras.Model, "train_step"),
    (keras.Model, "compute_loss"),
    (keras.optimizers.Optimizer, "apply"),
    (tf.GradientTape, "gradient"),
]
"""What a probe or a recording puts something in place of while it works."""


def values(model):
    """Return every variable with its value: weights, statistics, seeds, also the shared ones, states, slots
    and metrics."""
    return [(variable, value_of(variable)) for variable in everything(model)]


def settings_of(model):
    """Return what a layer and the model are set to, by what they are."""
    kept = {}
    for layer in (model, *every_layer(model)):
        kept[id(layer)] = (
            layer.trainable,
            layer.dtype_policy.name,
            getattr(layer, "stateful", None),
            getattr(layer, "rate", None),
            getattr(layer, "momentum", None),
            getattr(layer, "activation", None),
            [variable.trainable for variable in layer.variables],
        )
    return kept


def compiled(model):
    """Return what belongs to the compiled model, by identity."""
    names = ("optimizer", "loss", "stop_training", "train_function", "test_function", "predict_function")
    parts = [getattr(model, name, None) for name in names]
    return [*parts, *model.metrics, model.jit_compile, model.run_eagerly]


def around():
    """Return the random states and settings of Python, NumPy, TensorFlow and Keras, and what was patched."""
    numpy = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": (numpy[0], numpy[1].tolist(), *numpy[2:]),
        "tensorflow": tf.random.get_global_generator().state.numpy().tolist(),
        "policy": keras.config.dtype_policy().name,
        "floatx": keras.config.floatx(),
        "strategy": tf.distribute.has_strategy(),
        "patched": [getattr(owner, name) for owner, name in PATCHED],
        "own": [name in vars(owner) for owner, name in PATCHED],
    }


def in_use(model, fit):
    """Build the model, and give every variable a value as from some training of the user's own."""
    parts = (fit["x"], fit.get("y"), None)
    built(model, Examples(*parts).take(slice(0, fit["batch_size"])))
    drawn = np.random.default_rng(0)
    for variable in everything(model):
        if variable.dtype in ("float32", "float16", "bfloat16"):
            variable.assign(variable + np.abs(drawn.normal(scale=0.01, size=tuple(variable.shape))))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_a_check_leaves_this_kind_of_model_as_it_was(name):
    keras.utils.set_random_seed(0)
    keras.random.normal((1,))  # makes the generator that layers without a seed share
    model, fit = KINDS[name]()
    in_use(model, fit)
    before = (values(model), settings_of(model), compiled(model), around())
    names = set(vars(model))
    healthcheck.check(model, **fit | {"epochs": 3}, settings={"budget": "3s", "seeds": 2})
    assert around() == before[3]
    assert settings_of(model) == before[1]
    assert compiled(model) == before[2]
    assert set(vars(model)) == names
    assert [id(one) for one in everything(model)] == [id(one) for one, _ in before[0]]
    for variable, old in before[0]:
        np.testing.assert_array_equal(old, value_of(variable), err_msg=variable.path)
