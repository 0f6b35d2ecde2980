from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, gradient_noise, noise_scale
from healthcheck_rules.gradients.gradient_noise import GradientNoise

RULE = GradientNoise()


def test_a_batch_far_beyond_the_noise_is_said_to_be_too_large():
    noise = gradient_noise(batch_size=4096, start=noise_scale(2.0), end=noise_scale(8.0))
    [finding] = findings(RULE, noise)
    assert finding.message == (
        "the gradient noise scale is 2 (95 %: 1.6 to 2.5) at the start and 8 (95 %: 6.4 to 10) at the end: "
        "batches smaller than 4,096 make better use of the examples"
    )
    assert (finding.place, finding.claim) == ("fit", Claim.NOTE)
    assert (finding.measured, finding.limit) == (4096.0, 100.0)


def test_a_batch_far_below_the_noise_is_said_to_be_too_small():
    [finding] = findings(RULE, gradient_noise(batch_size=1, start=noise_scale(100.0)))
    assert "batches larger than 1 make better use" in finding.message
    assert finding.limit == 8.0


def test_a_batch_between_the_noise_at_both_ends_is_healthy():
    assert findings(RULE, gradient_noise()) == []


def test_the_batch_may_be_as_far_away_as_the_limit():
    assert findings(RULE, gradient_noise(batch_size=8, start=noise_scale(100.0))) == []
    assert findings(RULE, gradient_noise(batch_size=100, end=noise_scale(8.0), start=noise_scale(2.0))) == []
    noise = gradient_noise(batch_size=101, end=noise_scale(8.0), start=noise_scale(2.0))
    assert len(findings(RULE, noise)) == 1


def test_an_uncertain_scale_decides_nothing():
    assert findings(RULE, gradient_noise(batch_size=1, start=noise_scale(100.0, low=1.0))) == []
    assert findings(RULE, gradient_noise(batch_size=4096, end=noise_scale(inf))) == []


@pytest.mark.parametrize("bad", [noise_scale(nan), noise_scale(1.0, low=nan), noise_scale(1.0, high=nan)])
def test_a_scale_that_is_not_a_number_is_inconclusive(bad):
    assert isinstance(ask(RULE, gradient_noise(start=bad)), Inconclusive)
    assert isinstance(ask(RULE, gradient_noise(end=bad)), Inconclusive)


def test_the_limit_can_be_set():
    noise = gradient_noise(batch_size=4096, start=noise_scale(2.0), end=noise_scale(8.0))
    assert findings(GradientNoise(max_factor=1000.0), noise) == []
