from dataclasses import replace
from math import nan

import pytest

from healthcheck.evidence import Twins
from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import activations, ask, findings
from healthcheck_rules.initialization.symmetric_units import SymmetricUnits


def looked(*twins, steps=640):
    return replace(activations(), twins=twins, steps=steps)


def kernel(before, after, layer="hidden"):
    return Twins(layer, 100, before, after)


def test_units_that_start_equal_and_stay_so_are_found():
    [finding] = findings(SymmetricUnits(), looked(kernel(1.0, 0.9)))
    assert finding.message == "90% of the 100 units started equal and still are, after 640 steps"
    assert (finding.layer, finding.measured, finding.limit) == ("hidden", 0.9, 0.1)
    assert (finding.claim, finding.remedy) == (Claim.FACT, None)


@pytest.mark.parametrize(("before", "after"), [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
def test_units_that_differ_before_or_after_are_healthy(before, after):
    assert findings(SymmetricUnits(), looked(kernel(before, after))) == []


def test_a_tenth_of_the_units_may_be_copies_and_no_more():
    assert findings(SymmetricUnits(), looked(kernel(0.1, 1.0), kernel(1.0, 0.1))) == []
    assert len(findings(SymmetricUnits(), looked(kernel(0.11, 0.11)))) == 1


@pytest.mark.parametrize(("before", "after"), [(nan, 1.0), (1.0, nan), (nan, nan)])
def test_a_share_that_is_not_a_number_does_not_pass(before, after):
    assert len(findings(SymmetricUnits(), looked(kernel(before, after)))) == 1


def test_only_the_symmetric_layers_are_named():
    found = findings(SymmetricUnits(), looked(kernel(0.0, 0.0, "a"), kernel(1.0, 1.0, "b")))
    assert [finding.layer for finding in found] == ["b"]


def test_too_few_steps_are_inconclusive():
    assert ask(SymmetricUnits(), looked(kernel(1.0, 1.0), steps=4)) == Inconclusive(
        "4 training steps; 5 are needed"
    )
    assert len(findings(SymmetricUnits(), looked(kernel(1.0, 1.0), steps=5))) == 1


def test_without_kernels_of_several_units_the_rule_does_not_apply():
    assert ask(SymmetricUnits(), looked()) == Skip("no trainable kernel has more than one unit")


def test_the_limits_can_be_set():
    assert findings(SymmetricUnits(max_share=0.6), looked(kernel(0.5, 0.5))) == []
    assert findings(SymmetricUnits(min_steps=1), looked(kernel(1.0, 1.0), steps=1)) != []
