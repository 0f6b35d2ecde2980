"""The probe on whole subjects: what it says, and that it leaves nothing behind and never crashes."""

import random
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from healthcheck import check_gradients
from healthcheck.evidence import GradientCheck, Skipped
from healthcheck.probes import gradient_check
from healthcheck.probes.bench import Bench
from healthcheck.probes.problem import NotDifferentiableError
from healthcheck.probes.state import everything
from healthcheck.subject import Examples, Subject, value_of

L = keras.layers
X = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@tf.custom_gradient
def reversed_tanh(x):
    return tf.tanh(x), lambda up: -up * (1.0 - tf.tanh(x) ** 2)


def model_of(*body, loss="binary_crossentropy", **compiled):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), *body, L.Dense(1, "sigmoid", dtype="float32")])
    model.compile(compiled.pop("optimizer", "adam"), loss, **compiled)
    model.optimizer.build(model.trainable_variables)
    return model


def check(model, x=X, y=Y):
    return gradient_check.probe(Bench(Subject("m", model, Examples(x, y), 16, 2, 3), 0, float("inf")))


def everyday_body():
    penalty = keras.regularizers.L2(0.01)
    return (
        L.Dense(8, "relu", kernel_regularizer=penalty),
        L.BatchNormalization(),
        L.Dropout(0.3),
        L.ActivityRegularization(0.01),
    )


def test_a_right_model_agrees_to_eight_digits_as_it_is_trained():
    found = check(model_of(*everyday_body()))
    assert isinstance(found, GradientCheck)
    assert (found.precision, found.parts, found.examples, found.wrong) == ("float64", 7, 16, ())
    assert found.disagreement < 1e-8
    assert found.uncertainty < 1e-8


def test_a_wrong_layer_is_named_with_its_ratio():
    found = check(model_of(L.Dense(8), L.Lambda(reversed_tanh, name="reversed"), L.Dense(8, "relu")))
    [wrong] = found.wrong
    assert (wrong.place, wrong.layer) == ("layer", "sequential/reversed") or "reversed" in wrong.layer
    assert wrong.ratio == pytest.approx(-1.0)


def test_a_wrong_loss_is_told_from_the_layers():
    @tf.custom_gradient
    def squared(error):
        return error**2, lambda up: up * error

    found = check(
        model_of(L.Dense(3), loss=lambda y, p: tf.reduce_mean(squared(p - tf.cast(y, p.dtype)), -1))
    )
    assert [(one.place, one.layer) for one in found.wrong] == [("loss", None)]
    assert found.wrong[0].ratio == pytest.approx(0.5)


def test_a_training_step_of_the_users_own_is_followed_to_its_loss():
    class Own(keras.Sequential):
        def train_step(self, data):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(reversed_tanh(self(data[0], training=True)))
            self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
            return {"loss": loss}

    model = Own([keras.Input((4,)), L.Dense(2)])
    model.compile("sgd")
    [wrong] = check(model).wrong
    assert (wrong.place, wrong.layer) == ("model", None)
    assert wrong.ratio == pytest.approx(-1.0)


def test_the_check_leaves_no_trace():
    model = model_of(*everyday_body())
    state = lambda: (random.getstate(), keras.config.floatx(), keras.config.dtype_policy().name)  # noqa: E731
    before, values = state(), [value_of(variable) for variable in everything(model)]
    dtypes = [(layer.dtype_policy.name, layer.compute_dtype, layer.dtype) for layer in model.layers]
    classes = [
        dict(vars(one))
        for one in (
            L.Layer,
            L.InputLayer,
            keras.Variable,
            keras.KerasTensor,
            keras.losses.Loss,
            tf.GradientTape,
        )
    ]
    numpy = np.random.get_state()[1].copy()
    check(model)
    assert state() == before
    np.testing.assert_array_equal(np.random.get_state()[1], numpy)
    for old, variable in zip(values, everything(model), strict=True):
        np.testing.assert_array_equal(old, value_of(variable))
    assert dtypes == [(layer.dtype_policy.name, layer.compute_dtype, layer.dtype) for layer in model.layers]
    for one, old in zip(
        (L.Layer, L.InputLayer, keras.Variable, keras.KerasTensor, keras.losses.Loss, tf.GradientTape),
        classes,
        strict=True,
    ):
        assert dict(vars(one)) == old


