from healthcheck.rule import Claim
from healthcheck.testing import findings, repetition
from healthcheck_rules.run.nondeterministic_training import NondeterministicTraining


def test_other_values_from_the_same_seed_are_information():
    [finding] = findings(NondeterministicTraining(), repetition(differing=5))
    assert finding.message == "done twice from the same seed, 5 of the first 8 steps gave other values"
    assert (finding.claim, finding.place) == (Claim.NOTE, "fit")
    assert (finding.measured, finding.limit) == (5.0, 0.0)


def test_one_differing_value_is_enough():
    assert len(findings(NondeterministicTraining(), repetition(differing=1))) == 1


def test_equal_bits_are_healthy():
    assert findings(NondeterministicTraining(), repetition()) == []
