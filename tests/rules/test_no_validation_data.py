from dataclasses import replace

from healthcheck.rule import Claim
from healthcheck.testing import data, findings
from healthcheck_rules.curves.no_validation_data import NoValidationData


def test_a_fit_that_validates_on_nothing_is_noted_at_its_line():
    (finding,) = findings(NoValidationData(), replace(data(), validation_examples=0))
    assert (finding.place, finding.claim, finding.measured, finding.limit) == ("fit", Claim.NOTE, 0, 1)


def test_a_fit_that_validates_is_healthy():
    assert findings(NoValidationData(), replace(data(), validation_examples=1)) == []
