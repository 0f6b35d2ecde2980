"""SARIF: results are findings, notifications are what could not be looked at."""

import json

from generated import crowded_report
from reports import REPORTS
from test_formats import holds_githubs_rules

from healthcheck.render.sarif import render_sarif
from healthcheck.report import Report, Source


def run_of(report: Report) -> dict:
    (run,) = json.loads(render_sarif(report, {}))["runs"]
    return run


def with_findings(report: Report, **update) -> Report:
    (subject,) = report.subjects
    findings = [finding.model_copy(update=update) for finding in subject.findings]
    return report.model_copy(update={"subjects": [subject.model_copy(update={"findings": findings})]})


def prints(report: Report) -> list[str]:
    results = run_of(report)["results"]
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]


def test_what_could_not_be_checked_is_a_notification_and_no_result():
    run = run_of(REPORTS["not_checked"])
    invocation = run["invocations"][0]
    assert run["results"] == []
    assert not invocation["executionSuccessful"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert "FileNotFoundError" in notification["message"]["text"]
    assert notification["locations"][0]["physicalLocation"]["region"]["startLine"] == 8


def test_an_inconclusive_rule_is_a_note_of_the_tool():
    (notification,) = run_of(REPORTS["sick"])["invocations"][0]["toolExecutionNotifications"]
    assert notification["level"] == "note"
    assert "overfitting is inconclusive: the budget of 60 s ran out" in notification["message"]["text"]


def test_a_fingerprint_stays_when_lines_move_and_changes_with_the_layer():
    report = REPORTS["sick"]
    assert prints(report) == prints(with_findings(report, source=Source(file="a.py", line=77)))
    assert prints(report)[0] != prints(with_findings(report, layer="other"))[0]


def test_no_more_than_five_thousand_results_the_gravest_first_and_the_rest_counted():
    run = run_of(crowded_report(6001))
    levels = [result["level"] for result in run["results"]]
    assert len(levels) == 5000
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert levels.count("error") == 2001
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "1,001 findings left out, the less grave"


def test_a_name_with_spaces_and_the_path_of_another_place_are_valid_references():
    report = with_findings(REPORTS["sick"], source=Source(file="my models/ä:1.py", line=0))
    (place,) = {json.dumps(result["locations"]) for result in run_of(report)["results"]}
    physical = json.loads(place)[0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "my%20models/%C3%A4%3A1.py", "uriBaseId": "%SRCROOT%"}
    assert physical["region"]["startLine"] == 1
    absolute = with_findings(REPORTS["sick"], source=Source(file="/srv/a b.py", line=3))
    location = run_of(absolute)["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "file:///srv/a%20b.py"}


def test_what_the_baseline_knows_is_a_suppressed_note():
    run = run_of(with_findings(REPORTS["sick"], status="info", known=True))
    assert {result["level"] for result in run["results"]} == {"note"}
    assert all(result["suppressions"][0]["kind"] == "external" for result in run["results"])


def test_a_warning_is_an_error_where_warnings_fail():
    report = REPORTS["sick"].model_copy(update={"settings": {"fail_on": "warn"}})
    assert "warning" not in {result["level"] for result in run_of(report)["results"]}


def test_a_log_of_many_results_holds_githubs_rules():
    holds_githubs_rules(json.loads(render_sarif(crowded_report(5000), {})))
