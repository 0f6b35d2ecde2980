from healthcheck.rule import Claim
from healthcheck.testing import creations, findings
from healthcheck_rules.architecture.layers_created_in_call import LayersCreatedInCall

RULE = LayersCreatedInCall()


def test_each_layer_made_at_every_call_is_a_fact():
    made = findings(RULE, creations(("dense_4", "Dense"), ("net/w", "variable")))
    assert [(finding.layer, finding.claim) for finding in made] == [
        ("dense_4", Claim.FACT),
        ("net/w", Claim.FACT),
    ]
    assert made[0].message == "a layer Dense is made inside `call()`, new and untrained at every call"
    assert made[1].message == "a variable is made inside `call()`, new and untrained at every call"


def test_a_model_that_makes_nothing_is_healthy():
    assert findings(RULE, creations()) == []
