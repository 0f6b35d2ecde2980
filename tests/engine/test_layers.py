"""How layers are put together, on models whose answer is known by hand."""

import keras
import numpy as np
import pytest

from healthcheck.probes import compiled, generalization, layers
from healthcheck.probes.affine import is_affine
from healthcheck.probes.bench import Bench
from healthcheck.subject import Examples, Subject

L = keras.layers
FAR = float("inf")
X = np.random.default_rng(0).normal(size=(33, 6)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def bench_of(*stack, loss="mse", metrics=(), x=X, y=Y, batch_size=8, **others):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(x.shape[1:]), *stack])
    model.compile("sgd", loss, metrics=list(metrics))
    model.compute_metrics(x[:2], y[:2], model(x[:2]))
    model.optimizer.build(model.trainable_variables)
    subject = Subject("m", model, Examples(x, y), batch_size, 1, -(-len(x) // batch_size), **others)
    return Bench(subject, 0, FAR)


def looked_at(*stack, **given):
    return layers.probe(bench_of(*stack, **given))


@pytest.mark.parametrize(
    ("function", "affine"),
    [
        (lambda x: 3.0 * x + 1.0, True),
        (lambda x: x @ np.ones((6, 4), "float32"), True),
        (keras.ops.relu, False),
        (keras.ops.tanh, False),
        (lambda x: 1e-3 * keras.ops.tanh(1e-3 * x), False),
        (lambda x: 0.0 * x, False),
    ],
    ids=["line", "matrix", "relu", "tanh", "tanh near zero", "constant"],
)
def test_superposition_tells_affine_functions_from_others(function, affine):
    x = 40.0 * np.random.default_rng(1).normal(size=(16, 6)).astype("float32")
    assert is_affine(function, x) is affine


def test_layers_without_activation_are_one_stretch_through_what_is_affine():
    found = looked_at(
        L.Dense(8, name="a"),
        L.Dropout(0.5),
        L.BatchNormalization(),
        L.Dense(8, name="b"),
        L.Dense(1, "sigmoid", name="c"),
    )
    (stretch,) = found.stretches
    assert [path.split("/")[-1] for path in stretch] == ["a", "b", "c"]
    assert (found.affine, found.weight_layers) == (True, 3)


@pytest.mark.parametrize("between", [L.ReLU, L.LayerNormalization, L.Softmax])
def test_something_nonlinear_ends_a_stretch(between):
    found = looked_at(L.Dense(8), between(), L.Dense(1))
    assert (found.affine, found.stretches) == (False, ())


def test_a_bottleneck_is_no_stretch():
    found = looked_at(L.Dense(2), L.Dense(6), y=X)
    assert (found.affine, found.stretches) == (True, ())


def test_a_value_that_is_used_twice_is_no_stretch():
    inputs = keras.Input((6,))
    hidden = L.Dense(8)(inputs)
    model = keras.Model(inputs, L.Dense(1)(L.Multiply()([hidden, L.Dense(8)(hidden)])))
    model.compile("sgd", "mse")
    model.optimizer.build(model.trainable_variables)
    found = layers.probe(Bench(Subject("m", model, Examples(X, Y), 8, 1, 5), 0, FAR))
    assert (found.affine, found.stretches) == (False, ())


def test_a_depthwise_separable_convolution_is_no_stretch():
    x = np.random.default_rng(0).normal(size=(16, 6, 6, 3)).astype("float32")
    stack = (
        L.DepthwiseConv2D(3, depth_multiplier=4),
        L.Conv2D(4, 1, activation="relu"),
        L.Flatten(),
        L.Dense(1),
    )
    assert looked_at(*stack, x=x, y=Y[:16]).stretches == ()


def test_tokens_are_no_affine_input():
    x = np.random.default_rng(0).integers(0, 9, size=(16, 4))
    found = looked_at(L.Embedding(9, 3), L.Flatten(), L.Dense(12), L.Dense(1), x=x, y=Y[:16])
    assert not found.affine
    assert len(found.stretches) == 1


def test_statistics_of_a_batch_are_counted_over_examples_and_positions():
    x = np.random.default_rng(0).normal(size=(33, 5, 5, 2)).astype("float32")
    found = looked_at(L.BatchNormalization(), L.Flatten(), L.BatchNormalization(), L.Dense(1), x=x)
    assert [(norm.values, norm.last_values) for norm in found.batch_norms] == [(8 * 25, 25), (8, 1)]
    assert (found.batch_size, found.last_batch) == (8, 1)


def test_dropout_knows_what_it_feeds_and_whether_it_drops_predictions():
    found = looked_at(
        L.Dropout(0.25), L.Dense(8, "relu"), L.BatchNormalization(name="norm"), L.Dense(1), L.Dropout(0.5)
    )
    first, last = found.dropouts
    assert [path.split("/")[-1] for path in first.batch_norms] == ["norm"]
    assert (first.rate, first.makes_output, last.rate, last.makes_output) == (0.25, False, 0.5, True)
    assert last.batch_norms == ()


@pytest.mark.parametrize(
    ("loss", "ratio"),
    [(keras.losses.MeanSquaredError(), 1.0), (keras.losses.MeanSquaredError(reduction="sum"), 2.0)],
    ids=["mean", "sum"],
)
def test_a_sum_doubles_when_the_batch_is_taken_twice(loss, ratio):
    penalized = L.Dense(1, kernel_regularizer="l2")
    assert compiled.probe(bench_of(penalized, loss=loss)).tiled == pytest.approx(ratio, rel=1e-5)


@pytest.mark.parametrize(
    ("y", "stack", "metric", "perfect", "constant"),
    [
        (X[:, :1], L.Dense(1), "accuracy", 0.0, np.nan),
        (Y, L.Dense(1, "sigmoid"), "accuracy", 1.0, np.nan),
        (np.eye(3)[np.arange(33) % 3], L.Dense(3, "softmax"), "accuracy", 1.0, 1 / 3),
        (np.eye(3)[np.arange(33) % 3], L.Dense(3, "softmax"), "binary_accuracy", 1.0, 2 / 3),
        (np.arange(33) % 3, L.Dense(3, "softmax"), "sparse_categorical_accuracy", 1.0, 1 / 3),
    ],
    ids=["regression", "binary", "one-hot", "binary over classes", "class numbers"],
)
def test_a_metric_is_asked_about_perfect_and_about_constant_predictions(y, stack, metric, perfect, constant):
    loss = "sparse_categorical_crossentropy" if y.ndim == 1 else "mse"
    (scored,) = compiled.probe(bench_of(stack, y=y, loss=loss, metrics=[metric])).metrics
    assert scored.perfect == pytest.approx(perfect)
    assert scored.constant == pytest.approx(constant, nan_ok=True)


def test_the_loss_of_each_example_gives_mean_and_standard_error():
    zero = L.Dense(1, kernel_initializer="zeros", kernel_regularizer="l2")
    y = np.arange(33, dtype="float32")[:, None]
    bench = bench_of(zero, y=y, validation=Examples(X[:10], y[:10] + 5.0))
    measured = generalization.probe(bench)
    squares = y[:, 0] ** 2
    assert measured.loss == pytest.approx(squares.mean(), rel=1e-5)
    assert measured.error == pytest.approx(squares.std(ddof=1) / np.sqrt(33), rel=1e-5)
    assert measured.validation_loss == pytest.approx(((y[:10] + 5.0) ** 2).mean(), rel=1e-5)


def test_a_class_that_is_never_trained_on_is_the_largest_shift():
    y = np.repeat([0, 1, 2], 11)
    bench = bench_of(
        L.Dense(3, "softmax"),
        y=y[:22],
        x=X[:22],
        loss="sparse_categorical_crossentropy",
        validation=Examples(X[22:], y[22:]),
    )
    shift = generalization.probe(bench).shift
    assert (shift.array, shift.column, shift.z, shift.columns) == ("y", 2, np.inf, 9)


def test_a_handful_of_validation_examples_is_inconclusive():
    skipped = generalization.probe(bench_of(L.Dense(1), validation=Examples(X[:3], Y[:3])))
    assert (skipped.reason, skipped.inconclusive) == ("3 validation examples; 8 are needed", True)
