from math import inf, nan

import pytest

from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, findings, responses
from healthcheck_rules.activations.batch_mixing import BatchMixing

RULE = BatchMixing()


def test_a_prediction_that_follows_its_neighbours_fails_at_the_layer():
    [finding] = findings(RULE, responses(mixing=0.25, mixing_layer="norm"))
    assert (finding.layer, finding.place, finding.claim) == ("norm", "layer", Claim.FACT)
    assert (finding.measured, finding.limit) == (0.25, 1e-3)
    assert finding.message == "predictions move by 25.0% of their range when other examples share the batch"


def test_mixing_outside_of_the_layers_is_shown_at_the_compile_line():
    [finding] = findings(RULE, responses(mixing=inf))
    assert (finding.layer, finding.place) == (None, "compile")


def test_predictions_that_stay_are_healthy():
    assert findings(RULE, responses()) == []


def test_the_limit_may_be_reached_and_can_be_set():
    assert findings(RULE, responses(mixing=1e-3)) == []
    assert len(findings(RULE, responses(mixing=1.1e-3))) == 1
    assert findings(BatchMixing(max_change=0.5), responses(mixing=0.25)) == []


@pytest.mark.parametrize("repeatability", [0.01, nan])
def test_a_model_that_draws_random_numbers_is_not_judged(repeatability):
    made = responses(mixing=0.25, repeatability=repeatability)
    assert ask(RULE, made) == Skip("the predictions are not repeatable in inference mode")


def test_predictions_that_cannot_be_compared_row_by_row_are_not_judged():
    skip = Skip("the predictions are not finite or have no row for each example")
    assert ask(RULE, responses(mixing=nan, repeatability=nan)) == skip
