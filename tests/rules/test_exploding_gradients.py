from dataclasses import replace
from math import inf, nan

import pytest

from healthcheck.evidence import NonFinite
from healthcheck.remedies import ClipGradients
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, training
from healthcheck_rules.gradients.exploding_gradients import ExplodingGradients

RISING = (1.0, 2.0)


def norms(last, first=1.0, loss=RISING):
    """Nineteen steps at `first` and one at `last`, all of it in one kernel."""
    return training(loss=loss, gradient_norm=[[first, 0.0]] * 19 + [[last, 0.0]])


def test_a_gradient_that_grows_while_the_loss_rises_is_found():
    [finding] = findings(ExplodingGradients(), norms(1e6))
    assert finding.message == "the gradient's norm grew 1e+06 times while the loss rose"
    assert (finding.measured, finding.limit) == (1e6, 100.0)
    assert (finding.place, finding.claim) == ("compile", Claim.SYMPTOM)
    assert finding.remedy == ClipGradients(1.0)


def test_a_steady_gradient_is_healthy():
    assert findings(ExplodingGradients(), training()) == []
    assert findings(ExplodingGradients(), norms(1.0)) == []


def test_the_norm_may_grow_to_the_limit_and_no_further():
    assert findings(ExplodingGradients(), norms(100.0)) == []
    assert len(findings(ExplodingGradients(), norms(101.0))) == 1


def test_a_gradient_that_grows_while_the_loss_falls_is_left_alone():
    assert findings(ExplodingGradients(), norms(1e6, loss=(2.0, 1.0))) == []
    assert findings(ExplodingGradients(), norms(inf, loss=(2.0, 1.0))) == []
    assert findings(ExplodingGradients(), norms(1e6, loss=(1.0, 1.0))) == []


def test_the_norm_is_that_of_the_whole_gradient():
    [finding] = findings(
        ExplodingGradients(), training(loss=RISING, gradient_norm=[[3.0, 4.0]] * 19 + [[3e3, 4e3]])
    )
    assert finding.measured == pytest.approx(1000.0)


@pytest.mark.parametrize(
    ("first", "last"), [(1.0, nan), (nan, 1.0), (nan, nan), (inf, inf), (1.0, inf), (0.0, 1.0)]
)
def test_a_norm_that_is_beyond_all_numbers_is_found(first, last):
    [finding] = findings(ExplodingGradients(), norms(last, first))
    assert finding.message == "the gradient's norm grew beyond all numbers while the loss rose"


def test_a_norm_that_is_not_a_number_while_the_loss_falls_is_inconclusive():
    assert isinstance(ask(ExplodingGradients(), norms(nan, loss=(2.0, 1.0))), Inconclusive)


def test_no_gradient_at_all_does_not_explode():
    assert findings(ExplodingGradients(), norms(0.0, 0.0)) == []


def test_a_loss_that_is_no_number_any_more_counts_as_risen():
    assert len(findings(ExplodingGradients(), norms(1e6, loss=(1.0, nan)))) == 1


def test_a_loss_that_was_no_number_before_the_first_update_did_not_explode():
    assert isinstance(ask(ExplodingGradients(), norms(1e6, loss=(nan, 1.0))), Inconclusive)


def measured(steps, non_finite=None):
    whole = norms(1e6)
    kept = {"measured_steps": whole.measured_steps[-steps:], "gradient_norm": whole.gradient_norm[-steps:]}
    if not steps:
        kept = {"measured_steps": whole.measured_steps[:0], "gradient_norm": whole.gradient_norm[:0]}
    return replace(whole, non_finite=non_finite, **kept)


def test_too_few_measured_steps_are_inconclusive():
    assert ask(ExplodingGradients(), measured(7)) == Inconclusive("7 measured steps; 8 are needed")
    assert len(findings(ExplodingGradients(), measured(8))) == 1
    assert len(findings(ExplodingGradients(min_steps=7), measured(7))) == 1


def test_a_training_that_broke_off_is_judged_by_what_there_is():
    broken = NonFinite("loss", None, 3)
    assert len(findings(ExplodingGradients(), measured(7, broken))) == 1
    assert ask(ExplodingGradients(), measured(0, broken)) == Inconclusive("0 measured steps; 1 are needed")


def test_without_a_kernel_the_rule_does_not_apply():
    assert ask(ExplodingGradients(), replace(training(), kernel_layers=())) == Skip("no trainable kernel")


def test_the_limits_can_be_set():
    assert findings(ExplodingGradients(max_growth=1e7), norms(1e6)) == []
    assert findings(ExplodingGradients(clipnorm=5.0), norms(1e6))[0].remedy == ClipGradients(5.0)
