import pytest

from healthcheck.evidence import NonFinite
from healthcheck.rule import Claim
from healthcheck.testing import findings, finite
from healthcheck_rules.gradients.non_finite_values import NonFiniteValues


@pytest.mark.parametrize(
    ("what", "layer", "message"),
    [
        ("weights", None, "the weights hold NaN or infinity before the first step"),
        ("weights", "hidden", "the weights of 'hidden' are not finite by step 1,234, though the loss is"),
        (
            "activation",
            "hidden",
            "the output of 'hidden' is the first value that is not finite, at step 1,234",
        ),
        (
            "gradient",
            "hidden",
            "the gradient of 'hidden' is the first value that is not finite, at step 1,234",
        ),
        ("loss", None, "the loss is not finite at step 1,234, while all activations are"),
        ("watched loss", None, "the loss is not finite at step 1,234"),
        ("watched weights", None, "the weights are not finite after 1,234 steps"),
    ],
)
def test_the_first_bad_value_is_named(what, layer, message):
    [finding] = findings(NonFiniteValues(), finite(NonFinite(what, layer, 1234)))
    assert (finding.message, finding.layer, finding.place) == (message, layer, "layer" if layer else "fit")
    assert (finding.claim, finding.measured) == (Claim.HARM, 1234.0)


def test_a_training_that_stays_finite_is_healthy():
    assert findings(NonFiniteValues(), finite()) == []
