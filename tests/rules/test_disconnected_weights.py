from dataclasses import replace
from math import nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, weight, weights
from healthcheck_rules.gradients.disconnected_weights import DisconnectedWeights

RULE = DisconnectedWeights()
FINE = weight("output/kernel", layer="output")
BLOCKED = {"connected": False, "gradient": 0.0, "moved": False, "on_loss": 0.02, "on_predictions": 0.1}
UNUSED = BLOCKED | {"on_loss": 0.0, "on_predictions": 0.0}


def test_a_weight_that_the_loss_depends_on_and_no_gradient_reaches_is_found():
    [finding] = findings(RULE, weights(weight(**BLOCKED), FINE))
    assert finding.message == (
        "no gradient reaches 'hidden/kernel', although the loss changes by 0.02 of its value "
        "when it is moved by a tenth"
    )
    assert (finding.layer, finding.claim) == ("hidden", Claim.FACT)
    assert (finding.measured, finding.limit) == (0.02, 1e-4)


def test_a_gradient_that_exists_and_is_zero_on_every_batch_is_found():
    zero = weight(**BLOCKED | {"connected": True})
    (finding,) = findings(RULE, weights(zero, FINE, batches=3))
    assert finding.claim is Claim.HARM
    assert findings(RULE, weights(zero, FINE, batches=2)) == []


def test_a_loss_that_is_flat_everywhere_is_success_or_the_business_of_other_rules():
    flat = [weight(name, **BLOCKED | {"connected": True}) for name in ("a", "b")]
    assert findings(RULE, weights(*flat)) == []


def test_the_weights_of_one_layer_are_one_finding():
    kernel, bias = weight("hidden/kernel", **BLOCKED), weight("hidden/bias", **BLOCKED | {"gradient": nan})
    [finding] = findings(RULE, weights(kernel, bias, FINE))
    assert "'hidden/kernel', 'hidden/bias'" in finding.message


def test_a_layer_that_was_made_and_never_called_warns():
    [finding] = findings(RULE, weights(weight(**UNUSED, spare=False), FINE))
    assert finding.claim is Claim.ADVICE
    assert finding.message == (
        "no gradient reaches 'hidden/kernel': neither loss nor predictions depend on it"
    )


@pytest.mark.parametrize(
    "healthy",
    [
        weight(gradient=nan),
        weight(**UNUSED, spare=True),
        weight(**UNUSED | {"connected": True}, spare=False),
        weight(**UNUSED | {"on_predictions": 0.1}, spare=False),
        weight(**BLOCKED, asked=False),
        weight(**BLOCKED | {"moved": True}),
    ],
    ids=[
        "rank one, its gradient not measured",
        "an output of a functional model without loss",
        "recurrent kernel of a sequence of one step",
        "loss weight zero",
        "left out by a custom training step",
        "trained in another way",
    ],
)
def test_a_weight_that_rightly_gets_no_gradient_is_healthy(healthy):
    assert findings(RULE, weights(healthy, FINE)) == []


def test_the_influence_may_be_as_large_as_the_limit():
    assert findings(RULE, weights(weight(**BLOCKED | {"on_loss": 1e-4}), FINE)) == []
    assert findings(DisconnectedWeights(min_influence=0.1), weights(weight(**BLOCKED), FINE)) == []
    zero = weight(**BLOCKED | {"connected": True})
    assert len(findings(DisconnectedWeights(min_batches=1), weights(zero, FINE, batches=1))) == 1


def test_a_loss_that_is_not_a_number_is_inconclusive():
    reason = "weights without a gradient were seen, but the loss is not a finite number"
    assert ask(RULE, weights(weight(**BLOCKED | {"on_loss": nan}), FINE)) == Inconclusive(reason)


def test_a_step_that_takes_no_gradient_is_not_judged():
    assert isinstance(ask(RULE, weights(weight(asked=False))), Skip)


def test_a_step_without_any_gradient_is_a_fault_of_the_loss_or_the_output():
    (finding,) = findings(RULE, replace(weights(), weights=(), blocked=True))
    assert (finding.claim, finding.place) == (Claim.FACT, "compile")
    assert (
        finding.message
        == "no gradient reaches any weight: between the weights and the loss something has none"
    )
