from math import nan

import pytest

from healthcheck.remedies import ReluActivation
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import RELU, SIGMOID, activations, ask, findings, units
from healthcheck_rules.activations.saturated_activations import SaturatedActivations


def sigmoid(layer="hidden", saturated=0.0, hidden=True):
    return units(layer, activation=SIGMOID, saturated=saturated, hidden=hidden)


def test_a_layer_of_saturated_units_is_found():
    [finding] = findings(SaturatedActivations(), activations(sigmoid("hidden", 0.8)))
    assert (finding.layer, finding.measured, finding.limit) == ("hidden", 0.8, 0.5)
    assert finding.claim is Claim.SYMPTOM


def test_units_on_the_slope_are_healthy():
    assert findings(SaturatedActivations(), activations(sigmoid())) == []


def test_half_of_the_units_may_be_saturated_and_no_more():
    assert findings(SaturatedActivations(), activations(sigmoid(saturated=0.5))) == []
    assert len(findings(SaturatedActivations(), activations(sigmoid(saturated=0.51)))) == 1


@pytest.mark.parametrize(("before", "after", "when"), [(0.9, 0.0, "before"), (0.0, 0.9, "after")])
def test_a_layer_is_looked_at_before_and_after_training(before, after, when):
    looked = activations(sigmoid(saturated=after), before=[sigmoid(saturated=before)])
    [finding] = findings(SaturatedActivations(), looked)
    assert finding.message == f"90% of the 100 units are saturated {when} training"


def test_a_layer_that_is_saturated_twice_is_named_once():
    assert len(findings(SaturatedActivations(), activations(sigmoid("hidden", 0.9)))) == 1


def test_only_the_saturated_layers_are_named_and_the_remedy_takes_all_that_saturate():
    found = findings(SaturatedActivations(), activations(sigmoid("a"), sigmoid("b", 0.9), units("c")))
    assert [finding.layer for finding in found] == ["b"]
    assert found[0].remedy == ReluActivation(("a", "b"))


@pytest.mark.parametrize(("before", "arose"), [(0.9, False), (0.0, True)])
def test_it_is_said_whether_the_training_saturated_them(before, arose):
    (finding,) = findings(
        SaturatedActivations(), activations(sigmoid(saturated=0.9), before=[sigmoid(saturated=before)])
    )
    assert finding.arose is arose


@pytest.mark.parametrize(("before", "after"), [(nan, 0.0), (0.0, nan)])
def test_a_share_that_is_not_a_number_is_inconclusive(before, after):
    looked = activations(sigmoid(saturated=after), before=[sigmoid(saturated=before)])
    assert isinstance(ask(SaturatedActivations(), looked), Inconclusive)


@pytest.mark.parametrize(
    "layer", [units(activation=RELU, saturated=1.0), sigmoid("output", 1.0, hidden=False)]
)
def test_without_a_hidden_layer_that_saturates_the_rule_does_not_apply(layer):
    skip = Skip("no hidden layer has an activation that saturates")
    assert ask(SaturatedActivations(), activations(layer)) == skip


def test_the_limit_can_be_set():
    assert findings(SaturatedActivations(max_saturated=0.9), activations(sigmoid(saturated=0.8))) == []
