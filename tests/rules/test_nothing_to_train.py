from math import nan

from healthcheck.rule import Claim
from healthcheck.testing import findings, structure
from healthcheck_rules.architecture.nothing_to_train import NothingToTrain

RULE = NothingToTrain()


def test_a_model_without_a_trainable_weight_cannot_learn():
    (finding,) = findings(RULE, structure(trainable=0))
    assert (finding.claim, finding.place, finding.measured) == (Claim.FACT, "compile", 0.0)


def test_a_rate_of_zero_changes_nothing():
    (finding,) = findings(RULE, structure(learning_rate=0.0))
    assert finding.message == "the learning rate is zero"


def test_one_trainable_weight_and_the_smallest_rate_are_enough():
    assert findings(RULE, structure(trainable=1, learning_rate=1e-30)) == []


def test_the_rate_of_a_schedule_is_not_a_number_and_not_judged():
    assert findings(RULE, structure(learning_rate=nan)) == []
