"""The search for what mends a training, on models where the answer is known."""

import numpy as np
import pytest

from healthcheck.experiments import Experiments, gain_with_interval
from healthcheck.probes import training
from healthcheck.probes.bench import Bench
from healthcheck.remedies import Combined, ReluActivation, ScaleLearningRate, StandardizeInputs, TrainLonger
from healthcheck.rule import Claim, Finding
from healthcheck.testing import made
from healthcheck.trials import tried

TOO_SLOW = ScaleLearningRate(10.0, 1e-4, "SGD")
INPUTS = StandardizeInputs()
# Raw columns of very different scale, and a rate that suits neither raw nor standardized ones.
SCRIPT = """
    x = random.normal(size=(128, 2)) * [1.0, 30.0] + [0.0, 100.0]
    y = x[:, 0] + (x[:, 1] - 100.0) / 30.0
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(RATE), "mse")
    model.fit(x, y, epochs=20, batch_size=32)
"""


def experiments_of(capture, rate):
    ((subject,), _, _) = capture(SCRIPT.replace("RATE", str(rate)))
    bench = Bench(subject, 0, float("inf"))
    _, run = training.probe(bench)
    return Experiments(bench, run, 0.1, 2)


def searched(experiments, *remedies):
    found = [("rule", "data", Finding("ill", claim=Claim.SYMPTOM, remedy=remedy)) for remedy in remedies]
    return tried(found, experiments, lambda _: None)


def test_a_remedy_that_helps_enough_alone_is_not_combined(capture):
    trials = searched(experiments_of(capture, 0.1), INPUTS, TOO_SLOW)
    assert trials[INPUTS].remedy == INPUTS
    assert trials[INPUTS].experiment.skill_after > 0.9
    assert not trials[TOO_SLOW].experiment.helped


def test_two_remedies_that_help_only_together_are_found_and_told_of_both(capture):
    trials = searched(experiments_of(capture, 1e-4), INPUTS, TOO_SLOW)
    assert trials[INPUTS] == trials[TOO_SLOW]
    both = trials[INPUTS]
    assert isinstance(both.remedy, Combined)
    assert [type(part) for part in both.remedy.parts] == [StandardizeInputs, ScaleLearningRate]
    assert both.experiment.helped
    assert both.experiment.better_on == 2


def test_what_is_added_to_a_remedy_that_helps_a_little_is_told_of_that_one_as_well(capture):
    trials = searched(experiments_of(capture, 1e-3), INPUTS, TOO_SLOW)
    assert trials[INPUTS] == trials[TOO_SLOW]
    assert isinstance(trials[INPUTS].remedy, Combined)
    assert trials[INPUTS].experiment.skill_after > 0.9


def test_a_combination_says_all_that_is_to_be_done_and_is_traced_for_what_needs_it():
    relu = ReluActivation(("hidden",))
    both = Combined((relu, TOO_SLOW))
    assert both.name == f"{relu.name}, and {TOO_SLOW.name}"
    assert both.code == f"{relu.code}\n{TOO_SLOW.code}"
    assert (both.retracing, both.changes_loss) == ((relu,), False)
    assert Combined((INPUTS, TOO_SLOW)).retracing == ()


def test_the_training_with_a_remedy_is_described_as_the_untreated_one_is(capture):
    experiments = experiments_of(capture, 0.1)
    searched(experiments, INPUTS)
    remedied = experiments.remedied(INPUTS)
    assert remedied.loss[-1] < 0.1 * remedied.constant_loss
    assert remedied.gradient_norm.shape == (60, 1)
    assert remedied.steps == 80
    assert experiments.remedied(TOO_SLOW) is None


def test_a_longer_training_takes_as_many_times_the_steps_and_is_compared_with_the_plan(capture):
    longer = TrainLonger(4, 20)
    experiments = experiments_of(capture, 1e-5)
    experiment = experiments.try_remedy(longer)
    assert (experiment.steps, experiments.remedied(longer).steps) == (80, 320)
    assert Combined((longer, TOO_SLOW)).lengthens == 4


def test_the_interval_of_a_gain_is_students():
    gain, low, high = gain_with_interval([0.1, 0.2, 0.3])
    # Standard error 0.1 / sqrt(3); the 97.5 % quantile of t with 2 degrees of freedom is 4.30265.
    assert (gain, high - gain) == (pytest.approx(0.2), pytest.approx(4.30265 * 0.1 / np.sqrt(3)))
    assert low == pytest.approx(2 * gain - high)


@pytest.mark.parametrize("gains", [[0.5], [float("inf"), 0.5]])
def test_a_single_pair_and_an_infinite_gain_have_no_interval(gains):
    assert gain_with_interval(gains)[1:] == (None, None)


def test_no_higher_rate_is_tried_once_one_has_done_clear_harm():
    rate = ScaleLearningRate(10.0, 0.01, "SGD")
    assert not rate.is_spent(0.3, 0.26, None)
    assert rate.is_spent(0.3, 0.24, None)
    assert rate.is_spent(0.3, float("-inf"), None)
    assert rate.is_spent(0.3, float("nan"), None)


def test_no_lower_rate_is_tried_once_one_moves_no_weight():
    rate = ScaleLearningRate(0.1, 0.01, "SGD")
    share = 0.02 / made.training().steps  # of its norm, in each step
    assert not rate.is_spent(0.3, -5.0, made.training(update_ratio=[0.0, 1.01 * share]))
    assert rate.is_spent(0.3, 0.3, made.training(update_ratio=[0.0, 0.99 * share]))
    assert not rate.is_spent(0.3, float("-inf"), None)


def test_a_dose_goes_up_to_a_hundred_thousand_in_all():
    doses = {True: [ScaleLearningRate(10.0, 1.0, "SGD")], False: [ScaleLearningRate(0.1, 1.0, "SGD")]}
    for tried_before in doses.values():
        while stronger := tried_before[-1].stronger():
            tried_before.append(stronger)
    assert [len(tried_before) for tried_before in doses.values()] == [5, 5]
