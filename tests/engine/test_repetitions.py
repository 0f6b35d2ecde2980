"""Both modes, the steps, and trainings from other seeds, on models whose answer is known by hand."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from healthcheck.evidence import Skipped, reached
from healthcheck.experiments import Experiments
from healthcheck.probes import modes, oscillation, restarts, training
from healthcheck.probes.bench import Bench
from healthcheck.subject import Examples, Subject
from healthcheck.testing import training as made_up

layers = keras.layers
X = np.random.default_rng(0).normal(5.0, 2.0, size=(64, 1)).astype("float32")
BAD = made_up(loss=[9.0, 9.0], training_loss=1.0)


def bench_of(layer, y, x=X, batch_size=64, epochs=1, rate=0.01):
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(rate), "mse")
    model.optimizer.build(model.trainable_variables)
    steps = -(-len(x) // batch_size)
    return Bench(Subject("model", model, Examples(x, y), batch_size, epochs, steps), 0, float("inf"))


class Doubling(layers.Layer):
    def call(self, x, training=False):
        return 2.0 * x if training else x


def test_a_layer_that_doubles_in_training_mode_only_is_worse_by_the_square_of_its_input():
    found = modes.probe(bench_of(Doubling(), 2.0 * X, batch_size=16), BAD)
    assert (found.batches, found.training) == (4, 0.0)
    assert found.inference == pytest.approx(np.mean(X**2), rel=1e-5)
    assert found.noise == pytest.approx(np.std([np.mean(X**2)] * 4), abs=5.0)
    assert np.isnan(found.recalibrated)


def test_statistics_taken_anew_give_the_loss_of_training_mode():
    layer = layers.BatchNormalization()
    found = modes.probe(bench_of(layer, (X - X.mean()) / X.std()), BAD)
    assert found.training == pytest.approx(0.0, abs=1e-4)
    assert found.recalibrated == pytest.approx(found.training, abs=1e-5)
    assert found.inference > 10.0
    assert layer.momentum == 0.99


def test_a_training_that_is_as_good_in_inference_mode_needs_no_second_look():
    found = modes.probe(bench_of(Doubling(), X), made_up(loss=[9.0, 1.1], training_loss=1.0))
    assert (found.batches, found.training, found.inference) == (0, 1.0, 1.1)


def test_an_alternating_loss_goes_back_on_every_step():
    residual = oscillation.around_trend(np.tile([1.0, -1.0], 50) + np.arange(100))
    assert residual.mean() == pytest.approx(0.0, abs=1e-9)
    assert oscillation.lag_one(residual) == pytest.approx(-0.99, abs=0.01)


def test_a_straight_line_has_no_residual():
    residual = oscillation.around_trend(3.0 - 0.5 * np.arange(20))
    assert np.abs(residual).max() < 1e-12
    assert oscillation.lag_one(np.zeros(5)) == 0.0


def test_losses_that_are_not_finite_have_no_residual():
    assert np.isnan(oscillation.around_trend(np.array([1.0, np.nan, 2.0]))).all()


def test_whole_batches_do_not_differ_and_single_examples_do():
    y = np.tile([[0.0], [2.0]], (32, 1)).astype("float32")
    zero = layers.Dense(1, kernel_initializer="zeros")
    assert oscillation.batch_noise(bench_of(zero, y)) == pytest.approx(0.0, abs=1e-6)
    # The loss of one example is 0 or 4, so its standard deviation is 2.
    zero = layers.Dense(1, kernel_initializer="zeros")
    assert oscillation.batch_noise(bench_of(zero, y, batch_size=1)) == pytest.approx(2.0, rel=0.25)


def test_a_rate_beyond_what_a_parabola_bears_is_seen_to_oscillate():
    # The loss is (w - 1)^2 with slope 2 (w - 1): every step of rate 0.9 leaves -0.8 of the distance.
    x = np.ones((8, 1), "float32")
    bench = bench_of(
        layers.Dense(1, use_bias=False, kernel_initializer="zeros"), x, x, batch_size=8, epochs=8, rate=0.9
    )
    measured, run = training.probe(bench)
    assert measured.step_losses[:3] == pytest.approx([1.0, 0.64, 0.64**2])
    assert oscillation.probe(bench, measured).steps == 4
    assert run.steps == 8


def linear(epochs=100, seeds=3, noise=0.0, rate=0.02):
    x = (X - 5.0) / 2.0
    y = x + noise * np.random.default_rng(1).normal(size=x.shape).astype("float32")
    bench = bench_of(layers.Dense(1), y, x, batch_size=16, epochs=epochs, rate=rate)
    measured, run = training.probe(bench)
    return measured, Experiments(bench, run, 1.0, seeds)


def test_a_linear_model_reaches_the_same_from_every_seed():
    measured, experiments = linear()
    found = restarts.restarts(experiments, measured)
    assert found.seeds == (0, 1, 2)
    assert found.skills == pytest.approx([1.0] * 3, abs=0.01)
    assert found.skills[0] == pytest.approx(reached(measured))
    assert all(experiments.has_untreated(index) for index in range(3))


def test_one_seed_gives_nothing_to_compare():
    measured, experiments = linear(epochs=2, seeds=1)
    assert isinstance(restarts.restarts(experiments, measured), Skipped)


def test_repetitions_that_do_not_fit_into_the_budget_are_not_begun():
    measured, experiments = linear(epochs=2)
    experiments.bench.deadline = 0.0
    refused = restarts.restarts(experiments, measured)
    assert refused.reason == "2 more trainings of this length are more than is spent on one rule"
    assert restarts.zeroed_inputs(experiments, measured, enough=2.0).untried.startswith("5 more trainings")


def test_a_long_training_is_not_repeated_however_fast_the_machine():
    measured, experiments = linear(epochs=2)
    long = replace(measured, steps=10_000, planned_steps=10_000)
    assert restarts.restarts(experiments, long).inconclusive


def test_a_model_that_learned_is_not_compared_with_zeros():
    measured, experiments = linear()
    assert restarts.zeroed_inputs(experiments, measured).implied


def test_on_zeros_only_the_mean_can_be_learned():
    measured, experiments = linear()
    found = restarts.zeroed_inputs(experiments, measured, enough=2.0)
    assert found.real == pytest.approx([0.0] * 3, abs=0.01)
    assert found.zeroed == pytest.approx([measured.constant_loss] * 3, rel=0.02)
    assert found.start == measured.loss[0]
