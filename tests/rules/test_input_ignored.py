from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, influence, responses, training, zeroed_inputs
from healthcheck_rules.learning.input_ignored import InputIgnored

RULE = InputIgnored()


def with_inputs(*inputs):
    return responses(inputs=inputs)


def test_a_model_that_reacts_to_no_input_fails():
    [finding] = findings(RULE, with_inputs(influence(change=0.0)))
    assert (finding.claim, finding.place, finding.measured, finding.limit) == (Claim.HARM, "fit", 0.0, 1e-7)
    assert finding.message == "nothing that the model computes from input x reaches an output"


def test_one_of_several_inputs_without_influence_warns():
    [finding] = findings(RULE, with_inputs(influence("x['a']"), influence("x['b']", change=0.0)))
    assert finding.claim is Claim.ADVICE
    assert "x['b']" in finding.message


def test_an_input_that_never_varies_cannot_matter():
    assert findings(RULE, with_inputs(influence(), influence("mask", varies=False, change=0.0))) == []
    skip = Skip("no input varies between the examples")
    assert ask(RULE, with_inputs(influence(varies=False, change=0.0))) == skip


def test_zeros_that_do_as_well_on_every_seed_are_a_symptom():
    [finding] = findings(RULE, zeroed_inputs(real=[0.7, 0.7], zeroed=[0.7, 0.7]))
    assert (finding.claim, finding.measured, finding.limit) == (Claim.SYMPTOM, 0.0, 0.01)
    assert finding.message == "training on zeros in place of the inputs reaches the same loss on 2 of 2 seeds"


def test_one_seed_on_which_the_inputs_help_is_enough():
    assert findings(RULE, zeroed_inputs(real=[0.7, 0.5], zeroed=[0.7, 0.7])) == []


def test_the_limits_may_be_reached_and_can_be_set():
    rule = InputIgnored(min_change=0.25, min_gain=0.25)
    assert findings(rule, with_inputs(influence(change=0.25))) == []
    assert len(findings(rule, with_inputs(influence(change=0.24)))) == 1
    assert findings(rule, zeroed_inputs(real=[0.75], zeroed=[1.0])) == []
    assert len(findings(rule, zeroed_inputs(real=[0.76], zeroed=[1.0]))) == 1


def test_a_model_that_beats_a_constant_is_not_compared_with_zeros():
    assert findings(RULE, zeroed_inputs(implied=True, real=[], zeroed=[])) == []


@pytest.mark.parametrize(
    "control",
    [
        zeroed_inputs(untried="too slow", real=[], zeroed=[]),
        zeroed_inputs(real=[], zeroed=[]),
        zeroed_inputs(real=[0.5], zeroed=[nan]),
        zeroed_inputs(real=[0.5], zeroed=[inf]),
        zeroed_inputs(real=[1.1], zeroed=[1.1]),
        zeroed_inputs(real=[nan], zeroed=[1.0]),
    ],
)
def test_a_control_that_says_nothing_is_inconclusive(control):
    assert isinstance(ask(RULE, control), Inconclusive)


def test_a_reaction_that_is_not_a_number_is_inconclusive():
    assert isinstance(ask(RULE, with_inputs(influence(change=nan))), Inconclusive)


def test_too_few_steps_are_inconclusive():
    assert ask(RULE, training(steps=19)) == Inconclusive("19 steps; 20 are needed")
    assert findings(InputIgnored(min_steps=19), training(steps=19)) == []
