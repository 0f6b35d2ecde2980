from dataclasses import replace
from math import nan

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import array, ask, data, features, findings, table
from healthcheck_rules.data.constant_or_duplicate_features import ConstantOrDuplicateFeatures

RULE = ConstantOrDuplicateFeatures()


def test_examples_that_are_all_the_same_are_a_fact():
    [finding] = findings(RULE, features(identical=True))
    assert finding.message == "all 1,000 examples have the same inputs, but not the same targets"
    assert (finding.claim, finding.place, finding.measured) == (Claim.FACT, "fit", 1.0)


def test_examples_that_vary_are_healthy():
    assert findings(RULE, features()) == []


def test_one_answer_to_one_question_is_no_fault():
    constant = replace(array("y"), std=0.0)
    assert findings(RULE, features(identical=True), data(array("x"), constant)) == []


def test_targets_whose_deviation_is_unknown_do_not_pass_as_constant():
    unknown = replace(array("y"), std=nan)
    assert len(findings(RULE, features(identical=True), data(array("x"), unknown))) == 1


def test_a_table_of_mostly_useless_columns_is_advice():
    [finding] = findings(RULE, features(table(constant=4, duplicate=2)))
    assert (
        finding.message == "of the 10 columns of x, 4 are constant and 2 are copies of others, the first is 0"
    )
    assert (finding.claim, finding.measured, finding.limit) == (Claim.ADVICE, 0.6, 0.5)


def test_the_limit_may_be_reached():
    [finding] = findings(RULE, features(table(duplicate=5)))
    assert finding.message == "of the 10 columns of x, 5 are copies of others, the first is 0"
    assert finding.claim is Claim.NOTE


def test_only_the_tables_with_such_columns_are_named():
    [finding] = findings(RULE, features(table("x['a']"), table("x['b']", constant=1)))
    assert "of x['b'], 1 are constant" in finding.message


def test_too_few_examples_are_inconclusive():
    assert findings(RULE, features(examples=16)) == []
    assert ask(RULE, features(examples=15)) == Inconclusive(
        "15 examples; 16 are needed to call a column constant"
    )


def test_the_limits_can_be_set():
    [finding] = findings(ConstantOrDuplicateFeatures(max_useless=0.9), features(table(constant=6)))
    assert finding.claim is Claim.NOTE
    assert findings(ConstantOrDuplicateFeatures(min_examples=2), features(examples=2)) == []
