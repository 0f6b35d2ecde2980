"""The report as JUnit XML: a suite for each subject, a case for each rule."""

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from healthcheck.render.phrasing import STATUS_WORDS, cleaned, location, one_line, shortened
from healthcheck.render.wording import MAX_TEXT, Fault, advised, display_name, faults, proved, said
from healthcheck.report import Finding, Report, RuleOutcome, Status, Subject, failing

MAX_TOLD = 100
"""Findings that one case tells of."""

_SKIPPED: tuple[Status, ...] = ("not_applicable", "inconclusive")


def render_junit(report: Report) -> str:
    """Write the suites; what could not be checked is a case in error, and never a passed one."""
    root = Element("testsuites", name="healthcheck")
    bad = failing(report.settings.get("fail_on"))
    for subject in report.subjects:
        suite = _suite(root, display_name(subject), subject.seconds)
        _add_cases(suite, subject, bad)
    if not report.subjects:
        _add_fault(_suite(root, "healthcheck", report.seconds), faults(report)[0])
    for suite in root:
        _count(suite)
    indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, name: str, seconds: float) -> Element:
    # NaN fails the comparison and is written as zero: readers expect a number.
    return SubElement(root, "testsuite", name=name, time=f"{seconds if 0 <= seconds < 1e9 else 0:.3f}")


def _add_cases(suite: Element, subject: Subject, bad: tuple[Status, ...]) -> None:
    by_rule = groupby(sorted(subject.findings, key=lambda one: one.rule), key=lambda one: one.rule)
    found = {rule: list(group) for rule, group in by_rule}
    for outcome in subject.rules:
        if outcome.status != "error":
            _add_case(suite, subject, outcome, found.get(outcome.rule, []), bad)
    if subject.verdict == "not_checked":
        _add_fault(suite, Fault(display_name(subject), subject.summary, subject.source))


def _add_case(
    suite: Element, subject: Subject, outcome: RuleOutcome, findings: list[Finding], bad: tuple[Status, ...]
) -> None:
    name = f"{display_name(subject)}.{one_line(outcome.family)}"
    case = SubElement(suite, "testcase", classname=name, name=one_line(outcome.rule))
    reason = shortened(outcome.reason, MAX_TEXT)
    if outcome.status in bad:
        reason = said(findings[0]) if findings else reason
        failure = SubElement(case, "failure", type=STATUS_WORDS[outcome.status], message=reason)
        failure.text = _told(findings)
    elif outcome.status in _SKIPPED:
        SubElement(case, "skipped", message=f"{STATUS_WORDS[outcome.status]}: {reason}")
    elif findings:
        SubElement(case, "system-out").text = _told(findings)


def _add_fault(suite: Element, fault: Fault) -> None:
    case = SubElement(suite, "testcase", classname=f"{fault.name}.run", name="not-checkable")
    error = SubElement(case, "error", type="not checked", message=shortened(fault.message, MAX_TEXT))
    if fault.source:
        error.text = cleaned(f"{location(fault.source)}: {fault.source.code}")


def _told(findings: Sequence[Finding]) -> str:
    """Tell what was found, line by line."""
    told = "\n\n".join(map(_lines, findings[:MAX_TOLD]))
    more = len(findings) - MAX_TOLD
    return f"{told}\n\n... and {more:,} more" if more > 0 else told


def _lines(finding: Finding) -> str:
    place = f"{location(finding.source)}: {finding.source.code}" if finding.source else ""
    lines = [said(finding), place, advised(finding), proved(finding)]
    return f"{STATUS_WORDS[finding.status]}: " + "\n  ".join(one_line(line) for line in lines if line)


def _count(suite: Element) -> None:
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite)))
    for attribute, kind in kinds.items():
        suite.set(attribute, str(len(suite.findall(f"testcase/{kind}"))))
