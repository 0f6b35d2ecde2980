from dataclasses import replace
from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, training
from healthcheck_rules.optimization.uneven_learning_speed import UnevenLearningSpeed

RULE = UnevenLearningSpeed()


def speeds(slow, fast):
    return training(update_ratio=[[slow, fast]] * 20)


def test_a_layer_that_hardly_moves_beside_a_fast_one_is_named():
    [finding] = findings(RULE, speeds(1e-6, 0.0625))
    assert finding.message == "'hidden' changes by 1e-06 of its size in a step, 'output' by 0.062"
    assert (finding.layer, finding.claim, finding.limit) == ("hidden", Claim.NOTE, 1000.0)
    assert finding.measured == pytest.approx(62_500)


def test_layers_of_similar_speed_are_healthy():
    assert findings(RULE, speeds(0.001, 0.1)) == []


def test_the_spread_may_be_as_large_as_the_limit():
    assert findings(UnevenLearningSpeed(max_spread=4.0), speeds(0.25, 1.0)) == []
    assert len(findings(UnevenLearningSpeed(max_spread=3.9), speeds(0.25, 1.0))) == 1


def test_a_layer_that_does_not_move_at_all_is_slower_than_any_limit():
    assert findings(RULE, speeds(0.0, 0.1))[0].measured == inf
    assert findings(RULE, speeds(0.0, 0.0)) == []


def test_the_median_over_the_steps_counts():
    assert findings(RULE, training(update_ratio=[[1e-9, 0.1]] + [[0.1, 0.1]] * 19)) == []


def test_speeds_that_are_not_numbers_or_too_few_are_inconclusive():
    assert isinstance(ask(RULE, speeds(nan, 0.1)), Inconclusive)
    assert isinstance(ask(UnevenLearningSpeed(min_steps=21), speeds(0.1, 0.1)), Inconclusive)
    assert ask(UnevenLearningSpeed(min_steps=20), speeds(0.1, 0.1)) == []


def test_one_kernel_has_nothing_to_be_compared_with():
    made = training()
    one = replace(made, kernel_layers=("output",), update_ratio=made.update_ratio[:, :1])
    assert isinstance(ask(RULE, one), Skip)
