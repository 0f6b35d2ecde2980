from dataclasses import replace
from math import nan

import pytest

from healthcheck.remedies import AdaptNormalization
from healthcheck.rule import Claim, Skip
from healthcheck.testing import ask, findings, normalizer, normalizers
from healthcheck_rules.data.unadapted_normalization import UnadaptedNormalization

RULE = UnadaptedNormalization()


def test_a_layer_that_does_nothing_to_raw_data_is_a_fact():
    [finding] = findings(RULE, normalizers(normalizer(adapted=False)))
    assert finding.message == (
        "'normalization' was never adapted and passes on features with a root mean square of 150 as it is"
    )
    assert (finding.layer, finding.claim, finding.remedy) == (
        "normalization",
        Claim.FACT,
        AdaptNormalization(),
    )
    assert (finding.measured, finding.limit) == (150.0, 10.0)


def test_an_adapted_layer_is_healthy():
    assert findings(RULE, normalizers(normalizer(rms=1e6))) == []


@pytest.mark.parametrize(
    ("healthy", "sick"),
    [
        ({"rms": 10.0}, {"rms": 10.1}),
        ({"rms": 0.1}, {"rms": 0.09}),
        ({"rms": 1.0, "offset": 10.0}, {"rms": 1.0, "offset": 10.1}),
        ({"rms": 1.0, "offset": 0.0}, {"rms": nan}),
        ({"rms": 1.0, "offset": 0.0}, {"rms": 1.0, "offset": nan}),
    ],
)
def test_every_limit_may_be_reached_and_not_passed(healthy, sick):
    assert findings(RULE, normalizers(normalizer(adapted=False, **healthy))) == []
    [finding] = findings(RULE, normalizers(normalizer(adapted=False, **sick)))
    assert finding.message.endswith("as it is")


def test_only_the_layer_at_fault_is_named():
    [finding] = findings(RULE, normalizers(normalizer("left"), normalizer("right", adapted=False)))
    assert finding.layer == "right"


def test_a_model_without_such_a_layer_is_not_asked():
    assert ask(RULE, replace(normalizers(), layers=())) == Skip("the inputs pass no Normalization layer")


@pytest.mark.parametrize(
    ("limit", "sick"),
    [
        ({"max_rms": 200.0}, {}),
        ({"min_rms": 1e-6}, {"rms": 1e-3}),
        ({"max_offset": 50.0}, {"rms": 1.0, "offset": 20.0}),
    ],
)
def test_the_limits_can_be_set(limit, sick):
    assert findings(UnadaptedNormalization(**limit), normalizers(normalizer(adapted=False, **sick))) == []
