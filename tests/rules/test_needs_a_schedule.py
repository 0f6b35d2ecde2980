from math import nan

import pytest

from healthcheck.remedies import DecayRate
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, structure, training
from healthcheck_rules.optimization.needs_a_schedule import NeedsASchedule

RULE = NeedsASchedule()


def zigzag(height=0.25, fall=0.0):
    """Falls to 0.5 and stays there, up and down by turns."""
    return training(loss=[1.0 - 0.05 * i for i in range(10)] + _turns(height, fall))


def _turns(height, fall):
    return [0.5 + height * (-1) ** (i // 2 + i) - fall * i for i in range(12)]


def test_a_late_loss_that_scatters_around_its_level_is_noted():
    [finding] = findings(RULE, zigzag())
    assert finding.message.startswith("in the second half of the training the loss stays at its level and")
    assert (finding.place, finding.claim, finding.limit) == ("compile", Claim.NOTE, 0.05)
    assert finding.measured == pytest.approx(0.25, rel=0.1)
    assert finding.remedy == DecayRate(0.001, "Adam")


def test_a_loss_that_settles_or_still_falls_is_healthy():
    assert findings(RULE, training()) == []
    assert findings(RULE, zigzag(height=0.01)) == []
    assert findings(RULE, zigzag(height=0.06, fall=0.03)) == []


def test_the_scatter_may_be_just_below_the_limit():
    [finding] = findings(RULE, zigzag())
    assert findings(NeedsASchedule(min_scatter=finding.measured * 1.001), zigzag()) == []
    assert len(findings(NeedsASchedule(min_scatter=finding.measured), zigzag())) == 1


def test_the_trend_allowed_can_be_set():
    assert len(findings(NeedsASchedule(max_trend=100.0), zigzag(height=0.06, fall=0.03))) == 1


def test_a_model_that_learned_nothing_has_no_level_to_leave():
    assert findings(RULE, training(loss=[1.0 + 0.2 * (-1) ** i for i in range(20)] + [1.2])) == []


def test_a_schedule_or_no_rate_is_not_judged():
    assert isinstance(ask(RULE, structure(learning_rate=nan), zigzag()), Skip)
    assert isinstance(ask(RULE, structure(learning_rate=0.0), zigzag()), Skip)


def test_few_points_and_a_loss_that_is_no_number_are_inconclusive():
    assert isinstance(ask(NeedsASchedule(min_points=23), zigzag()), Inconclusive)
    assert isinstance(ask(RULE, training(loss=[1.0] * 20 + [nan])), Inconclusive)
    assert isinstance(ask(RULE, training(constant_loss=nan)), Inconclusive)
