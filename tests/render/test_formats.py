"""What all formats have in common: one verdict, valid text, and no way out for a hostile string."""

import json
import re
import time
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import reading
from generated import crowded_report, reports
from hypothesis import HealthCheck, given, settings
from reports import REPORTS

from healthcheck.registry import installed_rules
from healthcheck.render.formats import RENDERERS
from healthcheck.render.github import render_github
from healthcheck.render.junit import render_junit
from healthcheck.render.markdown import MAX_BYTES, render_markdown
from healthcheck.render.sarif import render_sarif
from healthcheck.report import Report
from healthcheck.rule_text import explanation
from healthcheck.schemas import report_schema

SARIF = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
VALIDATES_SARIF = jsonschema.Draft7Validator(SARIF)
VALIDATES_REPORT = jsonschema.Draft202012Validator(report_schema())
GOLDEN = Path(__file__).parent / "golden"
VANISHING = "# vanishing-gradients\n\n*Family: gradients.* The gradient shrinks.\n\nWhy it does.\n\nMore.\n"
HELP = {name: explanation(rule) for name, rule in installed_rules().items()}

many = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def strict(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def holds_githubs_rules(sarif: dict) -> None:
    """Hold a log to what GitHub adds to the standard."""
    (run,) = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) <= 5000
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert len(rule["id"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10
        assert "security-severity" not in rule["properties"]
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        uri, base = place["artifactLocation"]["uri"], place["artifactLocation"].get("uriBaseId")
        assert re.fullmatch(r"[A-Za-z0-9._~%/:-]+", uri)
        assert (base == "%SRCROOT%" and not uri.startswith("/")) or uri.startswith("file:///")


@many
@given(reports())
def test_all_formats_and_the_exit_code_agree_on_the_verdict(report):
    assert reading.from_exit_code(report) == report.verdict
    assert reading.from_json(report.to_json()) == report.verdict
    assert reading.from_markdown(render_markdown(report)) == report.verdict
    assert reading.from_sarif(render_sarif(report, HELP)) == report.verdict
    assert reading.from_junit(render_junit(report)) == report.verdict
    assert reading.from_github(render_github(report)) == report.verdict


@many
@given(reports())
def test_whatever_the_strings_sarif_and_json_are_valid(report):
    document = json.loads(report.to_json(), parse_constant=strict)
    VALIDATES_REPORT.validate(document)
    assert Report.model_validate_json(report.to_json()).to_json() == report.to_json()
    sarif = json.loads(render_sarif(report, HELP), parse_constant=strict)
    VALIDATES_SARIF.validate(sarif)
    holds_githubs_rules(sarif)


@many
@given(reports())
def test_whatever_the_strings_every_annotation_is_one_command(report):
    lines = render_github(report).splitlines()
    values = r"[^:,\r\n]*"
    for line in lines:
        assert re.match(rf"::(error|warning|notice) (file={values},line=-?\d+,)?title={values}::", line)
    for level in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{level} ") for line in lines) <= 10


@many
@given(reports())
def test_whatever_the_strings_junit_has_one_case_for_each_rule_and_subject(report):
    suites = ElementTree.fromstring(render_junit(report))
    for subject, suite in zip(report.subjects, suites, strict=bool(report.subjects)):
        judged = [outcome for outcome in subject.rules if outcome.status != "error"]
        assert len(suite) == len(judged) + (subject.verdict == "not_checked")


@many
@given(reports())
def test_whatever_the_strings_markdown_stays_within_its_bytes_and_tables_keep_their_columns(report):
    text = render_markdown(report)
    assert len(text.encode()) <= MAX_BYTES
    columns = 0
    for line in text.splitlines():
        if line.startswith("| "):
            cells = line.count("|") - 1
            assert columns in (0, cells)
            columns = cells
        else:
            columns = 0


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("style", sorted(RENDERERS.keys() - {"html"}))
def test_the_same_report_gives_the_same_text(style, name):
    text = RENDERERS[style](REPORTS[name])
    assert text == RENDERERS[style](REPORTS[name])
    assert text.endswith("\n") or (style == "github" and not text)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("sick.md", render_markdown(REPORTS["sick"])),
        ("sick.sarif", render_sarif(REPORTS["sick"], {"vanishing-gradients": VANISHING})),
        ("sick.junit.xml", render_junit(REPORTS["sick"])),
        ("sick.github.txt", render_github(REPORTS["sick"])),
    ],
)
def test_the_whole_text_of_a_format_is_as_agreed(file, text):
    assert text == (GOLDEN / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("style", sorted(RENDERERS.keys() - {"html", "json"}))
def test_five_thousand_findings_take_seconds_and_not_minutes(style):
    report = crowded_report(5000)
    started = time.monotonic()
    RENDERERS[style](report)
    assert time.monotonic() - started < 5
