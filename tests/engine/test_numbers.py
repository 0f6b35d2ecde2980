"""Probes against answers known by hand."""

import keras
import numpy as np
import pytest

from healthcheck.evidence import Skipped
from healthcheck.probes.activation import describe
from healthcheck.probes.activations import twin_share
from healthcheck.probes.baseline import constant_loss
from healthcheck.probes.first import first_inputs
from healthcheck.probes.observe import Observer
from healthcheck.probes.score import constant_score, score
from healthcheck.subject import Examples

A = keras.activations


@pytest.mark.parametrize(
    ("function", "traits"),
    [
        (A.sigmoid, {"saturates"}),
        (A.tanh, {"saturates"}),
        (A.hard_sigmoid, {"saturates"}),
        (A.softsign, {"saturates"}),
        (A.relu, {"rectifies"}),
        (A.relu6, {"rectifies"}),
        (A.leaky_relu, set()),
        (A.gelu, set()),
        (A.elu, set()),
        (A.linear, {"affine"}),
        (lambda z: 3 * z + 1, {"affine"}),
        (A.softmax, {"distribution"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_activation_is_known_by_what_it_does(function, traits):
    found = describe(function)
    all_traits = ("saturates", "rectifies", "affine", "distribution")
    assert {trait for trait in all_traits if getattr(found, trait)} == traits
    assert found.elementwise == (traits != {"distribution"})


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        (A.sigmoid, 0, 1),
        (A.tanh, -1, 1),
        (A.relu, 0, np.inf),
        (A.linear, -np.inf, np.inf),
        (A.softplus, 0, np.inf),
        (A.relu6, 0, 6),
        (lambda z: -A.relu(z), -np.inf, 0),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_the_range_of_an_activation_is_found(function, low, high):
    found = describe(function)
    assert (found.minimum, found.maximum) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


def compiled(loss, units=1, activation=None, inputs=2):
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units, activation)])
    model.compile("sgd", loss)
    return model


X = np.zeros((8, 2), "float32")
Y = np.array([0, 0, 0, 0, 0, 0, 1, 1])
ENTROPY = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
NUMBERS = np.arange(8.0, dtype="float32")


@pytest.mark.parametrize(
    ("model", "targets", "expected"),
    [
        (compiled("binary_crossentropy", 1, "sigmoid"), Y, ENTROPY),
        (compiled(keras.losses.BinaryCrossentropy(from_logits=True)), Y, ENTROPY),
        (compiled("sparse_categorical_crossentropy", 2, "softmax"), Y, ENTROPY),
        (compiled(keras.losses.SparseCategoricalCrossentropy(from_logits=True), 2), Y, ENTROPY),
        (compiled("categorical_crossentropy", 2, "softmax"), np.eye(2)[Y], ENTROPY),
        (compiled("mse"), NUMBERS, NUMBERS.var()),
        (compiled("mae"), NUMBERS, np.abs(NUMBERS - np.median(NUMBERS)).mean()),
    ],
    ids=["binary", "binary logits", "sparse", "sparse logits", "categorical", "squared", "absolute"],
)
def test_the_best_constant_prediction_has_the_entropy_or_the_variance_as_loss(model, targets, expected):
    assert constant_loss(model, Examples(X, targets)) == pytest.approx(expected, rel=1e-4)


def test_without_targets_there_is_no_constant_to_beat():
    assert np.isnan(constant_loss(compiled("mse"), Examples(X)))


@pytest.mark.parametrize(
    ("y", "prediction", "accuracy", "constant"),
    [
        ([0, 1, 2, 2], np.eye(3)[[0, 1, 2, 0]], 0.75, 0.5),
        (np.eye(2)[[0, 1, 1]], [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], 2 / 3, 2 / 3),
        ([0, 1, 1, 1], [[0.2], [0.7], [0.4], [0.9]], 0.75, 0.75),
        ([0, 1], [[-3.0], [2.0]], 1.0, 0.5),
        ([1.5, 2.5, 3.5], [[1.5], [2.5], [3.5]], 1.0, 0.0),
        ([1.5, 2.5, 3.5], [[2.5], [2.5], [2.5]], 0.0, 0.0),
    ],
)
def test_predictions_are_scored_whatever_the_loss_says(y, prediction, accuracy, constant):
    assert score(np.array(y), np.array(prediction)) == pytest.approx(accuracy)
    assert constant_score(np.array(y), np.array(prediction)) == pytest.approx(constant)


def test_predictions_that_are_not_finite_have_no_score():
    assert np.isnan(score(np.array([0, 1]), np.array([[np.nan], [1.0]])))


def hidden(layer, bias, inputs=3):
    model = keras.Sequential([keras.Input((inputs,)), layer])
    kernel, _ = layer.get_weights()
    layer.set_weights([kernel, np.full(kernel.shape[-1], bias)])
    return model


def test_a_layer_with_a_bias_of_minus_a_thousand_is_dead_on_all_units():
    model = hidden(keras.layers.Dense(4, "relu"), -1000.0)
    (sums,) = (
        Observer(model).observe(np.random.default_rng(0).normal(size=(300, 3)).astype("float32")).values()
    )
    assert sums.largest.tolist() == [0.0] * 4
    assert sums.count == 300
    assert sums.slope.tolist() == [0.0] * 4


def test_a_sigmoid_at_zero_has_a_mean_slope_of_a_quarter():
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2, "sigmoid", kernel_initializer="zeros")]
    )
    (sums,) = Observer(model).observe(np.ones((10, 3), "float32")).values()
    assert (sums.slope / sums.count).tolist() == [0.25, 0.25]


