from math import inf, nan

import numpy as np
import pytest

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import LOSS, ask, findings, generalization, training
from healthcheck_rules.curves.unrepresentative_training_set import UnrepresentativeTrainingSet

RULE = UnrepresentativeTrainingSet()


def gap_of(share):
    """Return a training whose validation loss is lowest at the end, and there above the training loss."""
    return training(validation_loss=np.array(LOSS) + share)


def test_a_gap_between_sets_that_differ_is_named_with_the_column():
    (finding,) = findings(RULE, gap_of(0.75), generalization(shift=20.0))
    assert (finding.place, finding.claim, finding.limit) == ("fit", Claim.ADVICE, 0.5)
    assert finding.measured == pytest.approx(0.75)
    assert finding.message.endswith("the sets differ: column 0 of 'x' differs by 20 standard errors")


def test_a_gap_between_sets_that_are_alike_is_overfitting_and_not_this():
    assert findings(RULE, gap_of(0.75), generalization(shift=4.9)) == []


def test_sets_that_differ_without_a_gap_are_healthy():
    assert findings(RULE, training(), generalization(shift=inf)) == []


def test_gap_and_difference_may_reach_their_limits_and_not_exceed_them():
    assert findings(RULE, gap_of(0.75), generalization(shift=5.0)) == []
    assert findings(RULE, gap_of(0.49), generalization(shift=20.0)) == []
    assert findings(UnrepresentativeTrainingSet(max_gap=0.4), gap_of(0.49), generalization(shift=20.0)) != []
    assert findings(UnrepresentativeTrainingSet(max_z=4.0), gap_of(0.75), generalization(shift=4.9)) != []


def test_a_gap_within_its_error_is_healthy():
    assert findings(RULE, gap_of(0.75), generalization(shift=20.0, validation_error=0.2)) == []


def test_a_gap_that_only_a_long_training_opens_is_overfitting():
    turning = [*LOSS[:10], *np.linspace(1.0, 3.0, 11)]
    assert findings(RULE, training(validation_loss=turning), generalization(shift=20.0)) == []


@pytest.mark.parametrize(
    "unknown", [training(constant_loss=nan), training(validation_loss=[nan] * 21), training(loss=[nan] * 21)]
)
def test_losses_that_are_not_numbers_are_inconclusive(unknown):
    assert isinstance(ask(RULE, unknown), Inconclusive)


def test_sets_without_a_common_column_are_inconclusive():
    assert isinstance(ask(RULE, gap_of(0.75), generalization(shift=None)), Inconclusive)


def test_a_gap_after_training_on_a_part_of_the_data_is_not_judged():
    partial = training(validation_loss=np.array(LOSS) + 0.75, complete=False)
    assert isinstance(ask(RULE, partial, generalization(shift=20.0)), Inconclusive)
