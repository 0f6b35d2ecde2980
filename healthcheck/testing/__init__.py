"""Try a rule on made-up evidence, without a model and without TensorFlow.

Every function here returns the evidence of a healthy model, and a keyword makes one
number of it ill:

    from healthcheck.testing import activations, findings, units

    def test_a_layer_of_dead_units_is_found():
        [finding] = findings(DeadUnits(), activations(units("hidden", dead=0.95)))
        assert finding.layer == "hidden"

What has no keyword is changed with `dataclasses.replace`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from healthcheck.rule import Finding, Result, Rule
from healthcheck.testing.composed import (
    batch_norm,
    compiled,
    creations,
    dropped,
    generalization,
    layers,
    scored,
)
from healthcheck.testing.gradient_noise import gradient_noise, noise_scale
from healthcheck.testing.learning import (
    hidden_features,
    influence,
    modes,
    oscillation,
    response,
    responses,
    restarts,
    zeroed_inputs,
)
from healthcheck.testing.made import (
    LINEAR,
    LOSS,
    RELU,
    SIGMOID,
    SOFTMAX,
    TANH,
    activations,
    array,
    data,
    finite,
    fit_batch,
    gradient_check,
    initial,
    inputs,
    kernel,
    output,
    structure,
    training,
    units,
    wrong_gradient,
)
from healthcheck.testing.of_data import (
    features,
    label_order,
    normalizer,
    normalizers,
    numbers,
    order,
    overlap,
    table,
    target,
    targets,
)
from healthcheck.testing.of_start import repetition, start
from healthcheck.testing.penalties import penalized, penalties
from healthcheck.testing.rates import curvature, range_test
from healthcheck.testing.weights import weight, weights

__all__ = [
    "LINEAR",
    "LOSS",
    "RELU",
    "SIGMOID",
    "SOFTMAX",
    "TANH",
    "activations",
    "array",
    "ask",
    "batch_norm",
    "compiled",
    "creations",
    "curvature",
    "data",
    "dropped",
    "features",
    "findings",
    "finite",
    "fit_batch",
    "generalization",
    "gradient_check",
    "gradient_noise",
    "healthy_evidence",
    "hidden_features",
    "influence",
    "initial",
    "inputs",
    "kernel",
    "label_order",
    "layers",
    "modes",
    "noise_scale",
    "normalizer",
    "normalizers",
    "numbers",
    "order",
    "oscillation",
    "output",
    "overlap",
    "penalized",
    "penalties",
    "range_test",
    "repetition",
    "response",
    "responses",
    "restarts",
    "scored",
    "start",
    "structure",
    "table",
    "target",
    "targets",
    "training",
    "units",
    "weight",
    "weights",
    "wrong_gradient",
    "zeroed_inputs",
]

HEALTHY: tuple[Callable[[], Any], ...] = (
    data,
    structure,
    inputs,
    normalizers,
    features,
    targets,
    order,
    overlap,
    gradient_check,
    initial,
    start,
    repetition,
    activations,
    training,
    finite,
    fit_batch,
    responses,
    modes,
    oscillation,
    restarts,
    zeroed_inputs,
    creations,
    layers,
    compiled,
    generalization,
    weights,
    penalties,
    range_test,
    curvature,
    gradient_noise,
)
"""One function for every class of evidence that a probe returns."""


def ask(rule: Rule, *made_up: object) -> Result:
    """Ask a rule about this evidence; whatever else it needs is healthy."""
    needs = rule.needs()
    given = {type(one): one for one in made_up}
    if unwanted := given.keys() - set(needs.values()):
        raise TypeError(f"rule {rule.id()!r} does not ask for {unwanted.pop().__name__}")
    known = healthy_evidence() | given
    return rule.check(**{name: known[kind] for name, kind in needs.items()})


def findings(rule: Rule, *made_up: object) -> list[Finding]:
    """Return what a rule finds in this evidence; `AssertionError` when it does not judge it."""
    result = ask(rule, *made_up)
    if not isinstance(result, Sequence):
        raise AssertionError(f"rule {rule.id()!r} did not judge: {result}")
    return list(result)


def healthy_evidence() -> dict[type, Any]:
    """Return healthy evidence of every class."""
    return {type(one): one for one in (build() for build in HEALTHY)}
