from math import nan

import numpy as np
import pytest

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import LOSS, ask, findings, generalization, training
from healthcheck_rules.curves.unrepresentative_validation_set import UnrepresentativeValidationSet

RULE = UnrepresentativeValidationSet()


def test_validation_examples_that_are_easier_than_those_trained_on_are_named():
    (finding,) = findings(RULE, generalization(loss=0.5, validation_loss=0.25))
    assert (finding.place, finding.claim, finding.measured, finding.limit) == ("fit", Claim.ADVICE, 0.25, 0.1)
    assert finding.message == (
        "the loss on the 200 validation examples, 0.25, is lower than on the training examples, 0.5"
    )


def test_an_advantage_may_reach_its_limit_and_not_exceed_it():
    assert findings(RULE, generalization(loss=0.5, validation_loss=0.4)) == []
    assert findings(RULE, generalization(loss=0.5, validation_loss=0.39)) != []
    assert (
        findings(
            UnrepresentativeValidationSet(max_advantage=0.2), generalization(loss=0.5, validation_loss=0.39)
        )
        == []
    )


def test_an_advantage_within_its_error_is_healthy():
    assert findings(RULE, generalization(loss=0.5, validation_loss=0.25, validation_error=0.1)) == []


def test_a_validation_curve_that_jumps_beside_a_smooth_training_curve_is_named():
    jumping = np.array(LOSS) + 0.4 * np.tile([0.0, 1.0, 0.0], 7)
    (finding,) = findings(RULE, training(validation_loss=jumping))
    assert "the validation curve jumps by" in finding.message
    assert not finding.measured <= finding.limit


def test_jumps_that_the_training_curve_shares_are_healthy():
    jumping = np.array(LOSS) + 0.4 * np.tile([0.0, 1.0, 0.0], 7)
    assert findings(RULE, training(loss=jumping, validation_loss=jumping)) == []


def test_jumps_within_the_error_of_the_validation_loss_are_healthy():
    jumping = np.array(LOSS) + 0.4 * np.tile([0.0, 1.0, 0.0], 7)
    assert findings(RULE, training(validation_loss=jumping), generalization(validation_error=1.0)) == []


def test_too_few_points_have_no_noise():
    jumping = np.array(LOSS[:10]) + 0.4 * np.tile([0.0, 1.0], 5)
    assert findings(RULE, training(loss=LOSS[:10], validation_loss=jumping)) == []


@pytest.mark.parametrize("unknown", [generalization(loss=nan), generalization(validation_loss=nan)])
def test_losses_that_are_not_numbers_are_inconclusive(unknown):
    assert isinstance(ask(RULE, unknown), Inconclusive)
    assert isinstance(ask(RULE, training(constant_loss=0.0)), Inconclusive)


def test_an_advantage_on_a_part_of_the_data_is_not_judged():
    easier = generalization(loss=0.5, validation_loss=0.25)
    assert isinstance(ask(RULE, training(complete=False), easier), Inconclusive)