def test_a_mixed_precision_model_is_checked_in_float64():
    policy = keras.DTypePolicy("mixed_float16")
    model = model_of(L.Dense(8, "relu", dtype=policy), L.LayerNormalization(dtype=policy))
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()), "binary_crossentropy")
    model.optimizer.build(model.trainable_variables)
    found = check(model)
    assert (found.precision, found.wrong) == ("float64", ())


def test_a_model_that_is_compiled_with_xla_is_checked():
    assert check(model_of(L.Dense(8, "relu"), jit_compile=True)).wrong == ()


def mixed_model():
    policy = keras.DTypePolicy("mixed_float16")
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam())
    return model_of(L.Dense(8, "relu", dtype=policy), L.Dropout(0.2), optimizer=optimizer)


def distributed_model():
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        return model_of(L.Dense(8, "relu"), L.BatchNormalization())


@pytest.mark.parametrize(
    "make", [mixed_model, lambda: model_of(*everyday_body(), jit_compile=True), distributed_model]
)
def test_a_model_of_a_special_kind_is_checked_and_left_as_it_was(make):
    model = make()
    before = [value_of(variable) for variable in everything(model)]
    found = check(model)
    assert (found.precision, found.wrong) == ("float64", ())
    for old, variable in zip(before, everything(model), strict=True):
        np.testing.assert_array_equal(old, value_of(variable))


def test_a_cast_of_the_users_own_falls_back_to_float32_and_says_so():
    found = check(model_of(L.Dense(8), L.Lambda(lambda x: tf.tanh(tf.cast(x, tf.float32)))))
    assert (found.precision, found.wrong) == ("float32", ())
    assert 1e-6 < found.uncertainty < 1.0


def test_beside_a_cast_the_other_layers_are_still_held_to_the_exact_limit():
    @tf.custom_gradient
    def bent(x):
        return tf.tanh(x), lambda up: 1.0001 * up * (1.0 - tf.tanh(x) ** 2)

    found = check(
        model_of(L.Lambda(lambda x: tf.cast(x, tf.float32)), L.Dense(4), L.Lambda(bent, name="bent"))
    )
    [wrong] = found.wrong
    assert (found.precision, wrong.precision, wrong.layer.split("/")[-1]) == ("float32", "float64", "bent")
    assert wrong.disagreement == pytest.approx(1e-4, rel=0.01)


def test_a_wrong_layer_is_found_in_a_model_with_penalties():
    found = check(model_of(*everyday_body(), L.Lambda(reversed_tanh, name="reversed"), L.Dense(3)))
    assert [one.layer.split("/")[-1] for one in found.wrong] == ["reversed"]


def test_an_image_that_is_moved_in_float32_is_not_held_against_its_user():
    keras.utils.set_random_seed(0)
    moved = L.RandomTranslation(0.1, 0.1, seed=1)
    model = keras.Sequential([keras.Input((12, 12, 1)), moved, L.Conv2D(4, 3), L.Flatten(), L.Dense(1)])
    model.compile("adam", "mse")
    found = check(model, np.random.default_rng(0).normal(size=(40, 12, 12, 1)).astype("float32"))
    assert found.precision == "float32"
    assert max((one.disagreement for one in found.wrong), default=0.0) < 0.2


def deep(*middle):
    layers = [L.Dense(6, "tanh", kernel_initializer="orthogonal") for _ in range(20)]
    return model_of(*layers[:10], *middle, *layers[10:])


def test_the_variables_of_a_deep_model_are_looked_at_in_groups():
    found = check(deep())
    assert (found.parts, found.derivatives, found.wrong) == (43, 48, ())
    assert found.disagreement < 1e-8


