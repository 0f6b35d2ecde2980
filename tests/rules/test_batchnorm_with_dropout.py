from math import nan

import pytest

from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, dropped, findings, layers
from healthcheck_rules.architecture.batchnorm_with_dropout import BatchnormWithDropout

RULE = BatchnormWithDropout()


def test_dropout_whose_output_reaches_a_batch_normalization_is_noted():
    (finding,) = findings(RULE, layers(dropouts=[dropped(batch_norms=["norm", "later"])]))
    assert (finding.layer, finding.claim, finding.measured) == ("dropout", Claim.NOTE, 2)
    assert (
        finding.message
        == "'dropout' drops 50% of what reaches 'norm', whose variance is another in inference"
    )


def test_dropout_behind_the_last_batch_normalization_is_healthy():
    assert findings(RULE, layers(dropouts=[dropped()])) == []


def test_a_rate_that_is_not_a_number_is_named_all_the_same():
    assert findings(RULE, layers(dropouts=[dropped(rate=nan, batch_norms=["norm"])]))


@pytest.mark.parametrize(
    "healthy", [layers(dropouts=[]), layers(batch_norms=[]), layers(dropouts=[dropped(rate=0.0)])]
)
def test_without_both_the_rule_does_not_apply(healthy):
    assert isinstance(ask(RULE, healthy), Skip)
