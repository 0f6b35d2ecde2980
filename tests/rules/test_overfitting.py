from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from healthcheck.evidence import PART
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import LOSS, ask, findings, training
from healthcheck_rules.curves.overfitting import Overfitting


def end_of(share):
    """Fall to 1 at epoch 5, stay there, rise by `share` and stay: smoothing leaves the rise as it is."""
    return training(validation_loss=[2.0, 1.8, 1.6, 1.4, 1.2] + [1.0] * 6 + [1.0 + share] * 10)


def test_a_validation_loss_that_turns_is_found_with_the_epoch_to_stop_at():
    [finding] = findings(Overfitting(), end_of(0.5))
    assert finding.message == (
        "the validation loss is best at epoch 5 (1) and 50% higher at epoch 20: stop at epoch 5"
    )
    assert (finding.place, finding.claim, finding.limit) == ("fit", Claim.ADVICE, 0.05)


def test_a_validation_loss_that_falls_is_healthy():
    assert findings(Overfitting(), training()) == []


def test_the_rise_may_be_as_large_as_the_limit_and_no_larger():
    assert findings(Overfitting(max_rise=0.25), end_of(0.25)) == []
    [finding] = findings(Overfitting(max_rise=0.25), end_of(0.26))
    assert finding.measured == pytest.approx(0.26)


def test_a_rise_that_costs_hardly_any_skill_is_healthy():
    rising = end_of(0.5)
    assert findings(Overfitting(), replace(rising, constant_validation_loss=24.0)) != []
    assert findings(Overfitting(), replace(rising, constant_validation_loss=26.0)) == []
    assert findings(Overfitting(min_skill_lost=0.01), replace(rising, constant_validation_loss=26.0)) != []
    assert findings(Overfitting(max_given_up=0.5), replace(rising, constant_validation_loss=26.0)) != []
    assert findings(Overfitting(), replace(rising, constant_validation_loss=nan)) != []


def test_a_rise_within_the_noise_is_healthy():
    noisy = training(validation_loss=[1.0, 1.2] * 10 + [1.2])
    assert findings(Overfitting(), noisy) == []
    assert findings(Overfitting(noise=0.0), noisy) != []


def test_a_training_loss_that_rises_as_well_is_not_overfitting():
    curve = [*LOSS[:11], *LOSS[9::-1]]
    assert findings(Overfitting(), training(loss=curve, validation_loss=curve)) == []
    assert findings(Overfitting(), replace(end_of(0.5), loss=np.ones(21))) == []


def test_it_fails_only_above_the_loss_that_the_user_gives_up():
    assert findings(Overfitting(max_given_up=0.5), end_of(0.5))[0].claim is Claim.ADVICE
    [finding] = findings(Overfitting(max_given_up=0.5), end_of(0.6))
    assert (finding.claim, finding.limit) == (Claim.FACT, 0.5)


def test_a_user_who_gives_up_less_than_the_limit_is_heard():
    assert findings(Overfitting(max_given_up=0.01), end_of(0.03))[0].claim is Claim.FACT


@pytest.mark.parametrize("bad", [nan, inf])
def test_a_loss_that_is_not_finite_is_inconclusive(bad):
    for given in ({"validation_loss": [*LOSS[:20], bad]}, {"loss": [*LOSS[:20], bad]}):
        assert isinstance(ask(Overfitting(), training(**({"validation_loss": LOSS} | given))), Inconclusive)


def test_a_validation_loss_of_zero_needs_no_division():
    assert findings(Overfitting(), training(validation_loss=[0.0] * 21)) == []


def test_too_few_epochs_are_inconclusive():
    assert ask(Overfitting(), training(loss=LOSS[:10])) == Inconclusive("9.0 epochs; 10 are needed")
    assert findings(Overfitting(), training(loss=LOSS[:11])) == []
    assert findings(Overfitting(min_epochs=9), training(loss=LOSS[:10])) == []


def test_too_few_points_are_inconclusive():
    cut = ask(Overfitting(), training(loss=LOSS[:4], steps=6400))
    assert cut == Inconclusive("the curve has 4 points; 5 are needed")
    assert findings(Overfitting(), training(loss=LOSS[:5], steps=6400)) == []


def test_without_validation_data_the_rule_does_not_apply():
    assert ask(Overfitting(), training(validation_loss=())) == Skip("the fit has no validation data")


def test_a_training_on_a_part_of_the_data_would_look_like_overfitting():
    turning = training(validation_loss=[2.0, 1.5] + [1.0] * 9 + [1.5] * 10, complete=False)
    assert ask(Overfitting(), turning) == Inconclusive(PART)
