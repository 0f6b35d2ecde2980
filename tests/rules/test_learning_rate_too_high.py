from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from healthcheck.evidence import NonFinite
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, curvature, findings, range_test, structure, training
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


def test_a_loss_that_settles_while_much_of_it_is_left_is_a_mere_suspicion():
    settled = training(loss=[1.0, 0.5, *[0.21] * 9])
    [finding] = findings(RULE, settled)
    assert (finding.message, finding.limit) == ("the loss has settled at a skill of 0.79", 0.8)
    assert (finding.claim, finding.remedy) == (Claim.SUSPICION, ScaleLearningRate(0.1, 0.001, "Adam"))
    assert findings(RULE, training(loss=[1.0, 0.5, *[0.2] * 9])) == []
    assert findings(RULE, replace(settled, steps=99, planned_steps=99)) == []
    assert findings(LearningRateTooHigh(max_settled_skill=0.7), settled) == []


def test_little_skill_is_a_mere_suspicion_though_the_loss_still_falls():
    falling = training(loss=np.linspace(1.0, 0.51, 11))
    [finding] = findings(RULE, falling)
    assert (finding.message, finding.limit) == ("the training ended with a skill of only 0.49", 0.5)
    assert finding.claim is Claim.SUSPICION
    assert findings(RULE, replace(falling, steps=99, planned_steps=99)) == []
    assert findings(RULE, training(loss=np.linspace(1.0, 0.5, 11))) == []
    assert findings(LearningRateTooHigh(max_low_skill=0.4), falling) == []


def test_a_loss_that_still_falls_has_not_settled():
    still_falling = training(loss=np.linspace(1.0, 0.5, 11))
    assert findings(RULE, still_falling) == []
    assert findings(LearningRateTooHigh(max_late_progress=0.4), still_falling) != []


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


@pytest.mark.parametrize("loss", [[1.0, nan], [1.0, inf], [1.0, nan, 0.1]])
def test_a_loss_that_is_not_finite_is_found(loss):
    assert len(findings(RULE, training(loss=loss))) == 1


def test_a_loss_that_was_not_finite_before_the_first_update_is_not_the_rates_fault():
    assert isinstance(ask(RULE, training(loss=[nan, 0.1])), Inconclusive)


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


STUCK = training(loss=[1.0, 1.0])
SAID = "the training ended with a skill of 0"


def test_what_the_start_bears_is_said_where_the_rate_is_above_it():
    [finding] = findings(RULE, STUCK, curvature(stable_rate=0.05, rate=1.0))
    assert finding.message == (
        f"{SAID}; at the start SGD is stable up to a rate of 0.05 (largest Hessian eigenvalue 40)"
    )
    [finding] = findings(RULE, STUCK, range_test(falls_up_to=0.01, rate=1.0))
    assert finding.message == f"{SAID}; in a range test the loss falls up to a rate of 0.01 and rises beyond"


def test_what_the_start_bears_is_no_finding_by_itself():
    assert findings(RULE, range_test(falls_up_to=1e-5), curvature(stable_rate=1e-5, rate=1.0)) == []


@pytest.mark.parametrize(
    "measured",
    [
        curvature(stable_rate=1.0, rate=0.5),
        curvature(),
        range_test(falls_up_to=0.01, rate=0.001),
        range_test(falls_up_to=100.0, rate=0.001),
        replace(range_test(), rates=np.zeros(0), losses=np.zeros(0)),
        replace(range_test(falls_up_to=1e-5), losses=np.full(73, nan)),
    ],
    ids=["stable", "not SGD", "falls at the rate", "falls throughout", "not measured", "not a number"],
)
def test_nothing_is_said_of_a_start_that_bears_the_rate(measured):
    assert [one.message for one in findings(RULE, STUCK, measured)] == [SAID]


def test_a_range_test_that_ends_in_infinity_still_shows_where_the_loss_fell():
    measured = range_test(falls_up_to=0.01, rate=1.0)
    losses = measured.losses.copy()
    losses[-1] = inf
    [finding] = findings(RULE, STUCK, replace(measured, losses=losses))
    assert "up to a rate of 0.01" in finding.message
