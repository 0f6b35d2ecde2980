from math import inf, nan

import pytest

from healthcheck.remedies import NeutralOutput
from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, start
from healthcheck_rules.initialization.initial_loss import InitialLoss

RULE = InitialLoss()


def test_a_start_far_worse_than_undecided_is_found():
    [finding] = findings(RULE, start(loss=7.0, training_loss=8.0))
    assert finding.message == "the loss starts at 7, where an undecided model has 0.7"
    assert (finding.layer, finding.claim) == ("output", Claim.ADVICE)
    assert (finding.measured, finding.limit) == (pytest.approx(10.0), 3.0)
    assert finding.remedy == NeutralOutput(("output",))


def test_a_nearly_undecided_start_is_healthy():
    assert findings(RULE, start()) == []


def test_both_modes_have_to_be_too_high():
    assert findings(RULE, start(loss=50.0)) == []
    assert findings(RULE, start(training_loss=50.0)) == []


def test_rare_classes_do_not_count():
    assert findings(RULE, start(loss=0.8, training_loss=0.8, constant_loss=0.05)) == []


def test_the_limit_may_be_reached_and_not_passed():
    assert findings(RULE, start(loss=3.0, training_loss=3.0, neutral_loss=1.0)) == []
    assert len(findings(RULE, start(loss=3.01, training_loss=3.01, neutral_loss=1.0))) == 1


def test_several_outputs_share_one_loss_and_so_no_layer_is_blamed():
    [finding] = findings(RULE, start(loss=7.0, training_loss=7.0, layers=("left", "right")))
    assert (finding.layer, finding.place) == (None, "fit")


@pytest.mark.parametrize("loss", [nan, inf])
def test_a_loss_that_is_not_finite_is_inconclusive(loss):
    assert ask(RULE, start(loss=loss, training_loss=loss)) == Inconclusive(
        "the loss before training is not finite"
    )


def test_without_a_known_loss_to_compare_with_it_is_inconclusive():
    assert ask(RULE, start(neutral_loss=nan, constant_loss=nan)) == Inconclusive(
        "the loss of an undecided model is not known"
    )


def test_the_limit_can_be_set():
    assert findings(InitialLoss(max_ratio=20.0), start(loss=7.0, training_loss=7.0)) == []