def test_positions_of_an_image_count_as_examples_of_a_channel():
    model = keras.Sequential([keras.Input((5, 5, 1)), keras.layers.Conv2D(2, 2, activation="relu")])
    (sums,) = Observer(model).observe(np.ones((3, 5, 5, 1), "float32")).values()
    assert sums.largest.shape == (2,)
    assert sums.count == 3 * 4 * 4


def test_an_activation_layer_is_seen_like_an_activation_argument():
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2), keras.layers.ReLU(), keras.layers.Dense(1)]
    )
    assert list(Observer(model).observe(np.ones((4, 3), "float32"))) == [model.layers[1].name]


@pytest.mark.parametrize(
    ("kernel", "share"), [(np.ones((3, 4)), 1.0), (np.eye(4), 0.0), (np.eye(4)[:, [0, 0, 1, 2]], 0.5)]
)
def test_units_with_equal_columns_are_twins(kernel, share):
    assert twin_share(kernel) == share


def test_what_arrives_at_the_first_kernel_is_measured_behind_the_layers_before_it():
    x = np.random.default_rng(0).normal(100.0, 20.0, size=(500, 3)).astype("float32")
    plain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    scaled = keras.Sequential([keras.Input((3,)), keras.layers.Rescaling(1 / 100.0), keras.layers.Dense(1)])
    normalized = keras.Sequential(
        [keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dense(1)]
    )
    assert first_inputs(plain, x).rms == pytest.approx(np.sqrt(np.mean(x**2)), rel=1e-5)
    assert first_inputs(plain, x).raw
    assert first_inputs(scaled, x).rms == pytest.approx(np.sqrt(np.mean(x**2)) / 100, rel=1e-5)
    assert not first_inputs(scaled, x).raw
    assert first_inputs(normalized, x).rms == pytest.approx(1.0, abs=1e-2)


def test_binary_and_constant_features_are_not_counted():
    x = np.array([[0, 7, 1], [1, 7, 0]] * 50, "float32")
    assert first_inputs(keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)]), x).features == 0


def test_tokens_are_no_features():
    model = keras.Sequential(
        [keras.Input((4,), dtype="int32"), keras.layers.Embedding(9, 2), keras.layers.Flatten()]
    )
    assert isinstance(first_inputs(model, np.zeros((5, 4), "int32")), Skipped)
