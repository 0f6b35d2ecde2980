from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, structure, training
from healthcheck_rules.learning.diverging_loss import DivergingLoss

RULE = DivergingLoss()


def run(*step_losses, steps=100, **changes):
    """Return a training whose step losses go through the given ones, the last of them for half of it."""
    middle = np.repeat(step_losses, steps // len(step_losses))
    made = training(loss=[step_losses[0], step_losses[-1]], steps=len(middle))
    return replace(made, step_losses=middle, **changes)


def test_a_loss_that_ends_far_above_its_start_fails():
    [finding] = findings(RULE, run(1.0, 4.0))
    assert (finding.claim, finding.place, finding.measured, finding.limit) == (Claim.HARM, "fit", 4.0, 1.5)
    assert finding.message == "the training loss rose from 1 to 4 in 100 steps"
    assert finding.remedy == ScaleLearningRate(0.1, 0.001, "Adam")


@pytest.mark.parametrize("end", [nan, inf])
def test_a_loss_that_is_no_longer_finite_fails(end):
    [finding] = findings(RULE, run(1.0, end))
    assert (finding.claim, finding.measured) == (Claim.HARM, inf)
    assert finding.message == "the training loss was no longer finite at the end in 100 steps"


def test_a_loss_that_falls_or_comes_back_is_healthy():
    assert findings(RULE, run(1.0, 0.5)) == []
    assert findings(RULE, run(1.0, 9.0, 0.5, steps=99)) == []


def test_the_limit_may_be_reached():
    assert findings(RULE, run(1.0, 1.5)) == []
    assert len(findings(RULE, run(1.0, 1.51))) == 1
    assert findings(DivergingLoss(max_ratio=9.0), run(1.0, 4.0)) == []


def test_a_rise_within_the_noise_is_not_judged():
    made = run(1.0, 2.0)
    noisy = made.step_losses.copy()
    noisy[-10:] = [0.0, 4.0] * 5
    assert findings(RULE, replace(made, step_losses=noisy)) == []
    assert len(findings(DivergingLoss(min_errors=0.0), replace(made, step_losses=noisy))) == 1


def test_a_good_model_that_got_a_little_worse_is_better_than_a_constant_still():
    assert findings(RULE, run(0.01, 0.1)) == []
    assert len(findings(RULE, run(0.01, 0.1, constant_loss=0.05))) == 1


def test_without_a_constant_to_compare_with_it_warns():
    assert findings(RULE, run(1.0, 4.0, constant_loss=nan))[0].claim is Claim.ADVICE


def test_a_negative_loss_is_compared_by_its_size():
    assert findings(RULE, run(-2.0, -1.0, constant_loss=-1.5)) == []
    assert len(findings(RULE, run(-2.0, -0.9, constant_loss=-1.5))) == 1


def test_the_worse_of_both_modes_is_the_start():
    assert findings(RULE, run(1.0, 4.0, loss=np.array([3.0, 4.0]))) == []


def test_a_start_that_is_not_finite_is_inconclusive():
    assert isinstance(ask(RULE, run(nan, 1.0)), Inconclusive)


def test_few_steps_or_a_cut_training_are_inconclusive():
    assert ask(RULE, run(1.0, 4.0, steps=18)) == Inconclusive("18 steps; 20 are needed")
    assert isinstance(ask(RULE, run(1.0, 4.0, planned_steps=1000)), Inconclusive)
    assert len(findings(DivergingLoss(min_steps=10), run(1.0, 4.0, steps=18))) == 1


def test_a_rate_of_zero_cannot_be_lowered():
    assert findings(RULE, run(1.0, 4.0), structure(learning_rate=0.0))[0].remedy is None
