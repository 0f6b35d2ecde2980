from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, features, findings, table
from healthcheck_rules.data.correlated_inputs import CorrelatedInputs

RULE = CorrelatedInputs()


def test_dependent_columns_are_named():
    [finding] = findings(RULE, features(table(condition=5e4, correlation=0.998)))
    assert finding.message == (
        "the columns of x are nearly dependent (condition number 5e+04): columns 0 and 1 correlate by 0.998"
    )
    assert (finding.claim, finding.place) == (Claim.NOTE, "fit")
    assert (finding.measured, finding.limit) == (5e4, 900.0)


def test_columns_that_correlate_a_little_are_healthy():
    assert findings(RULE, features()) == []


@pytest.mark.parametrize(("condition", "found"), [(900.0, 0), (901.0, 1), (inf, 1)])
def test_the_limit_may_be_reached_and_not_passed(condition, found):
    assert len(findings(RULE, features(table(condition=condition)))) == found


def test_where_nothing_was_computed_there_is_nothing_to_judge():
    assert ask(RULE, features(table(condition=nan))) == Skip(
        "no input is a table of several columns that vary"
    )


def test_too_few_rows_for_the_columns_are_inconclusive():
    assert len(findings(RULE, features(table(rows=100, condition=1e6)))) == 1
    assert ask(RULE, features(table(rows=99, condition=1e6))) == Inconclusive(
        "99 rows; 100 are needed for 10 columns"
    )


@pytest.mark.parametrize("limit", [{"max_condition": 1e6}, {"min_rows": 1}])
def test_the_limits_can_be_set(limit):
    assert findings(CorrelatedInputs(**limit), features(table(rows=100, condition=800.0))) == []
