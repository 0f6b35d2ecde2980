from math import inf, nan

import pytest

from healthcheck.remedies import StandardizeInputs
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, inputs
from healthcheck_rules.data.missing_input_normalization import MissingInputNormalization

RULE = MissingInputNormalization()


def test_raw_pixels_are_found():
    [finding] = findings(RULE, inputs(rms=147.0))
    assert finding.message == "the features that arrive at 'hidden' have a root mean square of 147"
    assert (finding.layer, finding.measured, finding.limit) == ("hidden", 147.0, 10.0)
    assert (finding.claim, finding.remedy) == (Claim.SYMPTOM, StandardizeInputs())


def test_standardized_features_are_healthy():
    assert findings(RULE, inputs()) == []


@pytest.mark.parametrize(
    ("healthy", "sick", "said"),
    [
        ({"rms": 10.0}, {"rms": 10.1}, "a root mean square of 10.1"),
        ({"rms": 0.01}, {"rms": 0.0099}, "a root mean square of only 0.0099"),
        ({"offset": 10.0}, {"offset": 10.1}, "up to 10.1 standard deviations from zero"),
        ({"spread": 100.0}, {"spread": 101.0}, "differ in scale by a factor of 101"),
    ],
)
def test_every_limit_may_be_reached_and_not_passed(healthy, sick, said):
    assert findings(RULE, inputs(**healthy)) == []
    assert said in findings(RULE, inputs(**sick))[0].message


@pytest.mark.parametrize("number", ["rms", "offset", "spread"])
@pytest.mark.parametrize("value", [nan, inf])
def test_a_number_that_is_not_finite_is_found(number, value):
    assert len(findings(RULE, inputs(**{number: value}))) == 1


def test_features_that_the_model_made_itself_are_advice_without_an_experiment():
    [finding] = findings(RULE, inputs(rms=147.0, raw=False))
    assert (finding.claim, finding.remedy) == (Claim.ADVICE, None)


def test_too_few_examples_are_inconclusive():
    assert findings(RULE, inputs(examples=16)) == []
    assert ask(RULE, inputs(examples=15)) == Inconclusive("15 examples; 16 are needed to judge a scale")


def test_binary_features_have_no_scale():
    assert ask(RULE, inputs(features=0)) == Skip("all features are binary, one-hot or constant")


@pytest.mark.parametrize(
    ("limit", "sick"),
    [
        ({"max_rms": 200.0}, {"rms": 147.0}),
        ({"min_rms": 0.001}, {"rms": 0.005}),
        ({"max_offset": 50.0}, {"offset": 20.0}),
        ({"max_spread": 1e6}, {"spread": 1e5}),
        ({"min_examples": 2}, {"examples": 2}),
    ],
)
def test_the_limits_can_be_set(limit, sick):
    assert findings(MissingInputNormalization(**limit), inputs(**sick)) == []
