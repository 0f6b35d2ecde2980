from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from healthcheck.evidence import NonFinite
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, structure, training
from healthcheck_rules.optimization.learning_rate_too_high import LearningRateTooHigh

RULE = LearningRateTooHigh()


@pytest.mark.parametrize(
    ("sick", "message", "measured", "limit"),
    [
        (training(loss=[1.0, 0.25, 0.5]), "the loss ended 25% of L* above its best", 0.25, 0.2),
        (training(loss=[1.0, 1.0]), "the training ended with a skill of 0", 0.0, 0.05),
        (training(update_ratio=0.75), "updates change weights by 75% of their size (median)", 0.75, 0.5),
        (
            training(non_finite=NonFinite("loss", None, 9), steps=10),
            "the loss was no longer finite after 10 steps",
            inf,
            0.2,
        ),
    ],
)
def test_a_training_that_went_wrong_in_the_way_of_a_high_rate_is_found(sick, message, measured, limit):
    [finding] = findings(RULE, sick)
    assert (finding.message, finding.measured, finding.limit) == (message, measured, limit)
    assert (finding.place, finding.claim) == ("compile", Claim.SYMPTOM)
    assert finding.remedy == ScaleLearningRate(0.1, 0.001, "Adam")


def test_a_training_that_settles_is_healthy():
    assert findings(RULE, training()) == []


@pytest.mark.parametrize(
    ("rule", "at", "beyond"),
    [
        (
            LearningRateTooHigh(max_rebound=0.25),
            training(loss=[1.0, 0.25, 0.5]),
            training(loss=[1.0, 0.25, 0.51]),
        ),
        (LearningRateTooHigh(min_skill=0.25), training(loss=[1.0, 0.75]), training(loss=[1.0, 0.76])),
        (RULE, training(update_ratio=0.5), training(update_ratio=0.51)),
    ],
)
def test_every_limit_may_be_reached_and_not_passed(rule, at, beyond):
    assert findings(rule, at) == []
    assert len(findings(rule, beyond)) == 1


def test_the_median_over_the_steps_counts_and_the_worst_kernel():
    one_jump = training(update_ratio=[[0.01, 100.0]] + [[0.01, 0.01]] * 19)
    assert findings(RULE, one_jump) == []
    assert len(findings(RULE, training(update_ratio=[[0.01, 0.9]] * 20))) == 1


@pytest.mark.parametrize("loss", [[1.0, nan], [1.0, inf], [nan, 0.1], [1.0, nan, 0.1]])
def test_a_loss_that_is_not_finite_is_found(loss):
    assert len(findings(RULE, training(loss=loss))) == 1


def test_an_update_that_is_not_a_number_is_found():
    assert len(findings(RULE, training(update_ratio=nan))) == 1


def test_a_kernel_that_stays_at_zero_has_no_update():
    stuck = training(update_ratio=nan)
    assert findings(RULE, replace(stuck, weight_std=np.zeros_like(stuck.weight_std))) == []


@pytest.mark.parametrize("constant", [nan, 0.0, -1.0])
def test_without_a_positive_baseline_it_is_inconclusive(constant):
    assert isinstance(ask(RULE, training(constant_loss=constant)), Inconclusive)


def test_a_rate_of_zero_is_not_judged():
    assert ask(RULE, structure(learning_rate=0.0)) == Skip("the learning rate is zero")


def test_a_schedule_is_judged_like_a_rate():
    assert len(findings(RULE, structure(learning_rate=nan), training(loss=[1.0, 1.0]))) == 1


def test_the_limits_can_be_set():
    assert findings(LearningRateTooHigh(max_rebound=0.5), training(loss=[1.0, 0.25, 0.5])) == []
    assert findings(LearningRateTooHigh(max_update_ratio=1.0), training(update_ratio=0.75)) == []
    [finding] = findings(LearningRateTooHigh(factor=0.5), training(loss=[1.0, 1.0]))
    assert finding.remedy == ScaleLearningRate(0.5, 0.001, "Adam")


def test_a_training_that_the_budget_cut_is_inconclusive_while_its_loss_is_finite():
    cut = training(loss=[1.0, 1.0], planned_steps=10_000)
    assert isinstance(ask(LearningRateTooHigh(), cut), Inconclusive)
