"""Reading what was stored: older versions are read, and everything else is refused in one sentence."""

import json
import math
from pathlib import Path

import jsonschema
import pytest
from reports import REPORTS

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.report import SCHEMA_VERSION, Report
from healthcheck.rule import Rule
from healthcheck.schemas import report_schema, settings_schema

OLD = Path(__file__).parent / "report-1.0.json"


class DeadUnits(Rule):
    """Units that never fire."""

    max_dead: float = 0.5


RULES = {"dead-units": DeadUnits}


def stored(folder: Path, **changes: object) -> Path:
    path = folder / "report.json"
    path.write_text(json.dumps(json.loads(REPORTS["sick"].to_json()) | changes))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(HealthcheckError) as caught:
        Report.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(str(path), "PATH")


def test_a_report_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(REPORTS["sick"].to_json(), encoding="utf-8")
    assert Report.load(path) == REPORTS["sick"]


def test_a_report_of_the_first_version_is_still_read():
    report = Report.load(OLD)
    assert report.schema_version == "1.0"
    assert report.subjects[0].findings[2].measured == 3.1e-5
    assert not any(finding.known for finding in report.subjects[0].findings)


@pytest.mark.parametrize("version", ["2.0", "0.9", "1.999", "1", "new", "1.0.0", ""])
def test_another_major_version_and_a_newer_minor_one_are_refused(tmp_path, version):
    sentence = refusal(stored(tmp_path, schema_version=version))
    assert sentence == (
        f"the report 'PATH' has schema version {version!r}, but this healthcheck reads 1.0 to {SCHEMA_VERSION}"
    )


def test_what_is_missing_or_no_report_is_refused(tmp_path):
    assert refusal(tmp_path / "none.json") == "the report 'PATH' cannot be read: No such file or directory"
    assert refusal(tmp_path).endswith("cannot be read: Is a directory")
    path = tmp_path / "x.json"
    for content in ("", "{", "[]", '"text"', "{}", "\x00"):
        path.write_text(content)
        assert refusal(path).startswith("the report 'PATH' is not a report of healthcheck: ")
    path.write_bytes(b"\xff\xfe")
    assert refusal(path).startswith("the report 'PATH' is not a report of healthcheck: ")


def test_a_report_with_a_field_of_the_wrong_kind_is_refused_with_its_place(tmp_path):
    sentence = refusal(stored(tmp_path, verdict="splendid"))
    assert sentence.startswith("the report 'PATH' is not a report of healthcheck: verdict: Input should be")


def test_nan_and_infinity_everywhere_are_strings_that_fit_the_schema_and_come_back(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(REPORTS["broken"].to_json(), encoding="utf-8")
    document = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(report_schema()).validate(document)
    assert document["subjects"][0]["findings"][0]["measured"] == "nan"
    finding = Report.load(path).subjects[0].findings[0]
    assert math.isnan(finding.measured)
    assert finding.limit == math.inf


def test_the_schema_of_the_report_refuses_other_words_for_numbers():
    document = json.loads(REPORTS["broken"].to_json())
    document["seconds"] = "NaN"
    assert not jsonschema.Draft202012Validator(report_schema()).is_valid(document)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"fail-on": "warn", "budget": "2m", "select": ["dead-units"]},
        {"fail_on": "warn", "budget": 30, "rules": {"dead_units": {"max-dead": 0.4}}},
        {"rules": {"dead-units": {"max_dead": 0.4}}, "baseline": "known.json", "device": "gpu:1"},
    ],
)
def test_the_schema_of_the_settings_takes_what_may_stand_in_pyproject(table):
    schema = settings_schema(RULES)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(table)


@pytest.mark.parametrize(
    "table",
    [
        {"fail-on": "info"},
        {"budget": "soon"},
        {"budget": 0},
        {"sedes": 3},
        {"seeds": 1},
        {"rules": {"dead-unit": {}}},
        {"rules": {"dead-units": {"max-deed": 0.4}}},
    ],
)
def test_the_schema_of_the_settings_refuses_what_the_settings_refuse(table):
    assert not jsonschema.Draft202012Validator(settings_schema(RULES)).is_valid(table)


def test_the_schema_of_the_settings_describes_every_setting():
    properties = settings_schema(RULES)["properties"]
    assert {name.replace("_", "-") for name in Settings.model_fields} <= properties.keys()
    assert all(part.get("description") for part in properties.values())
