from math import nan

import pytest

from healthcheck.evidence import NonFinite
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, training, weight, weights
from healthcheck_rules.optimization.growing_weights import GrowingWeights

RULE = GrowingWeights()
STILL = training(loss=[1.0, 0.5, 0.5, 0.5, 0.5, 0.5])


def grown(growth=20.0, late_growth=1.5, **others):
    return weights(weight(growth=growth, late_growth=late_growth, **others))


def test_weights_that_grow_on_while_the_loss_stands_still_are_found():
    [finding] = findings(RULE, STILL, grown())
    assert finding.message == "the norm of 'hidden/kernel' grew 20 times and still rises, for no gain"
    assert (finding.layer, finding.claim, finding.measured, finding.limit) == (
        "hidden",
        Claim.ADVICE,
        20.0,
        10.0,
    )


def test_growth_that_lowers_the_loss_is_learning():
    assert findings(RULE, training(loss=[1.0, 0.8, 0.6, 0.5, 0.4, 0.3]), grown()) == []


@pytest.mark.parametrize(
    "healthy",
    [grown(growth=10.0), grown(late_growth=1.02), grown(looked_up=True), grown(start=0.1)],
    ids=["at the limit", "settled", "an embedding", "a tiny start"],
)
def test_other_growth_is_healthy(healthy):
    assert not findings(RULE, STILL, weights(*healthy.weights, weight()))


def test_growth_that_is_not_a_number_is_inconclusive():
    assert isinstance(ask(RULE, STILL, grown(growth=nan)), Inconclusive)
    assert isinstance(ask(RULE, STILL, grown(late_growth=nan)), Inconclusive)


def test_progress_may_be_as_small_as_the_limit():
    at = training(loss=[1.0, 0.5, 0.5, 0.5, 0.5, 0.375])
    assert len(findings(GrowingWeights(max_progress=0.25), at, grown())) == 1
    assert findings(GrowingWeights(max_progress=0.2), at, grown()) == []


def test_few_evaluations_or_a_loss_that_is_not_finite_are_inconclusive():
    assert isinstance(ask(RULE, training(loss=[1.0, 0.5, 0.5, 0.5]), grown()), Inconclusive)
    assert isinstance(ask(RULE, training(loss=[1.0] * 5 + [nan]), grown()), Inconclusive)
    assert isinstance(ask(RULE, training(non_finite=NonFinite("loss", None, 9)), grown()), Inconclusive)
    assert len(findings(GrowingWeights(min_points=4), training(loss=[1.0, 0.5, 0.5, 0.5]), grown())) == 1


def test_without_a_kernel_that_starts_at_a_usual_scale_it_is_not_judged():
    assert isinstance(ask(RULE, STILL, grown(start=0.0)), Skip)


def test_the_limits_can_be_set():
    assert findings(GrowingWeights(max_growth=30.0), STILL, grown()) == []
    assert findings(GrowingWeights(max_late_growth=2.0), STILL, grown()) == []
    assert len(findings(GrowingWeights(min_start=0.0), STILL, grown(start=0.1))) == 1
