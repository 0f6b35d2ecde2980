from math import inf, nan

import pytest

from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, fit_batch
from healthcheck_rules.learning.cannot_overfit_a_batch import CannotOverfitABatch

RULE = CannotOverfitABatch()


def test_a_model_that_no_optimizer_can_fit_is_a_fact():
    [finding] = findings(RULE, fit_batch(skill=0.0, second_skill=0.05))
    assert finding.message == "16 examples cannot be fitted in 500 steps, with Adam neither"
    assert (finding.claim, finding.measured, finding.limit) == (Claim.HARM, 0.05, 0.1)
    assert (finding.layer, finding.place, finding.remedy) == (None, "compile", None)


def test_a_model_that_only_adam_can_fit_is_advice_about_the_optimizer():
    [finding] = findings(RULE, fit_batch(skill=0.0, second_skill=0.9))
    assert finding.message == "16 examples cannot be fitted in 500 steps, but with Adam they can"
    assert (finding.claim, finding.measured) == (Claim.ADVICE, 0.0)


@pytest.mark.parametrize("fit", [fit_batch(), fit_batch(skill=0.6, implied=True)])
def test_a_model_that_fits_is_healthy(fit):
    assert findings(RULE, fit) == []


def test_the_skill_may_be_as_small_as_the_limit_and_no_smaller():
    assert findings(RULE, fit_batch(skill=0.1)) == []
    assert findings(RULE, fit_batch(skill=0.099))[0].claim is Claim.HARM
    assert findings(RULE, fit_batch(skill=0.0, second_skill=0.1))[0].claim is Claim.ADVICE
    assert findings(RULE, fit_batch(skill=0.0, second_skill=0.099))[0].claim is Claim.HARM


def test_two_skills_that_are_not_numbers_are_inconclusive():
    assert isinstance(ask(RULE, fit_batch(skill=nan, second_skill=nan)), Inconclusive)


def test_one_skill_that_is_not_a_number_does_not_pass():
    assert findings(RULE, fit_batch(skill=nan, second_skill=0.9))[0].claim is Claim.ADVICE
    assert findings(RULE, fit_batch(skill=nan, second_skill=0.0))[0].claim is Claim.HARM


def test_a_fit_that_diverged_with_both_optimizers_is_found():
    assert findings(RULE, fit_batch(skill=-inf, second_skill=-inf))[0].claim is Claim.HARM


def test_the_limit_can_be_set():
    assert findings(CannotOverfitABatch(min_skill=0.01), fit_batch(skill=0.05)) == []
