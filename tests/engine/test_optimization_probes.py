"""Probes of gradients and rates against answers known by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from healthcheck.evidence import Skipped
from healthcheck.probes import curvature, gradient_noise, penalties, range_test, training, weights
from healthcheck.probes.bench import MAX_MEASURED, Bench
from healthcheck.remedies import DecayRate, WeakenPenalty
from healthcheck.subject import Examples, Subject

FAR = float("inf")
layers = keras.layers


def bench_of(model, x, y, batch_size=8, epochs=4):
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    steps = -(-len(x) // batch_size)
    return Bench(Subject("model", model, Examples(x, y), batch_size, epochs, steps), 0, FAR)


def compiled(*stack, inputs=2, optimizer=None, loss="mse"):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((inputs,)), *stack])
    model.compile(optimizer or keras.optimizers.SGD(0.01), loss)
    return model


def line(count=32, inputs=2):
    x = np.random.default_rng(0).normal(size=(count, inputs)).astype("float32")
    return x, x.sum(axis=1, keepdims=True)


def looked_at(model, x, y, **plan):
    bench = bench_of(model, x, y, **plan)
    trained, run = training.probe(bench)
    measured = weights.probe(bench, run, trained.measured_steps)
    return {weight.variable.split("/", 1)[-1]: weight for weight in measured.weights}, measured


def test_a_weight_behind_rounding_is_not_connected_and_changes_the_loss():
    model = compiled(layers.Dense(8), layers.Lambda(lambda h: keras.ops.round(8 * h)), layers.Dense(1))
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        found, measured = looked_at(model, *line())
    assert (measured.updates, measured.batches, measured.rate) == (16, 11, pytest.approx(0.01))
    kernel, last = (found[name] for name in found if name.endswith("kernel"))
    assert (kernel.asked, kernel.connected, kernel.moved) == (True, False, False)
    assert kernel.on_loss > 0
    assert (last.connected, last.moved) == (True, True)
    assert last.gradient > 0


def test_the_recurrent_kernel_of_a_single_step_has_a_gradient_of_zero_and_no_influence():
    model = compiled(layers.Reshape((1, 2)), layers.SimpleRNN(3), layers.Dense(1))
    found, _ = looked_at(model, *line())
    recurrent = next(found[name] for name in found if name.endswith("recurrent_kernel"))
    assert (recurrent.connected, recurrent.gradient) == (True, 0.0)
    assert (recurrent.on_loss, recurrent.on_predictions) == (0.0, 0.0)


class Halved(keras.Model):
    """Has a layer that it never calls, and one that its training step leaves alone."""

    def __init__(self):
        super().__init__()
        self.used, self.idle, self.left = (layers.Dense(1) for _ in range(3))
        for layer in (self.used, self.idle, self.left):
            layer.build((None, 2))

    def call(self, x):
        return self.used(x) + self.left(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        variables = self.used.trainable_variables + self.idle.trainable_variables
        gradients = tape.gradient(loss, variables)
        self.optimizer.apply(gradients, variables)
        return {"loss": loss}


def test_what_is_never_called_is_told_from_what_the_training_step_leaves_alone():
    model = Halved()
    model(np.zeros((1, 2)))
    model.compile(keras.optimizers.SGD(0.01), "mse")
    model.optimizer.build(model.used.trainable_variables + model.idle.trainable_variables)
    bench = bench_of(model, *line())
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        run = bench.train(0, measured=MAX_MEASURED)
    measured = weights.probe(bench, run, np.arange(run.steps)).weights
    used, idle, left = (next(w for w in measured if w.layer == one.path) for one in model.layers)
    assert (used.asked, used.connected) == (True, True)
    assert (idle.asked, idle.connected, idle.spare) == (True, False, False)
    assert (idle.on_loss, idle.on_predictions) == (0.0, 0.0)
    assert not left.asked


def test_growth_is_the_norm_at_the_end_over_the_norm_at_the_start():
    model = compiled(layers.Dense(1, use_bias=False, kernel_initializer="ones"))
    x, y = np.eye(2, dtype="float32"), np.full((2, 1), 11.0, "float32")
    found, _ = looked_at(model, x, y, batch_size=2, epochs=100)
    # Each step takes w - 11 to 0.99 of itself; the first norm is measured after one step.
    ends = [11 - 10 * 0.99**steps for steps in (1, 100, 80)]
    [kernel] = found.values()
    assert kernel.start == pytest.approx(1 / np.sqrt(2 / 3))
    assert kernel.growth == pytest.approx(ends[1] / ends[0], rel=1e-4)
    assert kernel.late_growth == pytest.approx(ends[1] / ends[2], rel=0.01)


def test_the_largest_curvature_of_a_line_is_that_of_its_inputs():
    x, y = line(32, 5)
    bench = bench_of(compiled(layers.Dense(1), inputs=5), x, y)
    value, residual = curvature.largest_eigenvalue(bench)
    ones = np.concatenate([x, np.ones((32, 1))], axis=1)
    expected = np.linalg.eigvalsh(2 / 32 * ones.T @ ones)[-1]
    assert value == pytest.approx(expected, rel=1e-3)
    assert residual <= 1e-2 * value


def test_momentum_doubles_the_stable_rate_at_most():
    x, y = line()
    plain = curvature.probe(bench_of(compiled(layers.Dense(1)), x, y), allowed=100)
    optimizer = keras.optimizers.SGD(0.01, momentum=0.5)
    heavy = curvature.probe(bench_of(compiled(layers.Dense(1), optimizer=optimizer), x, y), allowed=100)
    assert plain.stable_rate == pytest.approx(2 / plain.largest_eigenvalue)
    assert heavy.stable_rate == pytest.approx(1.5 * plain.stable_rate, rel=1e-3)
    assert plain.rate == pytest.approx(0.01)


def test_without_cause_and_for_adam_the_curvature_is_not_measured():
    x, y = line()
    adam = bench_of(compiled(layers.Dense(1), optimizer=keras.optimizers.Adam(0.01)), x, y)
    sgd = bench_of(compiled(layers.Dense(1)), x, y)
    assert np.isnan(curvature.probe(adam, allowed=100).largest_eigenvalue)
    assert np.isnan(curvature.probe(sgd, allowed=99).largest_eigenvalue)


def test_a_range_test_falls_to_where_the_curvature_says_and_then_rises():
    x = np.ones((64, 1), "float32")
    model = compiled(layers.Dense(1, use_bias=False, kernel_initializer="zeros"), inputs=1)
    # The loss is (w - 1)², of curvature 2: one step at a rate of 0.5 lands in the minimum, beyond 1 it diverges.
    measured = range_test.probe(bench_of(model, x, x), allowed=72)
    assert measured.rate == pytest.approx(0.01)
    assert measured.losses[0] == 1.0
    lowest = measured.rates[measured.losses.argmin()]
    assert 0.1 < lowest < 2.0
    assert measured.losses[-1] > 4.0
    assert measured.rates[-1] > 1.0


def test_a_range_test_needs_a_rate_and_as_many_steps_as_it_takes():
    x, y = line()
    bench = bench_of(compiled(layers.Dense(1)), x, y)
    assert len(range_test.probe(bench, allowed=71).rates) == 0
    assert len(range_test.probe(bench, allowed=72).rates) > 0
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    bench = bench_of(compiled(layers.Dense(1), optimizer=keras.optimizers.SGD(schedule)), x, y)
    assert len(range_test.probe(bench, allowed=72).rates) == 0


def test_the_noise_scale_of_a_known_gradient_is_found():
    random = np.random.default_rng(0)
    mean, std, parts = 0.5, 2.0, 50
    norms = [
        np.sum((mean + std * random.normal(size=(2000, parts)) / np.sqrt(size)) ** 2, axis=1)
        for size in (4, 32)
    ]
    found = gradient_noise.noise_scale(*norms, (4, 32), 0)
    assert found.scale == pytest.approx(std**2 / mean**2, rel=0.1)
    assert found.low < 16.0 < found.high


def test_examples_that_are_all_alike_have_no_noise():
    x, y = np.ones((64, 2), "float32"), np.ones((64, 1), "float32")
    measured = gradient_noise.probe(bench_of(compiled(layers.Dense(1)), x, y), 480)
    assert measured.batches == gradient_noise.BATCHES
    assert measured.start.scale == pytest.approx(0.0, abs=1e-4)


def test_few_examples_or_a_short_training_leave_the_noise_unknown():
    x, y = line(32)
    few = gradient_noise.probe(bench_of(compiled(layers.Dense(1)), x, y), 480)
    assert few == Skipped("32 examples; 64 are needed", inconclusive=True)
    short = gradient_noise.probe(bench_of(compiled(layers.Dense(1)), *line(64)), 159)
    assert short == Skipped("159 steps of training; 160 are needed", inconclusive=True)


def test_penalties_and_their_pull_are_those_computed_by_hand():
    regularizer = keras.regularizers.L2(0.5)
    model = compiled(
        layers.Dense(1, use_bias=False, kernel_initializer="ones", kernel_regularizer=regularizer)
    )
    x, y = np.eye(2, dtype="float32"), np.zeros((2, 1), "float32")
    measured = penalties.probe(bench_of(model, x, y, batch_size=2))
    # Loss (1 + 1) / 2 with the gradient (1, 1), penalty 0.5 (1 + 1) with the gradient (1, 1).
    assert (measured.loss, measured.penalty) == (pytest.approx(1.0), pytest.approx(1.0))
    [one] = measured.weights
    assert one.penalty_gradient == pytest.approx(np.sqrt(2))
    assert one.loss_gradient == pytest.approx(np.sqrt(2))


def test_a_model_without_regularizers_has_no_penalties():
    assert isinstance(penalties.probe(bench_of(compiled(layers.Dense(1)), *line())), Skipped)


def test_a_weaker_penalty_is_weaker_and_given_back():
    regularizer = keras.regularizers.L2(0.5)
    model = compiled(layers.Dense(1, kernel_regularizer=regularizer))
    bench = bench_of(model, *line())
    whole = float(model.losses[0])
    with WeakenPenalty(0.1).applied(bench.subject) as subject:
        assert float(subject.model.losses[0]) == pytest.approx(0.1 * whole)
    assert float(model.losses[0]) == whole
    assert model.layers[0].kernel.regularizer is regularizer
    with WeakenPenalty(0.1).applied(bench_of(compiled(layers.Dense(1)), *line()).subject) as nothing:
        assert nothing is None


def test_a_decaying_rate_ends_near_zero_and_is_given_back():
    bench = bench_of(compiled(layers.Dense(1)), *line(), epochs=10)
    with DecayRate(0.01, "SGD").applied(bench.subject) as subject:
        twin = bench.twin(subject, bench.traced)
        twin.train(0)
        last = 0.01 * 0.5 * (1 + np.cos(0.9 * np.pi))
        assert float(subject.model.optimizer.learning_rate) == pytest.approx(last)
    assert bench.subject.callbacks == ()
