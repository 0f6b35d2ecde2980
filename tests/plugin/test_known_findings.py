"""A test run with a baseline: what is known passes."""

import json

import pytest
from projects import ILL

KNOWN = {
    "schema_version": "1.0",
    "tool": "healthcheck",
    "entries": [
        {
            "rule": "target-out-of-range",
            "target": "../ill.py",
            "subject": "sequential",
            "layer": "sequential/dense_1",
            "status": "fail",
            "measured": 3.0,
            "limit": 1.0,
        }
    ],
}


def test_a_known_finding_passes_and_is_in_the_report(repository, pytester):
    repository(["ill.py"], ill=ILL)
    pytester.mkdir("ci").joinpath("known.json").write_text(json.dumps(KNOWN))
    with (pytester.path / "pytest.ini").open("a") as ini:
        ini.write("healthcheck_baseline = ci/known.json\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=3)
    (subject,) = json.loads((pytester.path / "healthcheck-report/report.json").read_text())["subjects"]
    assert [(finding["status"], finding["known"]) for finding in subject["findings"]] == [("info", True)]


@pytest.mark.parametrize("option", ["--healthcheck-baseline=none.json", "--healthcheck-baseline=pytest.ini"])
def test_a_file_that_is_no_baseline_is_a_usage_error(repository, pytester, option):
    repository(["ill.py"], ill="")
    result = pytester.runpytest_subprocess(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: healthcheck: the baseline '*' *"])
