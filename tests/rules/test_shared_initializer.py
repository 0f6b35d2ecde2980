from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, findings, initial, kernel
from healthcheck_rules.initialization.shared_initializer import SharedInitializer

KERNELS = [kernel(layer) for layer in "abcde"]


def test_layers_that_start_equal_are_named_each():
    found = findings(SharedInitializer(), initial(*KERNELS, shared=[("a", "c")]))
    assert [finding.layer for finding in found] == ["a", "c"]
    assert found[0].message == (
        "2 layers start from exactly the same weights: one initializer object was passed to all of them"
    )
    assert (found[0].claim, found[0].measured, found[0].limit) == (Claim.ADVICE, 2.0, 1.0)


def test_every_group_is_counted_by_itself():
    found = findings(SharedInitializer(), initial(*KERNELS, shared=[("a", "b"), ("c", "d", "e")]))
    assert [finding.measured for finding in found] == [2, 2, 3, 3, 3]


def test_two_kernels_are_enough():
    assert len(findings(SharedInitializer(), initial(*KERNELS[:2], shared=[("a", "b")]))) == 2


def test_layers_that_start_different_are_healthy():
    assert findings(SharedInitializer(), initial(*KERNELS)) == []


def test_with_one_kernel_the_rule_does_not_apply():
    skip = Skip("fewer than two layers have a trainable kernel")
    assert ask(SharedInitializer(), initial(kernel())) == skip