def test_a_wrong_layer_among_many_is_named():
    [wrong] = check(deep(L.Lambda(reversed_tanh, name="reversed"))).wrong
    assert wrong.layer.endswith("/reversed")


def until(seconds, model):
    return Bench(Subject("m", model, Examples(X, Y), 16, 2, 3), 0, time.monotonic() + seconds)


@pytest.mark.parametrize(
    ("middle", "loss", "seconds", "waits"),
    [
        ((), "mse", 5.0, True),
        ((), keras.losses.mean_squared_error, 5.0, True),
        ((), "mse", 60.0, False),
        ((L.Lambda(tf.tanh),), "mse", 5.0, False),
        ((L.Dense(3, lambda x: x),), "mse", 5.0, False),
        ((), lambda y, prediction: tf.square(y - prediction), 5.0, False),
    ],
)
def test_a_dear_check_waits_for_the_training_where_all_code_is_that_of_keras(middle, loss, seconds, waits):
    layers = [L.Dense(4, "relu") for _ in range(20)]
    assert gradient_check.can_wait(until(seconds, model_of(*layers, *middle, loss=loss))) is waits


def test_no_step_is_traced_that_the_budget_does_not_allow():
    bench = until(1.0, model_of(*(L.Dense(4) for _ in range(20))))
    assert bench.has_time(steps=False)
    assert not bench.has_time(steps=True)
    assert bench.first_steps  # now it is traced
    bench.deadline = time.monotonic() + 1.0
    assert bench.has_time(steps=True)


def test_what_the_budget_does_not_reach_is_inconclusive_and_says_what_it_needs():
    subject = Subject("m", model_of(L.Dense(8)), Examples(X, Y), 16, 2, 3)
    found = gradient_check.probe(Bench(subject, 0, 0.0))
    assert isinstance(found, Skipped)
    assert found.inconclusive
    assert "asks for a budget of at least" in found.reason


def test_a_function_that_is_finite_at_one_point_only_is_not_said_to_be_right():
    def lonely(x):
        return tf.where(tf.reduce_all(x == 1.0), x, np.nan)

    with pytest.raises(NotDifferentiableError, match="not finite nearby"):
        check_gradients(lonely, np.ones(3, "float32"))


def test_randomness_that_no_seed_holds_is_inconclusive():
    found = check(model_of(L.Lambda(lambda x: x + tf.random.normal(tf.shape(x), dtype=x.dtype))))
    assert isinstance(found, Skipped)
    assert found.inconclusive
    assert "unseeded randomness" in found.reason


def test_a_layer_that_raises_in_such_a_check_is_inconclusive():
    class Fragile(L.Layer):
        is_broken = False

        def call(self, x):
            if self.is_broken:
                raise ValueError("broken")
            return x

    model = model_of(Fragile())
    Fragile.is_broken = True
    found = check(model)
    assert isinstance(found, Skipped)
    assert "ValueError" in found.reason


def test_spectral_normalization_is_not_held_against_its_user():
    found = check(model_of(L.SpectralNormalization(L.Dense(6)), L.Dense(3, "relu")))
    assert isinstance(found, Skipped) or found.wrong == ()


def test_integer_inputs_and_embeddings_are_checked():
    model = keras.Sequential([keras.Input((3,), dtype="int32"), L.Embedding(5, 3), L.Flatten(), L.Dense(1)])
    model.compile("adam", "mse")
    found = check(model, np.random.default_rng(0).integers(0, 5, (40, 3)).astype("int32"))
    assert (found.parts, found.wrong, found.precision) == (3, (), "float64")


def test_variables_given_to_operations_of_tensorflow_are_float64_too():
    class Plain(L.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 3), name="kernel")

        def call(self, x):
            return tf.nn.relu(tf.matmul(x, self.kernel) + tf.reduce_sum(self.kernel))

    found = check(model_of(Plain()))
    assert (found.precision, found.wrong) == ("float64", ())
