from healthcheck.testing import array, data, findings
from healthcheck_rules.run.not_checkable import NotCheckable


def test_what_was_captured_passes():
    assert findings(NotCheckable()) == []
    assert findings(NotCheckable(), data(array(non_finite=5, first_bad_row=0))) == []
