from math import nan

import pytest

from healthcheck.evidence import Compiled
from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, compiled, findings, scored
from healthcheck_rules.architecture.metric_mismatch import MetricMismatch

RULE = MetricMismatch()


@pytest.mark.parametrize("perfect", [0.0, 0.5, 0.98, nan])
def test_an_accuracy_that_perfect_predictions_do_not_reach_is_named(perfect):
    (finding,) = findings(RULE, compiled(scored("acc", perfect=perfect)))
    assert (finding.place, finding.claim, finding.limit) == ("compile", Claim.ADVICE, 0.99)
    assert finding.message == f"'acc' gives perfect predictions {perfect:.2g}: it does not fit these targets"


def test_an_accuracy_that_a_constant_reaches_is_named():
    (finding,) = findings(RULE, compiled(scored(constant=0.9, largest_class=0.125)))
    assert (finding.measured, finding.limit) == (0.9, 0.225)


def test_a_constant_may_score_a_tenth_more_than_the_most_frequent_class_and_no_more():
    assert findings(RULE, compiled(scored(constant=0.625, largest_class=0.525))) == []
    assert findings(RULE, compiled(scored(constant=0.63, largest_class=0.525))) != []
    assert (
        findings(MetricMismatch(max_unearned=0.2), compiled(scored(constant=0.63, largest_class=0.525))) == []
    )


def test_a_fitting_accuracy_is_healthy():
    assert findings(RULE, compiled(scored(perfect=0.99))) == []
    assert findings(MetricMismatch(min_perfect=1.0), compiled(scored(perfect=0.995))) != []


def test_only_the_metric_at_fault_is_named():
    (finding,) = findings(RULE, compiled(scored("a"), scored("b", perfect=0.0)))
    assert "'b'" in finding.message


def test_without_an_accuracy_the_rule_does_not_apply():
    assert isinstance(ask(RULE, Compiled(1.0, ())), Skip)
