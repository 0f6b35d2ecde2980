"""Wrong gradients of every kind, and their corrected twins, over twenty seeds each."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from healthcheck import check_gradients

SEEDS = range(20)
L = keras.layers


def real(seed, *shape):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype("float32")


def with_gradient(function, gradient):
    """Return `function` of one tensor with the gradient that `gradient(x, upstream)` gives."""

    @tf.custom_gradient
    def wrapped(x):
        return function(x), lambda upstream: gradient(x, upstream)

    return wrapped


def slope(x):
    return 1.0 - tf.tanh(x) ** 2


TANH = {
    "corrected": lambda x, up: up * slope(x),
    "wrong sign": lambda x, up: -up * slope(x),
    "missing factor": lambda x, up: up,
    "factor 1.001": lambda x, up: 1.001 * up * slope(x),
    "factor 1.0001": lambda x, up: 1.0001 * up * slope(x),
    "dropped term": lambda x, up: up * (1.0 - tf.abs(tf.tanh(x))),
    "blocked path": lambda x, up: tf.zeros_like(up),
    "wrong only for negative inputs": lambda x, up: tf.where(x < 0, 1.0001 * up, up) * slope(x),
}
"""Gradients of `tanh`; the smallest errors are 1e-4 of the entries that are wrong."""


class Elementwise(L.Layer):
    def __init__(self, gradient, **kwargs):
        super().__init__(**kwargs)
        self.function = with_gradient(tf.tanh, TANH[gradient])

    def call(self, x):
        return self.function(x)


class Product(L.Layer):
    """A square kernel whose gradient, or the gradient of whose input, may be wrong."""

    def __init__(self, to_kernel=lambda g: g, to_input=lambda g: g, **kwargs):
        super().__init__(**kwargs)
        self.to_kernel, self.to_input = to_kernel, to_input

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], shape[-1]), initializer="glorot_normal")

    def call(self, x):
        @tf.custom_gradient
        def product(x, kernel):
            def gradient(up):
                by_input = tf.matmul(up, kernel, transpose_b=True)
                return self.to_input(by_input), self.to_kernel(tf.matmul(x, up, transpose_a=True))

            return tf.matmul(x, kernel), gradient

        return product(x, self.kernel.value)


MAKES = {
    **{kind: lambda kind=kind: Elementwise(kind, name="culprit") for kind in TANH},
    "transposed": lambda: Product(to_kernel=tf.transpose, name="culprit"),
    "wrong only in the input gradient": lambda: Product(to_input=lambda g: 1.0001 * g, name="culprit"),
}
"""Layers that keep the last axis, by what is wrong with them."""
WRONG = [kind for kind in MAKES if kind != "corrected"]


class Cell(L.Layer):
    def __init__(self, inner):
        super().__init__(name="cell")
        self.state_size = self.units = 3
        self.dense, self.inner = L.Dense(3), inner

    def build(self, shape):
        self.dense.build((shape[0], shape[-1] + 3))
        self.inner.build((shape[0], 3))

    def call(self, x, states):
        state = self.inner(self.dense(tf.concat([x, states[0]], -1)))
        return state, [state]


class Block(L.Layer):
    def __init__(self, inner):
        super().__init__()
        self.first, self.inner = L.Dense(4, "elu"), inner

    def call(self, x):
        return x + self.inner(self.first(x))


class Deep(keras.Model):
    """A residual model with the layer in question three levels down."""

    def __init__(self, inner):
        super().__init__(name="deep")
        self.blocks = keras.Sequential([Block(inner), L.BatchNormalization()])
        self.head = L.Dense(1)

    def call(self, x):
        return self.head(self.blocks(x))


@pytest.mark.parametrize("kind", TANH)
def test_a_function_is_found_wrong_exactly_when_it_is(kind):
    function = with_gradient(tf.tanh, TANH[kind])
    found = [not check_gradients(function, real(seed, 8, 10), seed=seed).ok for seed in SEEDS]
    assert found == [kind != "corrected"] * len(SEEDS)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({}, None),
        ({"to_kernel": tf.transpose}, "product/"),
        ({"to_kernel": lambda g: 1.0001 * g}, "product/"),
        ({"to_input": lambda g: 1.0001 * g}, "input 0"),
        ({"to_input": lambda g: tf.reverse(g, [-1])}, "input 0"),
    ],
    ids=["corrected", "transposed", "kernel by 1.0001", "only in the input", "input reversed"],
)
def test_a_layer_is_wrong_in_the_part_that_is(wrong, part):
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        report = check_gradients(Product(**wrong), real(seed, 6, 4), seed=seed)
        found = {one.is_input for one in report.slopes if abs(one.analytic - one.numeric) > 2e-5 * one.scale}
        assert found == (set() if part is None else {part == "input 0"})
        assert report.ok == (part is None)


@pytest.mark.parametrize("factor", [1.0, 1.0001, -1.0])
def test_a_wrong_loss_is_found(factor):
    class Squared(keras.losses.Loss):
        def call(self, true, predicted):
            square = with_gradient(tf.square, lambda x, up: factor * 2 * x * up)
            return tf.reduce_mean(square(true - predicted), axis=-1)

    found = [not check_gradients(Squared(), real(s, 4, 3), real(s + 99, 4, 3), seed=s).ok for s in SEEDS]
    assert found == [factor != 1.0] * len(SEEDS)


def named(model, x, seed):
    """Return whether the gradient is right, and the last names of the layers that are wrong."""
    report = check_gradients(model, x, seed=seed)
    return report.ok, [one.layer.split("/")[-1] for one in report.wrong]


CONTAINERS = {
    "recurrent cell": (lambda inner: L.RNN(Cell(inner)), (16, 3, 3)),
    "subclassed model": (Deep, (16, 4)),
}
"""What is around a layer, and the shape of its inputs."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("container", CONTAINERS)
def test_of_two_twins_deep_inside_the_wrong_one_is_named(container, seed):
    around, shape = CONTAINERS[container]
    keras.utils.set_random_seed(seed)
    kind = WRONG[seed % len(WRONG)]
    assert named(around(MAKES[kind]()), real(seed, *shape), seed) == (False, ["culprit"])
    assert named(around(MAKES["corrected"]()), real(seed, *shape), seed) == (True, [])


