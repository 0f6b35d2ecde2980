from math import nan

import pytest

from healthcheck.remedies import StandardizeTargets
from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, findings, numbers, target, targets
from healthcheck_rules.data.target_scale import TargetScale

RULE = TargetScale()


def test_targets_far_from_zero_are_found():
    [finding] = findings(RULE, targets(numbers(mean=200.0, std=10.0)))
    assert finding.message == "the targets lie 20 standard deviations from zero"
    assert (finding.layer, finding.measured, finding.limit) == ("output", 20.0, 3.0)
    assert (finding.claim, finding.remedy) == (Claim.ADVICE, StandardizeTargets())


def test_standardized_targets_are_healthy():
    assert findings(RULE, targets(numbers())) == []


@pytest.mark.parametrize(
    ("healthy", "sick", "said"),
    [
        ({"mean": 3.0}, {"mean": -3.1}, "lie 3.1 standard deviations from zero"),
        ({"std": 100.0}, {"std": 101.0}, "have a standard deviation of 101"),
        ({"std": 0.005}, {"std": 0.0049}, "have a standard deviation of only 0.0049"),
    ],
)
def test_every_limit_may_be_reached_and_not_passed(healthy, sick, said):
    assert findings(RULE, targets(numbers(**healthy))) == []
    assert said in findings(RULE, targets(numbers(**sick)))[0].message


def test_a_model_that_starts_at_the_mean_of_its_targets_is_left_in_peace():
    assert findings(RULE, targets(numbers(mean=200.0, std=10.0, predicted_mean=200.0))) == []


def test_predictions_of_the_same_scale_make_a_large_deviation_healthy():
    assert findings(RULE, targets(numbers(std=500.0, predicted_std=400.0))) == []


def test_an_output_layer_that_starts_at_zero_does_not_make_small_targets_ill():
    assert findings(RULE, targets(numbers(std=1.0, predicted_std=0.0))) == []


@pytest.mark.parametrize("ill", [{"mean": nan}, {"std": nan}, {"mean": 50.0, "predicted_mean": nan}])
def test_a_number_that_is_not_one_is_found(ill):
    assert len(findings(RULE, targets(numbers(**ill)))) == 1


def test_with_several_outputs_it_is_a_note_without_an_experiment():
    [finding] = findings(RULE, targets(target("class"), numbers("number", mean=50.0)))
    assert (finding.layer, finding.claim, finding.remedy) == ("number", Claim.NOTE, None)


@pytest.mark.parametrize("made", [target(), numbers(std=0.0)], ids=["classes", "constant"])
def test_what_is_no_number_that_varies_has_no_scale(made):
    assert ask(RULE, targets(made)) == Skip(
        "no output is trained to give any number by a squared or absolute error"
    )


@pytest.mark.parametrize(
    ("limit", "sick"),
    [
        ({"max_offset": 30.0}, {"mean": 20.0}),
        ({"max_scale": 1e6}, {"std": 1e5}),
        ({"min_scale": 1e-6}, {"std": 1e-4}),
    ],
)
def test_the_limits_can_be_set(limit, sick):
    assert findings(TargetScale(**limit), targets(numbers(**sick))) == []
