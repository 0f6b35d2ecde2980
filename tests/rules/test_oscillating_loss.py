from math import nan

import pytest

from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, oscillation, structure
from healthcheck_rules.learning.oscillating_loss import OscillatingLoss

RULE = OscillatingLoss()


def swinging(amplitude=0.5, autocorrelation=-0.9, batch_noise=0.0, steps=300):
    return oscillation(
        amplitude=amplitude, autocorrelation=autocorrelation, batch_noise=batch_noise, steps=steps
    )


def test_a_loss_that_goes_back_on_every_step_warns():
    [finding] = findings(RULE, swinging(batch_noise=0.01))
    assert (finding.claim, finding.place, finding.measured, finding.limit) == (
        Claim.ADVICE,
        "compile",
        0.5,
        0.05,
    )
    assert finding.message == "the loss swings by 50% of L* from step to step; chance gives 1.0%"
    assert finding.remedy == ScaleLearningRate(0.1, 0.001, "Adam")


def test_noise_is_healthy_however_large():
    assert findings(RULE, oscillation(amplitude=0.9, batch_noise=nan)) == []


@pytest.mark.parametrize(
    ("at", "beyond"),
    [
        (swinging(autocorrelation=-0.3), swinging(autocorrelation=-0.31)),
        (swinging(amplitude=0.05), swinging(amplitude=0.051)),
        (swinging(amplitude=0.75, batch_noise=0.25), swinging(amplitude=0.76, batch_noise=0.25)),
    ],
)
def test_every_limit_may_be_reached_and_not_passed(at, beyond):
    assert findings(RULE, at) == []
    assert len(findings(RULE, beyond)) == 1


@pytest.mark.parametrize(
    "made",
    [
        swinging(amplitude=nan),
        swinging(autocorrelation=nan),
        swinging(batch_noise=nan),
    ],
)
def test_a_number_that_is_not_known_is_inconclusive(made):
    assert isinstance(ask(RULE, made), Inconclusive)


def test_few_steps_are_inconclusive():
    assert findings(RULE, oscillation(steps=30)) == []
    assert ask(RULE, swinging(steps=29)) == Inconclusive("29 steps in the second half; 30 are needed")


def test_a_rate_of_zero_is_not_judged():
    assert ask(RULE, structure(learning_rate=0.0)) == Skip("the learning rate is zero")


def test_the_limits_can_be_set():
    assert findings(OscillatingLoss(min_autocorrelation=-0.95), swinging()) == []
    assert findings(OscillatingLoss(max_amplitude=0.6), swinging()) == []
    assert findings(OscillatingLoss(max_noise_ratio=60.0), swinging(batch_noise=0.01)) == []
    [finding] = findings(OscillatingLoss(factor=0.5), swinging())
    assert finding.remedy == ScaleLearningRate(0.5, 0.001, "Adam")
