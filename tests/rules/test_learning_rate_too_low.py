from math import inf, nan

import numpy as np
import pytest

from healthcheck.evidence import NonFinite
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, structure, training
from healthcheck_rules.optimization.learning_rate_too_low import LearningRateTooLow

RULE = LearningRateTooLow()


def falling(last, **given):
    """Fall from 1 to `last` in a straight line."""
    return training(loss=list(np.linspace(1.0, last, 21)), **given)


def test_a_training_that_ends_on_its_way_is_found():
    [finding] = findings(RULE, falling(0.95))
    assert finding.message == "the planned training ends with a skill of 0.05, the loss still falling"
    assert (finding.measured, finding.limit) == (pytest.approx(0.05), 0.5)
    assert finding.place == "compile"
    assert finding.remedy == ScaleLearningRate(10.0, 0.001, "Adam")


def test_a_short_training_says_nothing_about_the_rate():
    short = training(loss=[1.0, 0.95, 0.9])
    assert isinstance(ask(RULE, short), Inconclusive)
    assert len(findings(LearningRateTooLow(min_steps=short.planned_steps), short)) == 1


def test_a_training_that_has_learned_is_healthy_even_if_it_still_falls():
    assert findings(RULE, training()) == []
    assert findings(RULE, falling(0.1)) == []


def test_a_training_that_has_settled_is_healthy():
    assert findings(RULE, training(loss=[1.0, 0.9] + [0.8] * 19)) == []
    assert findings(RULE, training(loss=[0.8, 0.9, 1.0])) == []


def test_a_training_without_skill_may_be_stuck_on_a_plateau():
    [finding] = findings(RULE, training(loss=[1.2] + [1.0] * 20))
    assert finding.message == "the planned training ends with a skill of 0, on a plateau"


def test_the_skill_may_be_as_small_as_the_limit_and_no_smaller():
    assert findings(RULE, falling(0.5)) == []
    assert len(findings(RULE, falling(0.51))) == 1


@pytest.mark.parametrize(("skill", "claim"), [(0.25, Claim.ADVICE), (0.24, Claim.SYMPTOM)])
def test_only_a_training_that_learned_hardly_anything_can_fail(skill, claim):
    assert findings(LearningRateTooLow(min_skill_certain=0.25), falling(1 - skill))[0].claim is claim


def test_the_progress_of_the_last_fifth_may_be_as_small_as_the_limit_and_no_smaller():
    a_quarter = training(loss=[1.0, 0.75, 0.75, 0.625, 0.5])
    assert len(findings(LearningRateTooLow(min_skill=0.9, min_progress=0.25, min_steps=1), a_quarter)) == 1
    assert findings(LearningRateTooLow(min_skill=0.9, min_progress=0.26), a_quarter) == []


@pytest.mark.parametrize("loss", [[1.0, 0.9, nan], [nan, 0.9, 0.8], [1.0, nan, 0.8], [inf, 0.9, 0.8]])
def test_a_loss_that_is_not_finite_is_inconclusive(loss):
    assert ask(RULE, training(loss=loss)) == Inconclusive("the loss did not stay finite")


def test_a_training_that_broke_off_is_inconclusive():
    broken = falling(0.95, non_finite=NonFinite("loss", None, 9))
    assert ask(RULE, broken) == Inconclusive("the loss did not stay finite")


@pytest.mark.parametrize("constant", [nan, 0.0, -1.0])
def test_without_a_positive_baseline_it_is_inconclusive(constant):
    assert isinstance(ask(RULE, training(constant_loss=constant)), Inconclusive)


def test_a_training_that_the_budget_cut_is_inconclusive_unless_it_has_learned():
    cut = ask(RULE, falling(0.95, planned_steps=6400))
    assert cut == Inconclusive("640 of 6,400 planned steps fit into the budget")
    assert findings(RULE, training(planned_steps=6400)) == []
    assert findings(RULE, falling(0.95, planned_steps=6400, stopped_early=True)) != []


def test_a_rate_of_zero_is_not_judged():
    assert ask(RULE, structure(learning_rate=0.0)) == Skip("the learning rate is zero")


def test_the_limits_can_be_set():
    assert findings(LearningRateTooLow(min_skill=0.01), falling(0.95)) == []
    [finding] = findings(LearningRateTooLow(factor=3.0), falling(0.95))
    assert finding.remedy == ScaleLearningRate(3.0, 0.001, "Adam")
