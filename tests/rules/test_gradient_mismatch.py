from math import nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, gradient_check, wrong_gradient
from healthcheck_rules.gradients.gradient_mismatch import GradientMismatch


def test_a_wrong_layer_is_a_fact_and_shows_the_ratio():
    [finding] = findings(GradientMismatch(), gradient_check(wrong_gradient("hidden", ratio=-1.0)))
    assert (finding.layer, finding.place, finding.claim) == ("hidden", "layer", Claim.FACT)
    assert finding.message == (
        "the gradient of 'hidden' is -1 times what its own function has, by input 0: "
        "a relative error of 2 on each of two batches"
    )
    assert (finding.measured, finding.limit) == (2.0, 2e-5)


def test_several_wrong_layers_are_told_from_the_output_back():
    made = gradient_check(wrong_gradient("last"), wrong_gradient("first"))
    assert [finding.layer for finding in findings(GradientMismatch(), made)] == ["last", "first"]


def test_a_wrong_loss_stands_on_the_line_of_the_compile():
    [finding] = findings(GradientMismatch(), gradient_check(wrong_gradient(None, place="loss")))
    assert finding.place == "compile"
    assert "the gradient of the loss" in finding.message


def test_what_is_outside_all_layers_stands_on_the_line_of_the_fit():
    [finding] = findings(GradientMismatch(), gradient_check(wrong_gradient(None, place="model")))
    assert finding.place == "fit"


def test_a_right_gradient_is_healthy():
    assert findings(GradientMismatch(), gradient_check()) == []


@pytest.mark.parametrize(("disagreement", "found"), [(2e-5, 0), (2.01e-5, 1), (nan, 1)])
def test_the_limit_itself_is_healthy_and_nan_is_not(disagreement, found):
    made = gradient_check(wrong_gradient(disagreement=disagreement))
    assert len(findings(GradientMismatch(), made)) == found


@pytest.mark.parametrize(("disagreement", "found"), [(0.19, 0), (0.21, 1)])
def test_float32_has_a_limit_of_its_own(disagreement, found):
    wrong = wrong_gradient(disagreement=disagreement, precision="float32")
    made = gradient_check(wrong, precision="float32", uncertainty=0.01)
    assert len(findings(GradientMismatch(), made)) == found


def test_a_layer_that_is_exact_in_a_model_that_is_not_has_the_exact_limit():
    made = gradient_check(wrong_gradient(disagreement=1e-4), precision="float32", uncertainty=0.9)
    [finding] = findings(GradientMismatch(), made)
    assert finding.limit == 2e-5


def test_where_the_budget_ended_no_layer_is_accused():
    [finding] = findings(GradientMismatch(), gradient_check(wrong_gradient(None, place="unsearched")))
    assert (finding.layer, finding.place) == (None, "fit")
    assert "the budget ended before the layer was found" in finding.message


def test_a_small_disagreement_whose_layer_was_not_searched_for_may_come_from_kinks():
    wrong = wrong_gradient(None, place="unsearched", disagreement=0.0035)
    assert isinstance(ask(GradientMismatch(), gradient_check(wrong)), Inconclusive)


@pytest.mark.parametrize("uncertainty", [0.3, nan])
def test_a_noise_floor_that_is_too_high_is_inconclusive(uncertainty):
    result = ask(GradientMismatch(), gradient_check(precision="float32", uncertainty=uncertainty))
    assert isinstance(result, Inconclusive)
    assert "float32" in result.reason


def test_without_anything_to_differentiate_by_it_does_not_apply():
    from dataclasses import replace

    assert isinstance(ask(GradientMismatch(), replace(gradient_check(), parts=0)), Skip)
