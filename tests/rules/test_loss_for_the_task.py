from dataclasses import replace
from math import nan

import pytest

from healthcheck.evidence import Compiled
from healthcheck.remedies import FittingLoss
from healthcheck.rule import Claim, Skip
from healthcheck.testing import LINEAR, RELU, SIGMOID, SOFTMAX, TANH, ask, findings, output, structure
from healthcheck_rules.architecture.loss_for_the_task import LossForTheTask

RULE = LossForTheTask()
CLASSES = {"units": 10, "targets": (0.0, 9.0), "row_sums": (0.0, 9.0)}
ONE_HOT = {"units": 10, "row_sums": (1.0, 1.0), "size": 10}


@pytest.mark.parametrize(
    ("sick", "remedy"),
    [
        (output(kind="squared", activation=SIGMOID), FittingLoss("binary", False)),
        (output(kind="absolute", activation=LINEAR), FittingLoss("binary", True)),
        (
            output(kind="squared", activation=SOFTMAX, sums_to_one=True, **ONE_HOT),
            FittingLoss("categorical", False),
        ),
        (output(kind="squared", activation=LINEAR, **ONE_HOT), FittingLoss("categorical", True)),
        (
            output(kind="squared", activation=SOFTMAX, sums_to_one=True, **CLASSES),
            FittingLoss("sparse", False),
        ),
        (output(activation=SOFTMAX, sums_to_one=True, **ONE_HOT), FittingLoss("categorical", False)),
        (output(targets=(0.1, 0.9), row_sums=(0.1, 0.9), integers=False), FittingLoss("squared", False)),
    ],
)
def test_a_loss_that_does_not_fit_its_targets_is_suspected_with_the_one_that_does(sick, remedy):
    (finding,) = findings(RULE, structure(sick))
    assert (finding.place, finding.claim, finding.remedy) == ("compile", Claim.SUSPICION, remedy)


@pytest.mark.parametrize(
    "healthy",
    [
        output(),
        output(kind="squared", activation=LINEAR, targets=(-3.0, 3.0), integers=False),
        output(kind="squared", activation=LINEAR, targets=(0.0, 9.0), row_sums=(0.0, 9.0)),
        output(kind="squared", activation=TANH),
        output(kind="squared", activation=RELU),
        output(kind="squared", units=3, activation=LINEAR, targets=(0.0, 9.0), row_sums=(4.0, 20.0), size=3),
        output(kind="sparse", activation=SOFTMAX, **CLASSES),
        output(targets=(0.1, 0.9), row_sums=(2.0, 30.0), integers=False, size=784),
        output(units=10, activation=SIGMOID, row_sums=(1.0, 1.0), size=10),
        output(targets=(nan, 0.9), integers=False),
    ],
)
def test_a_loss_that_may_be_meant_is_left_alone(healthy):
    assert findings(RULE, structure(healthy)) == []


def amount(low, high, classes, **made):
    """Whole numbers that one linear unit predicts by a squared error."""
    one = output(kind="squared", activation=LINEAR, targets=(low, high), **made)
    return structure(replace(one, target_classes=classes))


@pytest.mark.parametrize(("low", "high"), [(0.0, 9.0), (1.0, 3.0)])
def test_class_numbers_as_an_amount_are_named_where_an_accuracy_says_that_they_are_classes(low, high):
    (finding,) = findings(RULE, amount(low, high, int(high - low) + 1))
    assert (finding.place, finding.claim, finding.remedy) == ("compile", Claim.ADVICE, None)
    assert finding.message == (
        f"the loss squared loss takes the classes {low:.0f} to {high:.0f} for an amount that "
        "one unit predicts; 'accuracy' takes them for classes"
    )


@pytest.mark.parametrize(
    "healthy",
    [
        amount(0.0, 9.0, 9),
        amount(2.0, 9.0, 8),
        amount(0.0, 1.0, 2, integers=False),
        amount(0.0, 2.0, 3, size=3),
        amount(0.0, nan, 3),
    ],
)
def test_whole_numbers_of_which_some_are_left_out_are_amounts(healthy):
    assert findings(RULE, healthy) == []


def test_without_an_accuracy_whole_numbers_may_be_amounts():
    assert findings(RULE, amount(0.0, 9.0, 10), Compiled(1.0, ())) == []


def test_several_outputs_and_losses_of_ones_own_are_not_judged():
    assert isinstance(ask(RULE, structure(output("a"), output("b"))), Skip)
    assert isinstance(ask(RULE, structure(output(kind="other"))), Skip)
