from math import nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, response, responses, training
from healthcheck_rules.learning.wrong_direction import WrongDirection

RULE = WrongDirection()
FALLING = training(loss=[0.0] * 10 + [-5.0] * 11, constant_loss=nan)


def of(score, constant=0.6, **given):
    return responses(response(score=score, constant_score=constant, classes=2, **given), examples=1000)


def test_predictions_worse_than_a_constant_behind_a_falling_loss_are_found():
    (finding,) = findings(RULE, FALLING, of(0.07))
    assert finding.message == (
        "the loss fell from 0 to -5, but 7% of the predictions are right where the most frequent class alone has 60%"
    )
    assert (finding.claim, finding.place, finding.limit) == (Claim.HARM, "compile", pytest.approx(0.5))


def test_the_accuracy_may_be_as_low_as_the_margin_and_no_lower():
    assert findings(RULE, FALLING, of(0.5)) == []
    assert len(findings(RULE, FALLING, of(0.499))) == 1
    assert findings(WrongDirection(margin=0.2), FALLING, of(0.45)) == []


def test_few_examples_need_a_larger_difference():
    few = responses(response(score=0.4, constant_score=0.6, classes=2), examples=20)
    assert findings(RULE, FALLING, few) == []


def test_a_loss_that_rose_is_the_business_of_other_rules():
    assert findings(RULE, training(loss=[-5.0, 0.0], constant_loss=nan), of(0.07)) == []


def test_a_loss_below_that_of_the_best_constant_has_the_right_sign():
    assert findings(RULE, training(), of(0.07)) == []


def test_where_it_does_not_apply():
    assert isinstance(ask(RULE, training(loss=[1.0] * 21), of(0.07)), Skip)
    assert isinstance(ask(RULE, FALLING, responses(response(classes=0))), Skip)
    assert isinstance(ask(RULE, FALLING, of(nan)), Skip)
    assert isinstance(ask(WrongDirection(min_steps=10_000), FALLING, of(0.07)), Inconclusive)
