from math import inf, nan

import pytest

from healthcheck.remedies import OutputActivation
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import LINEAR, RELU, SIGMOID, SOFTMAX, TANH, ask, findings, output, structure
from healthcheck_rules.architecture.output_loss_mismatch import OutputLossMismatch

RULE = OutputLossMismatch()


def softmax(kind="sparse", **given):
    return output(kind=kind, units=10, activation=SOFTMAX, sums_to_one=True, **given)


@pytest.mark.parametrize(
    "healthy",
    [
        output(),
        output(units=3),
        output(activation=LINEAR, predictions=(-3.0, 3.0), from_logits=True),
        softmax("sparse"),
        softmax("categorical"),
        softmax("binary", row_sums=(1.0, 1.0)),
        output(kind="sparse", units=10, activation=LINEAR, from_logits=True),
        output(kind="sparse", units=10, activation=None, sums_to_one=True),
        output(activation=None, predictions=(0.0, 1.0)),
    ],
)
def test_a_loss_that_gets_what_it_expects_is_healthy(healthy):
    assert findings(RULE, structure(healthy)) == []


@pytest.mark.parametrize(
    ("sick", "remedy", "message"),
    [
        (
            output(activation=SOFTMAX, predictions=(1.0, 1.0), sums_to_one=True),
            "sigmoid",
            "softmax over one unit: every prediction is exactly 1",
        ),
        (
            softmax("binary", row_sums=(0.0, 3.0)),
            "sigmoid",
            "an example's outputs always sum to one, but its targets to 0 up to 3",
        ),
        (
            output(activation=LINEAR, predictions=(-1.0, 1.0)),
            "sigmoid",
            "binary loss expects probabilities but is fed values from -inf to inf (linear)",
        ),
        (
            output(activation=RELU),
            "sigmoid",
            "binary loss expects probabilities but is fed values from 0 to inf (relu)",
        ),
        (
            output(from_logits=True),
            "linear",
            "binary loss with from_logits=True is fed sigmoid: the values are squashed twice",
        ),
        (
            softmax(from_logits=True),
            "linear",
            "sparse loss with from_logits=True is fed softmax: the values are squashed twice",
        ),
        (
            output(kind="sparse", units=10, activation=TANH, predictions=(-1.0, 1.0)),
            "softmax",
            "sparse loss expects a distribution over 10 classes but is fed values from -1 to 1 (tanh)",
        ),
    ],
)
def test_a_loss_that_gets_something_else_is_a_fact(sick, remedy, message):
    [finding] = findings(RULE, structure(sick))
    assert (finding.claim, finding.layer, finding.message) == (Claim.FACT, "output", message)
    assert finding.remedy == OutputActivation("output", remedy)


@pytest.mark.parametrize("sums_to_one", [False, True])
def test_one_class_is_nothing_to_predict_and_no_activation_helps(sums_to_one):
    [finding] = findings(RULE, structure(output(kind="sparse", units=1, sums_to_one=sums_to_one)))
    assert finding.message == "sparse loss over a single unit: there is only one class to predict"
    assert (finding.claim, finding.remedy) == (Claim.FACT, None)


def test_a_sigmoid_per_class_is_advice():
    [finding] = findings(RULE, structure(output(kind="categorical", units=10, activation=SIGMOID)))
    assert finding.claim is Claim.ADVICE
    assert finding.message.endswith("expects a distribution over 10 classes but is fed one sigmoid per class")


@pytest.mark.parametrize("predictions", [(-0.001, 0.5), (0.5, 1.001)])
def test_an_output_that_no_layer_makes_is_judged_by_its_predictions(predictions):
    sick = output(layer=None, activation=None, predictions=predictions)
    [finding] = findings(RULE, structure(sick))
    assert (finding.layer, finding.place, finding.remedy) == (None, "compile", None)


def test_probabilities_that_no_layer_makes_are_squashed_twice_by_logits():
    sick = output(kind="sparse", units=10, layer=None, activation=None, sums_to_one=True, from_logits=True)
    assert "is fed a distribution" in findings(RULE, structure(sick))[0].message


@pytest.mark.parametrize("predictions", [(nan, 0.5), (0.5, nan), (nan, nan)])
@pytest.mark.parametrize("activation", [None, SIGMOID, SOFTMAX])
def test_predictions_that_are_not_numbers_are_inconclusive(predictions, activation):
    looked = structure(output(predictions=predictions, activation=activation))
    assert ask(RULE, looked) == Inconclusive("the predictions before training are not numbers")


def test_infinite_predictions_are_not_probabilities():
    assert findings(RULE, structure(output(activation=None, predictions=(0.0, inf))))


def test_only_the_outputs_at_fault_are_named():
    outputs = [output("a", layer="a"), output("b", layer="b", activation=RELU), output("c", kind="squared")]
    assert [finding.layer for finding in findings(RULE, structure(*outputs))] == ["b"]


@pytest.mark.parametrize("kind", ["squared", "absolute", "other"])
def test_without_a_cross_entropy_the_rule_does_not_apply(kind):
    assert ask(RULE, structure(output(kind=kind))) == Skip("no output has a cross-entropy loss")


def test_logits_that_keras_attaches_make_from_logits_harmless():
    (finding,) = findings(OutputLossMismatch(), structure(output(from_logits=True, bypassed=True)))
    assert finding.claim is Claim.NOTE
