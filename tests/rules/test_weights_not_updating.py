from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, structure, weight, weights
from healthcheck_rules.optimization.weights_not_updating import WeightsNotUpdating

RULE = WeightsNotUpdating()
FINE = weight("output/kernel", layer="output")


def test_one_weight_that_stays_bit_for_bit_what_it_was_is_found():
    [finding] = findings(RULE, weights(weight(moved=False), FINE))
    assert finding.message == (
        "after 640 updates 'hidden/kernel' has not changed in a single bit, although it has a gradient"
    )
    assert (finding.layer, finding.claim, finding.measured, finding.limit) == ("hidden", Claim.FACT, 0.0, 0.0)


def test_a_model_of_which_nothing_moves_is_one_finding_about_the_training():
    [finding] = findings(RULE, weights(weight(moved=False), weight("output/kernel", moved=False)))
    assert finding.message == (
        "after 640 updates no weight has changed in a single bit, although gradients arrive"
    )
    assert (finding.layer, finding.place) == (None, "compile")


def test_updates_lost_in_rounding_are_named_as_such():
    [finding] = findings(RULE, weights(weight(moved=False), weight("b", moved=False), rate=1e-12))
    assert finding.message.endswith("the updates are too small for the precision")


@pytest.mark.parametrize(
    "healthy",
    [
        weight(),
        weight(moved=False, gradient=0.0),
        weight(moved=False, gradient=nan),
        weight(moved=False, gradient=inf),
    ],
    ids=["moved", "no gradient", "gradient not measured", "no step was taken with it"],
)
def test_what_moves_or_has_no_gradient_is_healthy(healthy):
    assert findings(RULE, weights(healthy, FINE)) == []


def test_a_constraint_may_take_the_update_back():
    assert findings(RULE, weights(weight(moved=False, constrained=True), FINE)) == []
    assert isinstance(ask(RULE, weights(weight(moved=False, constrained=True))), Skip)


def test_fewer_updates_than_needed_are_inconclusive():
    stuck = weight(moved=False)
    assert len(findings(RULE, weights(stuck, FINE, updates=5, batches=1))) == 1
    assert ask(RULE, weights(stuck, FINE, updates=4)) == Inconclusive("4 updates; 6 are needed")
    assert isinstance(ask(RULE, weights(stuck, FINE, updates=5, batches=0)), Inconclusive)
    assert isinstance(ask(WeightsNotUpdating(min_updates=1000), weights(stuck, FINE)), Inconclusive)


def test_the_size_of_an_update_that_counts_as_lost_can_be_set():
    stuck = weights(weight(moved=False), weight("b", moved=False), rate=1e-7)
    assert findings(RULE, stuck)[0].message.endswith("precision")
    assert findings(WeightsNotUpdating(min_update=1e-9), stuck)[0].message.endswith("gradients arrive")


def test_a_rate_of_zero_is_not_judged():
    assert ask(RULE, structure(learning_rate=0.0)) == Skip("the learning rate is zero")
    assert ask(RULE, weights(weight(moved=False), rate=0.0)) == Skip("the learning rate is zero")


def test_weights_that_no_optimizer_is_given_are_found_where_others_train_on_them():
    idle = weight("generator/kernel", layer="generator", asked=False, moved=False, gradient=nan, idle=True)
    [finding] = findings(RULE, weights(idle, FINE))
    assert finding.message.startswith("after 640 updates 'generator/kernel' have the values they were drawn")
    assert (finding.layer, finding.claim) == ("generator", Claim.FACT)
    assert isinstance(ask(RULE, weights(idle, updates=4)), Skip)
