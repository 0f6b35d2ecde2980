from math import inf, nan

import pytest

from healthcheck.remedies import MeanLoss
from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, compiled, findings
from healthcheck_rules.architecture.summed_loss import SummedLoss

RULE = SummedLoss()


@pytest.mark.parametrize("ratio", [2.0, inf])
def test_a_loss_that_doubles_with_the_batch_is_named(ratio):
    (finding,) = findings(RULE, compiled(tiled=ratio))
    assert (finding.place, finding.claim, finding.limit) == ("compile", Claim.ADVICE, 1.5)
    assert finding.remedy == MeanLoss()


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.5])
def test_a_mean_is_healthy(ratio):
    assert findings(RULE, compiled(tiled=ratio)) == []


def test_the_limit_can_be_set():
    assert findings(SummedLoss(max_ratio=1.2), compiled(tiled=1.3)) != []


def test_a_ratio_that_is_not_a_number_is_inconclusive():
    assert isinstance(ask(RULE, compiled(tiled=nan)), Inconclusive)
