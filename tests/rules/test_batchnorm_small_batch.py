import pytest

from healthcheck.remedies import LayerNormalizationInstead
from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, batch_norm, findings, layers
from healthcheck_rules.architecture.batchnorm_small_batch import BatchnormSmallBatch

RULE = BatchnormSmallBatch()


@pytest.mark.parametrize("values", [1, 2, 4])
def test_a_handful_of_values_is_too_few_for_a_mean_and_a_variance(values):
    (finding,) = findings(RULE, layers(batch_norms=[batch_norm(values=values, last_values=1)]))
    assert (finding.layer, finding.claim, finding.measured, finding.limit) == (
        "norm",
        Claim.ADVICE,
        values,
        5,
    )
    assert finding.message == f"'norm' takes its mean and variance from {values} values of a batch"
    assert finding.remedy == LayerNormalizationInstead(("norm",))


def test_the_limit_itself_suffices_and_can_be_set():
    five = layers(batch_norms=[batch_norm(values=5, last_values=5)])
    assert findings(RULE, five) == []
    assert findings(BatchnormSmallBatch(min_values=6), five) != []


def test_a_last_batch_of_one_example_is_noted():
    (finding,) = findings(RULE, layers(batch_norms=[batch_norm(last_values=1)]))
    assert (finding.claim, finding.measured, finding.remedy) == (Claim.NOTE, 1, None)


def test_one_remedy_serves_all_layers():
    named = findings(RULE, layers(batch_norms=[batch_norm("a", values=2), batch_norm("b", values=4)]))
    assert [finding.remedy for finding in named] == [LayerNormalizationInstead(("a", "b"))] * 2


def test_many_values_are_healthy():
    assert findings(RULE, layers(batch_norms=[batch_norm(values=64, last_values=32)])) == []


def test_without_batch_normalization_the_rule_does_not_apply():
    assert ask(RULE, layers(batch_norms=[])) == Skip("no layer normalizes over the batch")
