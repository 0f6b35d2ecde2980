import json

import jsonschema
import pytest
from reports import REPORTS

from healthcheck.report import Report


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_survives_the_way_through_its_file(name):
    text = REPORTS[name].to_json()
    again = Report.model_validate_json(text)
    assert again.to_json() == text
    if name not in {"broken", "pictured"}:  # NaN is not equal to itself
        assert again == REPORTS[name]


@pytest.mark.parametrize("name", sorted(REPORTS.keys() - {"deep"}))
def test_a_report_is_strict_json_and_fits_its_schema(name):
    document = json.loads(REPORTS[name].to_json(), parse_constant=refuse)
    schema = Report.model_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
