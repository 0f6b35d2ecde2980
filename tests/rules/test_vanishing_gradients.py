from math import nan

import pytest

from healthcheck.remedies import ReluActivation
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import SIGMOID, activations, ask, findings, initial, kernel, units
from healthcheck_rules.gradients.vanishing_gradients import VanishingGradients

RULE = VanishingGradients()
OUTPUT = units("output", activation=SIGMOID, hidden=False)


def rectifiers(*flows):
    """Layers `0`, `1`, ... with ReLU, the last one with a flow of 1."""
    layers = [str(index) for index in range(len(flows))]
    kernels = [kernel(layer, flow=flow) for layer, flow in zip(layers, flows, strict=True)]
    return initial(*kernels, kernel("output")), activations(*(units(layer) for layer in layers), OUTPUT)


def sigmoids(*flows):
    start, looked = rectifiers(*flows)
    hidden = [units(one.layer, activation=SIGMOID) for one in looked.after if one.hidden]
    return start, activations(*hidden, OUTPUT)


def test_sigmoid_layers_that_pass_no_gradient_are_found():
    found = findings(RULE, *sigmoids(1e-5, 1e-3))
    assert found[0].message == "the gradient that reaches '0' is 1e-05 of the largest"
    assert (found[0].measured, found[0].limit, found[0].claim) == (1e-5, 0.1, Claim.SYMPTOM)


def test_layers_that_pass_the_gradient_are_healthy():
    assert findings(RULE, *rectifiers(0.3, 0.5)) == []
    assert findings(RULE, *sigmoids(0.3, 0.5)) == []


@pytest.mark.parametrize(("model", "limit"), [(rectifiers, 1e-4), (sigmoids, 0.1)])
def test_the_flow_may_be_as_small_as_the_limit_and_no_smaller(model, limit):
    assert findings(RULE, *model(limit)) == []
    assert len(findings(RULE, *model(0.99 * limit))) == 1


def test_every_hidden_layer_that_saturates_is_named_because_each_takes_its_share():
    found = findings(RULE, *sigmoids(1e-5, 1e-3, 0.05))
    assert [finding.layer for finding in found] == ["0", "1", "2"]
    assert {finding.remedy for finding in found} == {ReluActivation(("0", "1", "2"))}


def test_a_layer_above_the_limit_is_not_said_to_break_it():
    low, high = findings(RULE, *sigmoids(1e-5, 0.5))
    assert (low.limit, high.limit) == (0.1, None)
    assert high.message == (
        "the gradient that reaches '1' is 0.5 of the largest, and its activation weakens it further"
    )


def test_without_a_saturating_layer_those_near_the_input_are_named_and_no_remedy():
    found = findings(RULE, *rectifiers(1e-5, 1e-5, 0.5, 0.5, 0.5))
    assert [(finding.layer, finding.remedy) for finding in found] == [("0", None), ("1", None)]


def test_one_odd_layer_among_those_near_the_input_does_not_decide():
    assert findings(RULE, *rectifiers(1e-9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)) == []


@pytest.mark.parametrize("model", [rectifiers, sigmoids])
@pytest.mark.parametrize("where", range(3))
def test_a_flow_that_is_not_a_number_is_inconclusive(model, where):
    flows = [0.5] * 8
    flows[where] = nan
    assert ask(RULE, *model(*flows)) == Inconclusive("no finite gradient flows at all")


def test_with_one_kernel_the_rule_does_not_apply():
    skip = Skip("fewer than two layers have a trainable kernel")
    assert ask(RULE, initial(kernel(flow=0.0))) == skip


def test_the_limits_can_be_set():
    assert findings(VanishingGradients(min_flow=1e-9), *rectifiers(1e-8)) == []
    assert findings(VanishingGradients(min_flow_saturating=1e-3), *sigmoids(0.01)) == []
