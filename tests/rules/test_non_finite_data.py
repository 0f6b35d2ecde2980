from healthcheck.rule import Claim
from healthcheck.testing import array, data, findings
from healthcheck_rules.data.non_finite_data import NonFiniteData


def test_one_bad_entry_is_found_with_its_row():
    [finding] = findings(NonFiniteData(), data(array("x", non_finite=1, first_bad_row=17)))
    assert finding.message == "x holds 1 NaN or infinite entries, the first in row 17"
    assert (finding.claim, finding.place) == (Claim.FACT, "fit")
    assert (finding.measured, finding.limit) == (1.0, 0.0)


def test_data_without_gaps_is_healthy():
    assert findings(NonFiniteData(), data()) == []


def test_only_the_arrays_with_bad_entries_are_named():
    arrays = [array("x"), array("y", non_finite=3, first_bad_row=0), array("sample_weight")]
    [finding] = findings(NonFiniteData(), data(*arrays))
    assert finding.message.startswith("y holds 3 ")
