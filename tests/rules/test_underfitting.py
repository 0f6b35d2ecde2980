from math import inf, nan

import pytest

from healthcheck.evidence import NonFinite
from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, training
from healthcheck_rules.curves.underfitting import Underfitting

BROKEN = NonFinite("loss", None, 5)


def test_a_training_that_ends_no_better_than_a_constant_is_found():
    [finding] = findings(Underfitting(), training(loss=[3.0, 2.0, 1.0]))
    assert (
        finding.message
        == "after 64 steps the skill is 0: the loss is 1, that of the best constant prediction 1"
    )
    assert (finding.place, finding.claim, finding.remedy) == ("fit", Claim.SYMPTOM, None)


def test_a_training_that_beats_the_constant_is_healthy():
    assert findings(Underfitting(), training()) == []


def test_the_skill_may_be_as_small_as_the_limit_and_no_smaller():
    assert findings(Underfitting(min_skill=0.25), training(loss=[1.0, 0.75])) == []
    [finding] = findings(Underfitting(min_skill=0.25), training(loss=[1.0, 0.76]))
    assert (finding.measured, finding.limit) == (pytest.approx(0.24), 0.25)


@pytest.mark.parametrize("last", [nan, inf])
def test_a_loss_that_is_not_finite_is_found(last):
    assert findings(Underfitting(), training(loss=[1.0, last]))
    assert findings(Underfitting(), training(loss=[1.0, last], steps=5, non_finite=BROKEN))


@pytest.mark.parametrize("constant", [nan, 0.0, -1.0])
def test_without_a_positive_baseline_it_is_inconclusive(constant):
    assert isinstance(ask(Underfitting(), training(constant_loss=constant)), Inconclusive)


def test_too_few_steps_are_inconclusive():
    assert ask(Underfitting(), training(steps=19)) == Inconclusive("19 steps; 20 are needed")
    assert findings(Underfitting(), training(steps=20)) == []
    assert findings(Underfitting(min_steps=10), training(steps=10)) == []


def test_a_training_that_the_budget_cut_is_inconclusive():
    cut = training(loss=[1.0] * 3, planned_steps=640)
    assert ask(Underfitting(), cut) == Inconclusive("64 of 640 planned steps fit into the budget")


def test_a_training_that_the_users_callback_stopped_is_judged():
    assert findings(Underfitting(), training(loss=[1.0] * 3, planned_steps=640, stopped_early=True))
