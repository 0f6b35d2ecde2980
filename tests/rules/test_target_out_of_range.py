from dataclasses import replace
from math import isnan, nan

import pytest

from healthcheck.rule import Claim, Skip
from healthcheck.testing import LINEAR, RELU, SIGMOID, SOFTMAX, TANH, ask, findings, output, structure
from healthcheck_rules.data.target_out_of_range import TargetOutOfRange

RULE = TargetOutOfRange()


def labels(low, high, **given):
    return structure(output(kind="sparse", units=10, activation=SOFTMAX, targets=(low, high), **given))


def probabilities(low, high, kind="binary", **given):
    return structure(output(kind=kind, targets=(low, high), **given))


def numbers(low, high, activation, **given):
    return structure(output(kind="squared", targets=(low, high), activation=activation, **given))


@pytest.mark.parametrize(
    "healthy",
    [
        labels(0.0, 9.0),
        probabilities(0.0, 1.0),
        probabilities(-0.01, 1.01),
        probabilities(0.0, 1.0, "categorical", row_sums=(0.995, 1.005)),
        numbers(-1.02, 1.02, TANH),
        numbers(-1e9, 1e9, LINEAR),
        numbers(0.0, 1e9, RELU),
        numbers(-5.0, 5.0, None),
    ],
)
def test_targets_within_reach_are_healthy(healthy):
    assert findings(RULE, healthy) == []


@pytest.mark.parametrize(
    ("sick", "measured", "limit", "message"),
    [
        (
            labels(1.0, 10.0),
            10.0,
            9.0,
            "labels go from 1 to 10, but the output has 10 units, so labels must lie in 0..9",
        ),
        (
            labels(-1.0, 9.0),
            -1.0,
            0.0,
            "labels go from -1 to 9, but the output has 10 units, so labels must lie in 0..9",
        ),
        (
            labels(0.0, 0.9, integers=False),
            0.9,
            0.0,
            "sparse loss takes class numbers, but the targets are not whole",
        ),
        (probabilities(-1.0, 1.0), -1.0, 0.0, "targets go from -1 to 1, but binary loss takes 0 to 1"),
        (probabilities(0.0, 2.0), 2.0, 1.0, "targets go from 0 to 2, but binary loss takes 0 to 1"),
        (
            probabilities(0.0, 1.0, "categorical", row_sums=(0.0, 1.0)),
            0.0,
            1.0,
            "rows of targets sum to 0 to 1, but categorical loss takes 1",
        ),
        (
            probabilities(0.0, 1.0, "categorical", row_sums=(1.0, 2.0)),
            2.0,
            1.0,
            "rows of targets sum to 1 to 2, but categorical loss takes 1",
        ),
        (
            numbers(-3.0, 0.5, SIGMOID),
            -3.0,
            0.0,
            "targets go from -3 to 0.5, but sigmoid reaches 0 to 1 only",
        ),
        (
            numbers(0.0, 50.0, SIGMOID),
            50.0,
            1.0,
            "targets go from 0 to 50, but sigmoid reaches 0 to 1 only",
        ),
    ],
)
def test_targets_out_of_reach_are_a_fact(sick, measured, limit, message):
    [finding] = findings(RULE, sick)
    assert finding.claim is Claim.FACT
    assert (finding.message, finding.measured, finding.limit) == (message, measured, limit)


@pytest.mark.parametrize(
    "sick",
    [
        labels(0.0, 10.0),
        probabilities(-0.011, 1.0),
        probabilities(0.0, 1.011),
        probabilities(0.0, 1.0, "categorical", row_sums=(0.98, 1.0)),
        probabilities(0.0, 1.0, "categorical", row_sums=(1.0, 1.02)),
        numbers(-1.03, 1.0, TANH),
        numbers(-1.0, 1.03, TANH),
        numbers(-0.011, 5.0, RELU, std=1.0),
    ],
)
def test_just_beyond_the_tolerance_is_found(sick):
    assert len(findings(RULE, sick)) == 1


@pytest.mark.parametrize(
    "sick",
    [
        *(make(*pair) for make in (labels, probabilities) for pair in ((nan, 1.0), (0.0, nan), (nan, nan))),
        *(numbers(*pair, SIGMOID) for pair in ((nan, 1.0), (0.0, nan), (nan, nan))),
        *(
            probabilities(0.0, 1.0, "categorical", row_sums=pair)
            for pair in ((nan, 1.0), (1.0, nan), (nan, nan))
        ),
    ],
)
def test_targets_that_are_not_numbers_are_found_and_shown(sick):
    [finding] = findings(RULE, sick)
    assert isnan(finding.measured)


def test_a_spread_that_is_not_a_number_does_not_pass():
    assert len(findings(RULE, numbers(0.0, 5.0, RELU, std=nan))) == 1


def test_a_range_is_the_layers_fault_and_a_label_is_the_fits():
    [of_layer] = findings(RULE, numbers(0.0, 50.0, SIGMOID))
    [of_fit] = findings(RULE, labels(0.0, 10.0))
    assert (of_layer.layer, of_layer.place) == ("output", "layer")
    assert (of_fit.layer, of_fit.place) == (None, "fit")


def test_only_the_output_at_fault_is_named():
    two = structure(output("good"), output("bad", targets=(-1.0, 1.0)))
    [finding] = findings(RULE, two)
    assert finding.message.startswith("output 'bad': targets go from -1")


def test_a_custom_loss_is_not_judged():
    assert findings(RULE, structure(output(kind="other", targets=(-5.0, nan)))) == []


def test_outputs_that_match_no_target_are_skipped():
    nothing = replace(structure(), outputs=())
    assert ask(RULE, nothing) == Skip("the outputs cannot be matched with targets and losses")


def test_the_tolerance_can_be_set():
    assert findings(TargetOutOfRange(tolerance=0.1), probabilities(-0.1, 1.0)) == []
    assert findings(TargetOutOfRange(tolerance=0.0), probabilities(-0.001, 1.0)) != []
