from math import nan

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, overlap
from healthcheck_rules.data.train_validation_overlap import TrainValidationOverlap

RULE = TrainValidationOverlap()


def test_validating_on_the_training_data_is_a_fact():
    [finding] = findings(RULE, overlap(shared=200, chance=0.0))
    assert finding.message == "200 of the 200 validation examples are in the training data too"
    assert (finding.claim, finding.place) == (Claim.FACT, "fit")
    assert (finding.measured, finding.limit) == (1.0, 0.01)


def test_separate_examples_are_healthy():
    assert findings(RULE, overlap()) == []


def test_a_small_share_is_advice_up_to_the_limit():
    assert findings(RULE, overlap(shared=10, examples=1000, chance=1e-6))[0].claim is Claim.ADVICE
    assert findings(RULE, overlap(shared=11, examples=1000, chance=1e-6))[0].claim is Claim.FACT


def test_what_may_be_a_coincidence_is_not_held_against_the_data():
    assert findings(RULE, overlap(shared=150, chance=0.001)) == []
    assert len(findings(RULE, overlap(shared=150, chance=0.0009))) == 1


def test_a_chance_that_is_not_a_number_is_no_excuse():
    assert len(findings(RULE, overlap(shared=150, chance=nan))) == 1


def test_the_limits_can_be_set():
    sick = overlap(shared=100, chance=1e-5)
    assert findings(TrainValidationOverlap(max_shared=0.5), sick)[0].claim is Claim.ADVICE
    assert findings(TrainValidationOverlap(min_chance=1e-6), sick) == []


def test_a_part_without_shared_examples_says_nothing_of_the_rest():
    assert isinstance(ask(RULE, overlap(complete=False)), Inconclusive)
    assert len(findings(RULE, overlap(shared=200, chance=0.0, complete=False))) == 1
