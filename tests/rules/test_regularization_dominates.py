from math import inf, nan

import pytest

from healthcheck.remedies import WeakenPenalty
from healthcheck.rule import Claim, Inconclusive
from healthcheck.testing import ask, findings, penalized, penalties, training
from healthcheck_rules.optimization.regularization_dominates import RegularizationDominates

RULE = RegularizationDominates()
UNLEARNED = training(loss=[1.0, 0.75])


def strong(layer="hidden", pull=4.0):
    return penalized(layer, penalty_gradient=pull, loss_gradient=1.0)


def test_a_penalty_that_pulls_harder_than_the_data_is_found():
    [finding] = findings(RULE, penalties(strong(), penalty=5.0), UNLEARNED)
    assert finding.message == (
        "the penalties begin at 5 times the data loss and pull 'hidden/kernel' 4 times as hard; "
        "the training ends with a skill of 0.25"
    )
    assert (finding.layer, finding.claim, finding.measured, finding.limit) == (
        "hidden",
        Claim.ADVICE,
        4.0,
        1.0,
    )
    assert finding.remedy == WeakenPenalty(0.1)


def test_most_of_the_weights_have_to_agree():
    two, three = (strong("a"), penalized("b")), (strong("a"), strong("b"), penalized("c"))
    assert findings(RULE, penalties(*two, penalty=5.0), UNLEARNED) == []
    assert [one.layer for one in findings(RULE, penalties(*three, penalty=5.0), UNLEARNED)] == ["a", "b"]


def test_penalty_and_pull_may_reach_their_limits():
    assert findings(RULE, penalties(strong(), penalty=1.0), UNLEARNED) == []
    assert findings(RULE, penalties(strong(pull=1.0), penalty=5.0), UNLEARNED) == []
    assert len(findings(RULE, penalties(strong(pull=1.01), penalty=1.01), UNLEARNED)) == 1


def test_a_training_that_reached_skill_was_not_in_the_way_of_its_penalty():
    assert findings(RULE, penalties(strong(), penalty=5.0), training(loss=[1.0, 0.2])) == []
    assert len(findings(RULE, penalties(strong(), penalty=5.0), training(loss=[1.0, 0.21]))) == 1


def test_a_weight_that_the_data_does_not_pull_at_all_is_found():
    [finding] = findings(RULE, penalties(penalized(loss_gradient=0.0), penalty=5.0), UNLEARNED)
    assert finding.measured == inf


def test_numbers_that_are_none_do_not_pass():
    assert len(findings(RULE, penalties(strong(pull=nan), penalty=5.0), UNLEARNED)) == 1
    assert len(findings(RULE, penalties(strong(), penalty=5.0), training(loss=[1.0, nan]))) == 1


@pytest.mark.parametrize("loss", [0.0, -1.0, nan])
def test_without_a_positive_loss_it_is_inconclusive(loss):
    assert isinstance(ask(RULE, penalties(strong(), loss=loss), UNLEARNED), Inconclusive)


def test_a_training_that_the_budget_cut_is_inconclusive():
    cut = training(loss=[1.0, 0.75], planned_steps=10_000)
    assert isinstance(ask(RULE, penalties(strong(), penalty=5.0), cut), Inconclusive)


def test_the_limits_can_be_set():
    sick = penalties(strong(), penalty=5.0)
    assert findings(RegularizationDominates(max_penalty=6.0), sick, UNLEARNED) == []
    assert findings(RegularizationDominates(max_pull=5.0), sick, UNLEARNED) == []
    assert findings(RegularizationDominates(min_skill=0.2), sick, UNLEARNED) == []
    [finding] = findings(RegularizationDominates(factor=0.5), sick, UNLEARNED)
    assert finding.remedy == WeakenPenalty(0.5)


def test_the_remedy_goes_down_to_a_thousandth():
    doses = [WeakenPenalty(0.1)]
    while stronger := doses[-1].stronger():
        doses.append(stronger)
    assert [one.name.split()[-1] for one in doses] == ["0.1", "0.01", "0.001"]
