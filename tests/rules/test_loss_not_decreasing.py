from math import inf, nan

import pytest

from healthcheck.evidence import NonFinite
from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, training
from healthcheck_rules.learning.loss_not_decreasing import LossNotDecreasing


def test_a_loss_that_stays_is_found():
    [finding] = findings(LossNotDecreasing(), training(loss=[1.5] * 41))
    assert finding.message == "the loss fell by 0.0%, from 1.5 to 1.5 in 1,280 steps"
    assert (finding.measured, finding.limit) == (0.0, 0.02)
    assert (finding.place, finding.remedy) == ("fit", None)


def test_a_loss_that_rises_is_said_to_rise():
    [finding] = findings(LossNotDecreasing(), training(loss=[1.0, 2.0]))
    assert finding.message.startswith("the loss rose by 100.0%, from 1 to 2")


def test_a_loss_that_falls_is_healthy():
    assert findings(LossNotDecreasing(), training()) == []


def test_the_decrease_may_be_as_small_as_the_limit_and_no_smaller():
    rule = LossNotDecreasing(min_decrease=0.25)
    assert findings(rule, training(loss=[4.0, 3.0])) == []
    assert len(findings(rule, training(loss=[4.0, 3.01]))) == 1


def test_a_negative_loss_that_falls_is_healthy():
    assert findings(LossNotDecreasing(), training(loss=[-1.0, -2.0])) == []


def test_a_training_that_starts_well_and_stays_well_is_left_alone():
    assert findings(LossNotDecreasing(), training(loss=[0.5, 0.5])) == []
    assert findings(LossNotDecreasing(), training(loss=[0.51, 0.51])) != []


@pytest.mark.parametrize(("loss", "claim"), [(1.0, Claim.HARM), (0.9, Claim.ADVICE)])
def test_it_is_a_fact_only_when_a_constant_does_as_well(loss, claim):
    assert findings(LossNotDecreasing(), training(loss=[loss, loss]))[0].claim is claim


@pytest.mark.parametrize("constant", [nan, 0.0])
def test_without_a_baseline_it_is_advice(constant):
    stuck = training(loss=[1.0, 1.0], constant_loss=constant)
    assert findings(LossNotDecreasing(), stuck)[0].claim is Claim.ADVICE


@pytest.mark.parametrize("last", [nan, inf])
def test_a_loss_that_ends_beyond_all_numbers_is_a_fact(last):
    assert findings(LossNotDecreasing(), training(loss=[1.0, last]))[0].claim is Claim.HARM


def test_a_loss_that_starts_beyond_all_numbers_is_judged_by_its_skill():
    assert findings(LossNotDecreasing(), training(loss=[nan, 0.1])) == []
    assert len(findings(LossNotDecreasing(), training(loss=[nan, 0.9]))) == 1


def test_too_few_steps_are_inconclusive():
    assert ask(LossNotDecreasing(), training(steps=19)) == Inconclusive("19 steps; 20 are needed")
    assert findings(LossNotDecreasing(), training(steps=20)) == []
    broken = training(loss=[1.0, nan], steps=1, non_finite=NonFinite("loss", None, 0))
    assert findings(LossNotDecreasing(), broken) != []


def test_the_limits_can_be_set():
    assert findings(LossNotDecreasing(min_skill=0.05), training(loss=[0.9, 0.9])) == []
    assert findings(LossNotDecreasing(min_steps=5), training(steps=5)) == []
