from math import nan

import pytest

from healthcheck.remedies import DropDropout
from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, dropped, findings, layers
from healthcheck_rules.architecture.extreme_dropout import ExtremeDropout

RULE = ExtremeDropout()


@pytest.mark.parametrize("rate", [0.9, 0.99, nan])
def test_a_rate_that_leaves_next_to_nothing_is_named(rate):
    (finding,) = findings(RULE, layers(dropouts=[dropped(rate=rate)]))
    assert (finding.layer, finding.claim, finding.limit) == ("dropout", Claim.ADVICE, 0.89)
    assert finding.remedy == DropDropout(("dropout",))


def test_dropped_predictions_are_named_at_any_rate():
    (finding,) = findings(RULE, layers(dropouts=[dropped(rate=0.2, makes_output=True)]))
    assert finding.message == "'dropout' drops 20% of the model's predictions"
    assert (finding.measured, finding.limit) == (0.2, 0.0)


def test_the_rate_may_be_as_large_as_the_limit_and_no_larger():
    half = layers(dropouts=[dropped(rate=0.5)])
    assert findings(ExtremeDropout(max_rate=0.5), half) == []
    assert findings(ExtremeDropout(max_rate=0.49), half) != []


def test_only_the_layers_at_fault_are_named_and_taken_out():
    (finding,) = findings(RULE, layers(dropouts=[dropped("a"), dropped("b", rate=0.95)]))
    assert (finding.layer, finding.remedy) == ("b", DropDropout(("b",)))


@pytest.mark.parametrize("dropouts", [[], [dropped(rate=0.0, makes_output=True)]])
def test_without_dropout_the_rule_does_not_apply(dropouts):
    assert ask(RULE, layers(dropouts=dropouts)) == Skip("the model has no dropout layer")
