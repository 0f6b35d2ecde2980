from dataclasses import replace
from math import nan

import numpy as np
import pytest

from healthcheck.rule import Claim, Inconclusive, Skip
from healthcheck.testing import ask, findings, training
from healthcheck_rules.curves.no_generalization import NoGeneralization

RULE = NoGeneralization()
BY_HEART = np.linspace(1.1, 0.1, 11)
NEVER_BETTER = np.linspace(1.05, 3.0, 11)


def test_what_is_learned_by_heart_and_carries_nothing_over_is_harm():
    (finding,) = findings(RULE, training(loss=BY_HEART, validation_loss=NEVER_BETTER))
    assert (finding.place, finding.claim, finding.limit) == ("fit", Claim.HARM, 0.02)
    assert finding.measured == pytest.approx(-0.05)
    assert finding.message == (
        "the skill on the training data is 0.9, but on 200 validation examples it is -0.05 at best: "
        "what was learned does not carry over"
    )


def test_one_epoch_at_which_something_carried_over_is_overfitting_and_not_this():
    curve = NEVER_BETTER.copy()
    curve[3] = 0.97
    assert findings(RULE, training(loss=BY_HEART, validation_loss=curve)) == []
    curve[3] = 0.99
    assert findings(RULE, training(loss=BY_HEART, validation_loss=curve)) != []


def test_what_was_not_learned_at_all_is_not_its_business():
    assert findings(RULE, training(loss=np.linspace(1.1, 0.985, 11), validation_loss=NEVER_BETTER)) == []
    assert findings(RULE, training(loss=np.linspace(1.1, 0.97, 11), validation_loss=NEVER_BETTER)) != []
    assert findings(RULE, training(loss=[1.0, nan], validation_loss=[1.0, 2.0])) == []


@pytest.mark.parametrize(("end", "claim"), [(0.76, Claim.ADVICE), (0.75, Claim.HARM)])
def test_where_little_was_learned_it_only_warns(end, claim):
    (finding,) = findings(RULE, training(loss=np.linspace(1.1, end, 11), validation_loss=NEVER_BETTER))
    assert finding.claim is claim


def test_few_or_unknown_validation_examples_decide_nothing():
    by_heart = training(loss=BY_HEART, validation_loss=NEVER_BETTER)
    assert isinstance(ask(RULE, replace(by_heart, validated=99)), Inconclusive)
    assert isinstance(ask(RULE, replace(by_heart, complete=False)), Inconclusive)
    assert isinstance(ask(RULE, training(loss=[1.0, 0.1], validation_loss=[1.0, nan])), Inconclusive)


def test_it_does_not_apply_without_validation_data_or_a_constant_to_compare_with():
    assert isinstance(ask(RULE, training(loss=BY_HEART, validation_loss=())), Skip)
    assert isinstance(ask(RULE, training(loss=BY_HEART, constant_loss=nan)), Skip)
