from math import nan

from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, findings, numbers, target, targets
from healthcheck_rules.data.class_imbalance import ClassImbalance

RULE = ClassImbalance()
RARE = target(classes=(("0", 970), ("1", 30)), evenness=0.19)


def test_a_rare_class_is_information():
    [finding] = findings(RULE, targets(RARE))
    assert finding.message == "97.0% of the labels are 0: always answering that is as often right"
    assert (finding.claim, finding.place) == (Claim.NOTE, "fit")
    assert (finding.measured, finding.limit) == (0.19, 0.5)


def test_even_classes_are_healthy():
    assert findings(RULE, targets(target())) == []


def test_the_limit_may_be_reached_and_not_passed():
    assert findings(RULE, targets(target(evenness=0.5))) == []
    assert len(findings(RULE, targets(target(evenness=0.499)))) == 1


def test_an_evenness_that_is_not_a_number_is_found():
    assert len(findings(RULE, targets(target(evenness=nan)))) == 1


def test_of_several_outputs_the_one_is_named():
    [finding] = findings(RULE, targets(target("left"), RARE))
    assert finding.message.startswith("output 'output': 97.0% ")


def test_numbers_are_no_classes():
    assert ask(RULE, targets(numbers())) == Skip("no output predicts one of several classes")


def test_a_single_class_is_none_of_several():
    only = target(classes=(("1", 1000),), evenness=0.0)
    assert ask(RULE, targets(only)) == Skip("no output predicts one of several classes")


def test_the_limit_can_be_set():
    assert findings(ClassImbalance(min_evenness=0.1), targets(RARE)) == []
