from math import nan

import pytest

from healthcheck.remedies import FittingInitialization
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, hidden_features, influence, response, responses, training
from healthcheck_rules.activations.collapsed_representation import CollapsedRepresentation

RULE = CollapsedRepresentation()
UNTRAINED = training(loss=[1.1, 1.0])


def collapsed(share):
    return responses(response(), response("b", features=hidden_features("last", variance_share=share)))


def test_features_that_are_alike_for_every_input_are_found_where_nothing_was_learned():
    [finding] = findings(RULE, collapsed(1e-5), UNTRAINED)
    assert (finding.layer, finding.measured, finding.limit) == ("last", 1e-5, 1e-3)
    assert (finding.claim, finding.remedy) == (Claim.SYMPTOM, FittingInitialization())
    assert finding.message == "of the 100 features that enter this layer 1e-05 differs between inputs"


def test_features_that_are_all_zero_are_found():
    [finding] = findings(RULE, collapsed(0.0), UNTRAINED)
    assert finding.message == "of the 100 features that enter this layer nothing differs between inputs"


def test_a_model_that_learned_from_what_is_left_is_healthy():
    assert findings(RULE, collapsed(1e-5), training(loss=[1.1, 0.95])) == []
    assert len(findings(RULE, collapsed(1e-5), training(loss=[1.1, 0.96]))) == 1


def test_features_along_one_direction_are_healthy():
    flat = responses(response(features=hidden_features(effective_rank=1.0)))
    assert findings(RULE, flat, UNTRAINED) == []


def test_the_limit_may_be_reached_and_can_be_set():
    assert findings(RULE, collapsed(1e-3), UNTRAINED) == []
    assert len(findings(RULE, collapsed(0.9e-3), UNTRAINED)) == 1
    assert findings(CollapsedRepresentation(min_variance_share=0.0), collapsed(0.0), UNTRAINED) == []
    assert findings(CollapsedRepresentation(min_skill=1e-9), collapsed(0.0), training(loss=[1.1, 0.99])) == []


def test_features_that_are_not_finite_are_inconclusive():
    assert isinstance(ask(RULE, collapsed(nan), UNTRAINED), Inconclusive)


@pytest.mark.parametrize(
    "short", [training(loss=[1.1, 1.0], steps=10), training(loss=[1.1, 1.0], planned_steps=99)]
)
def test_a_training_that_hardly_began_is_inconclusive(short):
    assert isinstance(ask(RULE, collapsed(0.0), short), Inconclusive)


@pytest.mark.parametrize(
    "made", [responses(response(features=None)), responses(inputs=[influence(varies=False)])]
)
def test_without_hidden_features_or_varying_inputs_it_does_not_apply(made):
    skip = Skip("no output is computed from hidden features of inputs that vary")
    assert ask(RULE, made, UNTRAINED) == skip
