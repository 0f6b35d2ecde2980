from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from healthcheck.remedies import TrainLonger
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import LOSS, ask, findings, training
from healthcheck_rules.curves.training_too_short import TrainingTooShort

RULE = TrainingTooShort()


def falling(to, epochs=20):
    """Fall on a straight line from 1, the loss of the best constant, so each fifth gains as much."""
    curve = np.linspace(1.0, to, epochs + 1)
    return training(loss=curve, validation_loss=curve)


def test_a_loss_that_still_falls_at_the_end_warns_with_what_is_to_be_gained():
    (finding,) = findings(RULE, falling(0.6))
    assert (finding.place, finding.claim, finding.limit) == ("fit", Claim.ADVICE, 0.05)
    assert finding.remedy == TrainLonger(4, 20)
    assert finding.message.startswith("the loss is still falling: another 4 epochs promise ")


def test_a_mild_gain_is_only_suspected():
    (finding,) = findings(RULE, falling(0.8))
    assert (finding.claim, finding.measured) == (Claim.SUSPICION, pytest.approx(0.04))
    assert findings(RULE, falling(0.91)) == []
    assert findings(TrainingTooShort(mild_gain=0.01), falling(0.91)) != []


def test_the_gain_may_be_as_large_as_the_limit_and_no_larger():
    for limit, claim in ((0.0626, Claim.SUSPICION), (0.0624, Claim.ADVICE)):
        (finding,) = findings(TrainingTooShort(max_gain=limit), falling(0.6875))
        assert finding.claim is claim


def test_a_model_with_much_skill_is_trained_long_enough():
    assert findings(RULE, falling(0.49)) == []
    assert findings(TrainingTooShort(max_skill=0.6), falling(0.45)) != []


def test_a_fall_that_ebbs_away_is_healthy():
    curve = [0.6 + 0.4 * 0.7**epoch for epoch in range(21)]
    assert findings(RULE, training(loss=curve, validation_loss=curve)) == []


def test_a_validation_loss_that_no_longer_falls_is_healthy():
    curve = np.linspace(1.0, 0.6, 21)
    assert findings(RULE, training(loss=curve, validation_loss=[0.9] * 21)) == []
    assert findings(RULE, training(loss=curve, validation_loss=())) != []


def test_a_fall_within_the_noise_is_healthy():
    noisy = np.linspace(1.0, 0.6, 21) + 0.2 * np.tile([1.0, -1.0, 0.0], 7)
    assert findings(RULE, training(loss=noisy, validation_loss=())) == []


def test_a_callback_that_ends_the_training_decides_itself():
    assert isinstance(ask(RULE, training(stopped_early=True)), Skip)


@pytest.mark.parametrize(
    ("sick", "reason"),
    [
        (training(loss=LOSS[:1]), "the curve has 1 points; 2 are needed"),
        (training(planned_steps=10_000), "640 of 10,000 planned steps fit into the budget"),
        (training(constant_loss=nan), "the loss has no positive constant baseline to compare with"),
        (training(loss=[*LOSS[:20], nan]), "the training or the validation loss is not finite"),
        (training(validation_loss=[*LOSS[:20], inf]), "the training or the validation loss is not finite"),
    ],
)
def test_what_cannot_be_judged_is_inconclusive(sick, reason):
    assert ask(RULE, sick) == Inconclusive(reason)


def test_fewer_points_can_be_asked_for():
    assert findings(RULE, falling(0.6, epochs=9)) != []
    (finding,) = findings(TrainingTooShort(min_points=11), falling(0.6, epochs=9))
    assert finding.claim is Claim.SUSPICION


def test_a_curve_too_short_to_foretell_anything_is_suspected_and_longer_training_tried():
    (finding,) = findings(RULE, falling(0.6, epochs=4))
    assert finding.message == "after 4 epochs the skill is only 0.4, and the loss falls"
    assert (finding.claim, finding.remedy) == (Claim.SUSPICION, TrainLonger(4, 4))
    rising = training(loss=[1.0, 0.7, 0.7], validation_loss=())
    assert findings(RULE, rising) == []
    assert findings(RULE, training(loss=[1.0, 0.8, 0.7], validation_loss=[1.0, 0.8, 0.9])) == []


def test_a_single_epoch_is_suspected_when_it_brought_little():
    (finding,) = findings(RULE, falling(0.6, epochs=1))
    assert finding.message == "after 1 epoch the skill is only 0.4, and the loss falls"
    assert (finding.claim, finding.remedy) == (Claim.SUSPICION, TrainLonger(4, 1))
    assert findings(RULE, falling(0.5, epochs=1)) == []
    assert findings(RULE, training(loss=[1.0, 1.0], validation_loss=())) == []
    assert findings(RULE, training(loss=[1.0, 0.9], validation_loss=[1.0, 1.1])) == []


def test_a_model_of_which_only_the_statistics_lag_behind_is_named():
    lagging = replace(falling(0.91, epochs=1), training_loss=0.3)
    (finding,) = findings(RULE, lagging)
    assert (finding.claim, finding.remedy, finding.limit) == (Claim.ADVICE, None, 0.1)
    assert finding.message == (
        "after 1 epoch the skill is 0.7 in training mode and 0.09 in inference mode: "
        "moving statistics lag behind"
    )
    assert findings(RULE, replace(falling(0.89, epochs=1), training_loss=0.3)) == []
    assert findings(TrainingTooShort(min_skill_used=0.05), lagging) == []


def test_a_training_on_a_part_of_the_data_may_be_found_too_short_and_never_long_enough():
    curve = np.linspace(1.0, 0.6, 21)
    assert len(findings(RULE, training(loss=curve, validation_loss=curve, complete=False))) == 1
    assert isinstance(ask(RULE, training(complete=False)), Inconclusive)