def test_a_layer_that_is_wrong_only_in_a_later_step_is_named():
    class Running(Cell):
        """A running sum, and so positive first and negative last."""

        def call(self, x, states):
            state = x + states[0]
            return self.inner(state), [state]

    x = np.stack([np.ones((2, 3)), -2 * np.ones((2, 3))], axis=1).astype("float32")
    wrong = Elementwise("wrong only for negative inputs", name="culprit")
    assert named(L.RNN(Running(wrong)), x, 0) == (False, ["culprit"])
    assert named(L.RNN(Running(Elementwise("corrected"))), x, 0) == (True, [])


def test_a_recurrent_cell_that_is_wrong_by_itself_is_named():
    class Direct(L.SimpleRNNCell):
        def call(self, x, states, training=None):
            state, states = super().call(x, states)
            return with_gradient(tf.tanh, TANH["factor 1.0001"])(state), states

    assert named(L.RNN(Direct(3, name="direct")), real(0, 2, 3, 3), 0) == (False, ["direct"])


def test_the_message_names_part_and_layer():
    report = check_gradients(Deep(Elementwise("wrong sign", name="culprit")), real(0, 8, 4))
    with pytest.raises(AssertionError, match=r"wrong by itself: .*culprit"):
        report.assert_ok()


@pytest.mark.parametrize(("kind", "ok"), [(lambda x, up: 3 * x**2 * up, True), (None, False)])
def test_second_derivatives_are_checked_where_asked(kind, ok):
    def wrong(x, up):
        slope = with_gradient(lambda x: 3 * x**2, lambda x, up: 5 * x * up)
        return slope(x) * up

    cube = with_gradient(lambda x: x**3, kind or wrong)
    assert check_gradients(cube, real(0, 7)).ok
    assert check_gradients(cube, real(0, 7), order=2).ok == ok


@pytest.mark.parametrize(
    "kinked",
    [tf.abs, tf.nn.relu, lambda x: tf.reduce_max(x, -1), lambda x: tf.maximum(1 - x, 0.0), tf.nn.relu6],
)
@pytest.mark.parametrize("scale", [0.0, 1e-9, 1e-5, 1e-3, 1.0])
def test_a_kink_is_no_mismatch_even_where_every_value_sits_on_it(kinked, scale):
    for seed in range(3):
        assert check_gradients(kinked, scale * real(seed, 40, 50), seed=seed).ok


def test_a_straight_through_estimator_is_a_mismatch_with_its_ratio():
    through = with_gradient(tf.round, lambda _, up: up)
    report = check_gradients(through, 3 * real(0, 4, 5))
    assert not report.ok
    assert all(abs(one.numeric) < 1e-9 * abs(one.analytic) for one in report.slopes)
