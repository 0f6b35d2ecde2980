from math import inf, nan

import pytest

from healthcheck.remedies import FittingInitialization
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import SIGMOID, activations, ask, findings, structure, units
from healthcheck_rules.initialization.bad_initialization_scale import BadInitializationScale

RULE = BadInitializationScale()


def signals(*sizes):
    """Hidden layers `0`, `1`, ... with pre-activations of these sizes."""
    return activations(*(units(str(index), preactivation_rms=size) for index, size in enumerate(sizes)))


def logits(size):
    return activations(units("output", activation=SIGMOID, hidden=False, preactivation_rms=size))


def test_a_signal_that_fades_is_found_where_it_is_weakest():
    [finding] = findings(RULE, signals(1.0, 0.5, 1e-5))
    assert finding.message == "before training the signal is 1e+05 times weaker in '2' than in '0'"
    assert (finding.layer, finding.limit, finding.claim) == ("2", 1e3, Claim.SYMPTOM)
    assert finding.remedy == FittingInitialization()


def test_large_logits_are_found():
    [finding] = findings(RULE, logits(50.0))
    assert finding.message == "the output starts at values of size 50, before its activation"
    assert (finding.layer, finding.measured, finding.limit) == ("output", 50.0, 10.0)
    assert (finding.claim, finding.remedy) == (Claim.SYMPTOM, FittingInitialization())


def test_a_signal_of_one_size_is_healthy():
    assert findings(RULE, signals(1.0, 0.5, 2.0)) == []


def test_the_limits_may_be_reached_and_not_passed():
    assert findings(RULE, signals(1000.0, 1.0)) == []
    assert len(findings(RULE, signals(1001.0, 1.0))) == 1
    assert findings(RULE, logits(10.0)) == []
    assert len(findings(RULE, logits(10.1))) == 1


def test_a_hidden_layer_may_be_large():
    assert findings(RULE, signals(50.0)) == []


def test_what_counts_is_the_start_of_the_training():
    grown = activations(units(), before=[units(preactivation_rms=1e9), units("b")])
    assert len(findings(RULE, grown)) == 1


@pytest.mark.parametrize("sizes", [(0.0,), (1.0, 0.0), (0.0, 0.0)])
def test_no_signal_at_all_is_found(sizes):
    [finding] = findings(RULE, signals(*sizes))
    assert (finding.message, finding.measured) == ("before training the signal is zero", inf)


@pytest.mark.parametrize("sizes", [(1.0, inf), (inf, inf)])
def test_an_infinite_signal_is_found(sizes):
    assert len(findings(RULE, signals(*sizes))) == 1


@pytest.mark.parametrize("looked", [signals(nan, 1.0), signals(1.0, nan), logits(nan)])
def test_a_signal_that_is_not_a_number_is_inconclusive(looked):
    assert ask(RULE, looked) == Inconclusive("the signal before training is not a number")


def test_normalization_layers_set_the_scale_themselves():
    skip = Skip("normalization layers set the scale of the signal")
    assert ask(RULE, structure(normalizes=True), signals(1e9, 1.0)) == skip


def test_without_an_activation_the_rule_does_not_apply():
    assert ask(RULE, activations(before=[])) == Skip("no layer has a nonlinear activation")


def test_the_limits_can_be_set():
    assert findings(BadInitializationScale(max_ratio=1e6), signals(1e5, 1.0)) == []
    assert findings(BadInitializationScale(max_logits=100.0), logits(50.0)) == []
