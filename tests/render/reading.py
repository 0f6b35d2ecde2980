"""Read the verdict back from each format, as the programs do that are made for it."""

import json

from junitparser import JUnitXml

from healthcheck.report import Report

HEADINGS = {"## Healthy": "healthy", "## Unhealthy": "unhealthy", "## Not checked": "not_checked"}


def from_json(text: str) -> str:
    return json.loads(text)["verdict"]


def from_markdown(text: str) -> str:
    return HEADINGS[text.partition(":")[0]]


def from_sarif(text: str) -> str:
    (run,) = json.loads(text)["runs"]
    if not run["invocations"][0]["executionSuccessful"]:
        return "not_checked"
    return "unhealthy" if any(result["level"] == "error" for result in run["results"]) else "healthy"


def from_junit(text: str) -> str:
    suites = JUnitXml.fromstring(text.encode())
    if suites.errors:
        return "not_checked"
    return "unhealthy" if suites.failures else "healthy"


def from_github(text: str) -> str:
    errors = [line for line in text.splitlines() if line.startswith("::error ")]
    if any("not checked::" in line for line in errors):
        return "not_checked"
    return "unhealthy" if errors else "healthy"


def from_exit_code(report: Report) -> str:
    from healthcheck.cli import EXIT_CODES

    return {0: "healthy", 1: "unhealthy", 2: "not_checked"}[EXIT_CODES[report.verdict]]
