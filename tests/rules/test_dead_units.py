from math import nan

import pytest

from healthcheck.remedies import LeakyActivation
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import SIGMOID, TANH, activations, ask, findings, units
from healthcheck_rules.activations.dead_units import DeadUnits


def test_a_layer_of_dead_units_is_found():
    [finding] = findings(DeadUnits(), activations(units("hidden", dead=0.95)))
    assert (finding.layer, finding.measured, finding.limit) == ("hidden", 0.95, 0.5)
    assert finding.message == "95% of the 100 units are zero on all of 1,000 examples"


def test_a_layer_of_live_units_is_healthy():
    assert findings(DeadUnits(), activations(units(dead=0.2))) == []


def test_half_of_the_units_may_be_dead_and_no_more():
    assert findings(DeadUnits(), activations(units(dead=0.5))) == []
    assert len(findings(DeadUnits(), activations(units(dead=0.51)))) == 1


@pytest.mark.parametrize(("dead", "claim"), [(0.9, Claim.ADVICE), (0.91, Claim.SYMPTOM)])
def test_only_a_nearly_dead_layer_can_fail(dead, claim):
    assert findings(DeadUnits(), activations(units(dead=dead)))[0].claim is claim


def test_only_the_dead_layers_are_named_and_the_remedy_takes_all_rectifiers():
    found = findings(DeadUnits(), activations(units("a"), units("b", dead=0.95), units("c", dead=0.6)))
    assert [finding.layer for finding in found] == ["b", "c"]
    assert {finding.remedy for finding in found} == {LeakyActivation(("a", "b", "c"))}


def test_what_counts_is_the_end_of_the_training():
    healed = activations(units(dead=0.0), before=[units(dead=1.0)])
    assert findings(DeadUnits(), healed) == []


def test_it_is_said_whether_the_training_killed_them():
    (killed,) = findings(DeadUnits(), activations(units(dead=0.9), before=[units(dead=0.5)]))
    (born_dead,) = findings(DeadUnits(), activations(units(dead=0.9), before=[units(dead=0.6)]))
    assert (killed.arose, born_dead.arose) == (True, False)


def test_a_share_that_is_not_a_number_is_inconclusive():
    assert isinstance(ask(DeadUnits(), activations(units("a"), units("b", dead=nan))), Inconclusive)


def test_too_few_examples_are_inconclusive():
    assert findings(DeadUnits(), activations(examples=256)) == []
    assert ask(DeadUnits(), activations(examples=255)) == Inconclusive(
        "255 examples; 256 are needed to call a unit dead"
    )


@pytest.mark.parametrize("layer", [units(activation=TANH, dead=1.0), units(hidden=False, dead=1.0)])
def test_without_a_hidden_rectifier_the_rule_does_not_apply(layer):
    skip = Skip("no hidden layer has an activation that is zero over a region")
    assert ask(DeadUnits(), activations(layer, units("output", activation=SIGMOID, hidden=False))) == skip


def test_the_limits_can_be_set():
    assert findings(DeadUnits(max_dead=0.7), activations(units(dead=0.6))) == []
    [finding] = findings(DeadUnits(max_dead_certain=0.5), activations(units(dead=0.6)))
    assert finding.claim is Claim.SYMPTOM
    assert findings(DeadUnits(min_examples=10), activations(examples=10)) == []
