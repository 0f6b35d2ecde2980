import pytest

from healthcheck.remedies import ReluActivation
from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, findings, layers
from healthcheck_rules.architecture.missing_nonlinearity import MissingNonlinearity

RULE = MissingNonlinearity()


def test_every_layer_of_an_affine_model_but_the_last_is_named_with_one_remedy():
    sick = layers(affine=True, weight_layers=3, stretches=[("a", "b", "c")])
    first, second = findings(RULE, sick)
    assert (first.layer, second.layer) == ("a", "b")
    assert first.remedy == second.remedy == ReluActivation(("a", "b"))
    assert first.claim is Claim.SYMPTOM
    assert first.message == (
        "nothing nonlinear follows 'a': 3 layers in a row, from 'a' to 'c', do the work of one; "
        "the whole model is affine"
    )


def test_a_stretch_inside_a_nonlinear_model_is_only_a_suspicion():
    (finding,) = findings(RULE, layers(weight_layers=4, stretches=[("a", "b")]))
    assert (finding.layer, finding.claim, finding.measured, finding.limit) == ("a", Claim.SUSPICION, 2, 1)


def test_stretches_share_one_remedy():
    named = findings(RULE, layers(weight_layers=4, stretches=[("a", "b"), ("c", "d")]))
    assert [finding.remedy for finding in named] == [ReluActivation(("a", "c"))] * 2


def test_layers_with_something_nonlinear_between_them_are_healthy():
    assert findings(RULE, layers()) == []


def test_an_affine_model_whose_layers_narrow_is_meant_so():
    assert findings(RULE, layers(affine=True, stretches=[])) == []


@pytest.mark.parametrize("count", [0, 1])
def test_a_linear_regression_is_what_it_is(count):
    assert isinstance(ask(RULE, layers(affine=True, weight_layers=count)), Skip)
