from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, modes
from healthcheck_rules.activations.train_inference_mismatch import TrainInferenceMismatch

RULE = TrainInferenceMismatch()


def test_a_model_that_is_much_worse_in_inference_mode_warns():
    [finding] = findings(RULE, modes(training=0.25, inference=1.0))
    assert (finding.claim, finding.place, finding.measured, finding.limit) == (
        Claim.ADVICE,
        "compile",
        4.0,
        2.0,
    )
    told = "on the same training examples the loss is 1 in inference mode, 0.25 in training mode"
    assert finding.message == told


def test_statistics_that_lag_are_information():
    [finding] = findings(RULE, modes(training=0.25, inference=1.0, recalibrated=0.3))
    assert finding.claim is Claim.NOTE
    assert finding.message.endswith("with moving statistics taken anew it is 0.3: they lag behind")


def test_statistics_that_are_not_the_reason_do_not_excuse():
    [finding] = findings(RULE, modes(training=0.25, inference=1.0, recalibrated=0.9))
    assert finding.claim is Claim.ADVICE


def test_dropout_that_makes_training_mode_worse_is_healthy():
    assert findings(RULE, modes(training=1.0, inference=0.25)) == []


def test_every_limit_may_be_reached():
    assert findings(RULE, modes(training=0.25, inference=0.5)) == []
    assert len(findings(RULE, modes(training=0.25, inference=0.51))) == 1
    assert findings(RULE, modes(training=0.125, inference=0.375, constant_loss=2.5)) == []
    assert len(findings(RULE, modes(training=0.125, inference=0.375, constant_loss=2.4))) == 1
    assert findings(RULE, modes(training=0.125, inference=0.5, noise=0.125)) == []
    assert len(findings(RULE, modes(training=0.125, inference=0.5, noise=0.124))) == 1


def test_losses_below_zero_are_compared_by_their_difference():
    [finding] = findings(RULE, modes(training=-1.0, inference=1.0))
    assert finding.measured == inf


def test_a_training_that_showed_it_needs_no_second_look():
    assert findings(RULE, modes(batches=0, inference=nan)) == []


@pytest.mark.parametrize(
    "made",
    [
        modes(inference=nan),
        modes(training=nan),
        modes(inference=1.0, noise=nan),
        modes(inference=1.0, batches=1, noise=nan),
        modes(inference=1.0, constant_loss=nan),
    ],
)
def test_what_is_not_known_is_inconclusive(made):
    assert isinstance(ask(RULE, made), Inconclusive)


def test_the_limits_can_be_set():
    assert findings(TrainInferenceMismatch(max_ratio=5.0), modes(training=0.25, inference=1.0)) == []
    assert findings(TrainInferenceMismatch(min_cost=0.8), modes(training=0.25, inference=1.0)) == []
