"""What the trained model does with its inputs, on models whose answer is known by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from healthcheck.evidence import Skipped
from healthcheck.probes import responses
from healthcheck.probes.bench import Bench
from healthcheck.probes.score import predicted_classes
from healthcheck.subject import Examples, Subject, value_of

layers = keras.layers
X = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


def probed(model, x=X, y=Y, loss="binary_crossentropy"):
    model.compile("sgd", loss)
    count = len(keras.tree.flatten(x)[0])
    return responses.probe(Bench(Subject("model", model, Examples(x, y), count, 1, 1), 0, float("inf")))


def stack(*between, units=1):
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(3), *between, layers.Dense(units, "sigmoid", name="output")]
    )


def test_a_softmax_over_one_unit_never_varies():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(1), Row()])
    [output] = probed(model).outputs
    assert (output.varies, output.value, output.target_varies) == (0.0, 1.0, True)


class Row(layers.Layer):
    def call(self, x):
        return keras.ops.exp(x - keras.ops.max(x, axis=-1, keepdims=True))


def test_an_output_is_described_with_the_features_it_is_made_from():
    [output] = probed(stack(layers.Dropout(0.5))).outputs
    assert output.varies > 0.1
    assert output.layer.endswith("output")
    assert (output.features.layer, output.features.width) == (output.layer, 3)
    assert output.constant_score == max(Y.mean(), 1 - Y.mean())


def test_a_linear_model_has_no_hidden_features():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, "sigmoid")])
    assert probed(model).outputs[0].features is None


def test_an_activation_layer_of_its_own_does_not_make_the_features():
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3), layers.Dense(1), layers.Activation("sigmoid")]
    )
    assert probed(model).outputs[0].features.width == 3


@pytest.mark.parametrize(
    ("rows", "share", "rank"),
    [
        (np.ones((6, 3)), 0.0, 0.0),
        (np.zeros((6, 3)), 0.0, 0.0),
        ([[1.0, 2.0], [-1.0, -2.0]], 1.0, 1.0),
        ([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]], 1.0, 2.0),
        ([[2.0], [4.0]], 0.1, 1.0),
    ],
)
def test_variance_share_and_effective_rank_are_those_computed_by_hand(rows, share, rank):
    found = responses.features_of("layer", np.array(rows))
    assert (found.variance_share, found.effective_rank) == (pytest.approx(share), pytest.approx(rank))


def test_an_input_with_weights_of_zero_has_no_influence():
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((4,), name="b")}
    dense = layers.Dense(1, "sigmoid")
    model = keras.Model(inputs, dense(layers.Concatenate()([inputs["a"], inputs["b"]])))
    dense.set_weights([np.array([[1.0]] * 4 + [[0.0]] * 4), np.zeros(1)])
    first, second = probed(model, {"a": X, "b": X[::-1].copy()}).inputs
    assert (first.name, second.name) == ("x['a']", "x['b']")
    assert first.change > 0.1
    assert second.change == 0.0


def test_an_input_whose_rows_are_equal_does_not_vary():
    assert not probed(stack(), np.ones_like(X)).inputs[0].varies


class Centered(layers.Layer):
    def __init__(self, axis):
        super().__init__()
        self.axis = axis

    def call(self, x):
        return x - keras.ops.mean(x, axis=self.axis, keepdims=True)


def test_a_mean_over_the_batch_mixes_examples_and_the_layer_is_found():
    layer = Centered(0)
    found = probed(stack(layer, layers.ReLU()))
    assert found.mixing > 0.05
    assert found.repeatability == 0.0
    assert found.mixing_layer == layer.path


@pytest.mark.parametrize("layer", [Centered(-1), layers.BatchNormalization(), layers.Dropout(0.5)])
def test_layers_that_keep_to_their_example_do_not_mix(layer):
    found = probed(stack(layer))
    assert found.mixing <= 1e-6
    assert found.mixing_layer is None


class AlwaysDropped(layers.Dropout):
    def call(self, inputs, training=None):
        return super().call(inputs, training=True)


class TfNoise(layers.Layer):
    def call(self, x):
        return x + tf.random.normal(tf.shape(x))


def test_random_numbers_with_a_state_of_their_own_are_repeated_and_put_back():
    model = stack(AlwaysDropped(0.5))
    before = [value_of(variable) for variable in model.variables]
    found = probed(model)
    assert (found.mixing, found.repeatability) == (0.0, 0.0)
    for old, variable in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, value_of(variable))


def test_random_numbers_without_a_state_show_in_the_repetition():
    assert probed(stack(TfNoise())).repeatability > 0.01


def test_weights_that_are_not_finite_show_as_such():
    model = stack()
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    found = probed(model)
    assert np.isnan(found.outputs[0].varies)
    assert np.isnan(found.mixing)
    assert np.isnan(found.inputs[0].change)


def test_data_sorted_by_class_shows_both_classes():
    x, y = np.tile(X, (10, 1)), np.repeat([0, 1], 200)
    assert probed(stack(), x, y).outputs[0].target_varies


def test_a_handful_of_examples_is_too_few():
    assert isinstance(probed(stack(), X[:3], Y[:3]), Skipped)


@pytest.mark.parametrize(
    ("y", "prediction", "classes"),
    [
        ([0, 1, 2], np.eye(3)[[0, 0, 2]], 2),
        (np.eye(2), [[0.9, 0.1], [0.7, 0.3]], 1),
        ([0, 1, 1], [[0.2], [0.7], [0.4]], 2),
        ([0, 1], [[-3.0], [-2.0]], 1),
        ([0.5, 1.5], [[1.0], [2.0]], 0),
        ([0, 1], [[np.nan], [1.0]], 0),
    ],
)
def test_predicted_classes_are_counted(y, prediction, classes):
    assert predicted_classes(np.array(y), np.array(prediction)) == classes


def test_an_output_layer_that_returns_what_it_was_given_ends_the_search(capture):
    ((subject,), _, _) = capture("""
        class Penalized(layers.Layer):
            def call(self, x):
                self.add_loss(keras.ops.mean(x**2))
                return x
        inputs = keras.Input((4,))
        model = keras.Model(inputs, Penalized()(layers.Dense(3)(inputs)))
        model.compile("sgd")
        model.fit(random.normal(size=(16, 4)))
    """)
    (output,) = responses.probe(Bench(subject, 0, float("inf"))).outputs
    assert output.features is None
