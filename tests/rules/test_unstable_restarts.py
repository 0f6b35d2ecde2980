from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, restarts
from healthcheck_rules.learning.unstable_restarts import UnstableRestarts

RULE = UnstableRestarts()


def test_a_training_that_fails_from_one_seed_warns():
    [finding] = findings(RULE, restarts(0.75, 0.75, 0.125))
    assert (finding.claim, finding.place, finding.measured, finding.limit) == (
        Claim.ADVICE,
        "fit",
        0.625,
        0.5,
    )
    told = "the same training reaches a skill of 0.75 (seed 0), 0.75 (seed 1), 0.12 (seed 2)"
    assert finding.message == told


def test_seeds_that_agree_are_healthy():
    assert findings(RULE, restarts()) == []


def test_a_start_that_is_merely_slower_is_healthy():
    assert findings(RULE, restarts(0.76, 0.46, 0.45)) == []


def test_a_seed_that_diverged_counts_as_no_skill():
    [finding] = findings(RULE, restarts(0.9, -inf))
    assert finding.measured == 0.9


def test_the_limit_may_be_reached_and_can_be_set():
    rule = UnstableRestarts(max_gap=0.25)
    assert findings(rule, restarts(1.0, 0.75)) == []
    assert len(findings(rule, restarts(1.0, 0.74))) == 1


def test_few_examples_widen_the_limit():
    assert findings(RULE, restarts(0.875, 0.25, examples=16)) == []
    assert len(findings(RULE, restarts(0.875, 0.25, examples=17))) == 1


def test_a_training_that_no_seed_manages_is_left_to_others():
    assert findings(RULE, restarts(0.5, 0.0)) == []
    assert len(findings(UnstableRestarts(min_best=0.4, max_gap=0.4), restarts(0.5, 0.0))) == 1


@pytest.mark.parametrize("made", [restarts(0.9, nan), restarts(0.9)])
def test_fewer_than_two_known_skills_are_inconclusive(made):
    assert isinstance(ask(RULE, made), Inconclusive)
