from dataclasses import replace
from math import nan

import pytest

from healthcheck.remedies import Shuffle
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, label_order, order
from healthcheck_rules.data.unshuffled_examples import UnshuffledExamples

RULE = UnshuffledExamples()
SORTED = label_order(alike=0.998, by_chance=0.5)


def test_examples_in_the_order_of_their_labels_are_found():
    [finding] = findings(RULE, order(SORTED))
    assert finding.message == (
        "100% of the examples follow on one with the same label, where chance gives 50%, "
        "and the fit does not shuffle them"
    )
    assert (finding.claim, finding.remedy, finding.place) == (Claim.ADVICE, Shuffle(), "fit")
    assert (finding.measured, finding.limit) == (pytest.approx(0.996), 0.5)


def test_a_mixed_order_is_healthy_without_shuffling():
    assert findings(RULE, order(label_order(alike=0.52))) == []


def test_a_frequent_class_follows_on_itself_by_chance():
    assert findings(RULE, order(label_order(alike=0.96, by_chance=0.95))) == []


def test_the_limit_may_be_reached_and_not_passed():
    assert findings(RULE, order(label_order(alike=0.75))) == []
    assert len(findings(RULE, order(label_order(alike=0.76)))) == 1


def test_a_share_that_is_not_a_number_is_found():
    assert len(findings(RULE, order(label_order(alike=nan)))) == 1


def test_a_fit_that_shuffles_is_not_asked():
    assert ask(RULE, order(SORTED, shuffled=True)) == Skip("the fit shuffles the examples")


def test_without_labels_there_is_no_order():
    assert ask(RULE, replace(order(), labels=())) == Skip(
        "no output has one of several class labels an example"
    )


def test_in_one_batch_there_is_no_order():
    assert ask(RULE, order(SORTED, steps_per_epoch=1)) == Skip(
        "every step takes all examples, in whatever order"
    )


def test_too_few_examples_are_inconclusive():
    assert len(findings(RULE, order(SORTED, examples=64))) == 1
    assert ask(RULE, order(SORTED, examples=63)) == Inconclusive(
        "63 examples; 64 are needed to judge their order"
    )


def test_the_limits_can_be_set():
    assert findings(UnshuffledExamples(max_alike=1.0), order(SORTED)) == []
    assert len(findings(UnshuffledExamples(min_examples=10), order(SORTED, examples=10))) == 1
