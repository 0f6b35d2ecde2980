from math import nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, influence, response, responses, training
from healthcheck_rules.activations.constant_output import ConstantOutput

RULE = ConstantOutput()
CONSTANT = response("b", layer="dense", varies=0.0, value=1.0)


def test_an_output_that_never_changes_fails():
    [finding] = findings(RULE, responses(response("a"), CONSTANT))
    assert (finding.layer, finding.claim, finding.measured, finding.limit) == ("dense", Claim.HARM, 0.0, 1e-6)
    assert finding.message == "after training the prediction is 1 for each of 128 different examples"


def test_a_prediction_without_a_value_is_still_described():
    [finding] = findings(RULE, responses(response(varies=0.0, value=nan)))
    assert finding.message.startswith("after training the prediction is the same for each")


def test_an_output_that_follows_its_input_is_healthy():
    assert findings(RULE, responses()) == []


def test_the_smallest_variation_may_be_reached():
    assert findings(ConstantOutput(min_variation=0.25), responses(response(varies=0.25))) == []
    assert len(findings(ConstantOutput(min_variation=0.25), responses(response(varies=0.24)))) == 1


def test_an_output_that_no_layer_makes_is_shown_at_the_compile_line():
    [finding] = findings(RULE, responses(response(layer=None, varies=0.0)))
    assert (finding.layer, finding.place) == (None, "compile")


def test_predicting_the_most_frequent_class_only_is_left_alone():
    assert findings(RULE, responses(response(classes=1, score=0.97, constant_score=0.97))) == []


def test_predicting_a_rare_class_only_warns():
    [finding] = findings(RULE, responses(response(classes=1, score=0.25, constant_score=0.75), examples=100))
    assert (finding.claim, finding.measured, finding.limit) == (Claim.ADVICE, 0.25, 0.6)
    assert finding.message == "one class is predicted for all of 100 examples, and not the most frequent one"


def test_a_class_that_is_rarer_by_chance_is_left_alone():
    tied = response(classes=1, score=0.6, constant_score=0.75)
    assert findings(RULE, responses(tied, examples=100)) == []
    assert (
        len(findings(RULE, responses(response(classes=1, score=0.59, constant_score=0.75), examples=100)))
        == 1
    )


def test_predictions_that_are_not_finite_are_inconclusive():
    assert isinstance(ask(RULE, responses(response(), response(varies=nan))), Inconclusive)


@pytest.mark.parametrize(
    "sick",
    [
        responses(response(varies=0.0, target_varies=False)),
        responses(CONSTANT, inputs=[influence(varies=False)]),
    ],
)
def test_where_nothing_should_vary_it_does_not_apply(sick):
    assert ask(RULE, sick) == Skip("no output has targets that vary, for inputs that vary")


def test_too_few_steps_are_inconclusive():
    assert ask(RULE, responses(CONSTANT), training(steps=19)) == Inconclusive("19 steps; 20 are needed")
    assert len(findings(ConstantOutput(min_steps=19), responses(CONSTANT), training(steps=19))) == 1


def test_a_training_that_the_budget_cut_is_inconclusive_only_where_the_output_is_constant():
    cut = training(steps=100, planned_steps=1000)
    assert ask(RULE, responses(CONSTANT), cut) == Inconclusive("100 of 1,000 planned steps were done")
    assert findings(RULE, responses(), cut) == []
