"""The report as SARIF 2.1.0, within the bounds of GitHub's code scanning."""

import json
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from healthcheck.render.phrasing import (
    STATUS_WORDS,
    cleaned,
    counted,
    in_cell,
    line_of_file,
    one_line,
    sentence,
    shortened,
)
from healthcheck.render.wording import MAX_TEXT, advised, display_name, faults, proved, said
from healthcheck.report import Finding, Report, Source, Status, Subject, failing
from healthcheck.target import parsed

MAX_RESULTS = 5000
"""GitHub shows no more results of one run."""
MAX_RULES = 1000
MAX_NAME = 255
"""Characters of a rule's name."""
MAX_DESCRIPTION = 1024
"""Characters of a rule's description."""
MAX_HELP = 30_000

_LEVELS: dict[Status, str] = {"fail": "error", "warn": "warning"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, Any]


def render_sarif(report: Report, explanations: Mapping[str, str]) -> str:
    """Write the log; `explanations` has the Markdown of each rule by its name.

    Results are the findings. What could not be checked, and how, are notifications of the tool.
    """
    found = [
        (finding, subject)
        for subject in report.subjects
        for finding in subject.findings
        if finding.status != "error"
    ]
    found.sort(key=lambda pair: list(STATUS_WORDS).index(pair[0].status))
    bad = failing(report.settings.get("fail_on"))
    rules = {_id(finding.rule): "" for finding, _ in found}
    rules |= {_id(one.rule): one.family for subject in report.subjects for one in subject.rules}
    names = list(rules)[:MAX_RULES]
    index = {name: position for position, name in enumerate(names)}
    shown = [pair for pair in found if _id(pair[0].rule) in index][:MAX_RESULTS]
    run = {
        "tool": {"driver": _driver(report, [_rule(name, rules[name], explanations) for name in names])},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report, len(found) - len(shown))],
        "results": _results(shown, bad, index),
        "properties": {"verdict": report.verdict},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _id(rule: str) -> str:
    return shortened(rule, MAX_NAME) or "unnamed"


def _driver(report: Report, rules: list[Json]) -> Json:
    version = report.versions.get("healthcheck", "")
    return {"name": "healthcheck", **({"version": version} if version else {}), "rules": rules}


def _rule(name: str, family: str, explanations: Mapping[str, str]) -> Json:
    markdown = explanations.get(name, "")
    # The explanation is a heading, the family, and the rule's own words.
    _, _, words = markdown.partition(".* ")
    summary, _, rest = words.partition("\n\n")
    description = shortened(summary or name, MAX_DESCRIPTION)
    full = _cut(rest.partition("\n\n")[0] or description, MAX_DESCRIPTION)
    help_text = markdown[:MAX_HELP] or f"`healthcheck --explain {name}`"
    return {
        "id": name,
        "shortDescription": {"text": description},
        "fullDescription": {"text": full},
        "help": {"text": help_text, "markdown": help_text},
        "properties": {"tags": [shortened(family, MAX_NAME)] if family else []},
    }


def _cut(text: str, width: int) -> str:
    text = one_line(text)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _results(
    found: list[tuple[Finding, Subject]], bad: tuple[Status, ...], index: Mapping[str, int]
) -> list[Json]:
    seen: Counter[str] = Counter()
    results: list[Json] = []
    for finding, subject in found:
        fingerprint = _fingerprint(finding, subject)
        seen[fingerprint] += 1
        result = _result(finding, subject, bad) | {"ruleIndex": index[_id(finding.rule)]}
        # GitHub takes this name for its own; the number tells equal ones apart.
        result["partialFingerprints"] = {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"}
        results.append(result)
    return results


def _result(finding: Finding, subject: Subject, bad: tuple[Status, ...]) -> Json:
    sentences = [said(finding), advised(finding), proved(finding), f"Model: {display_name(subject)}"]
    known = {"kind": "external", "justification": "known: in the baseline"}
    place = finding.source or subject.source
    return {
        "ruleId": _id(finding.rule),
        "level": "error" if finding.status in bad else _LEVELS.get(finding.status, "note"),
        "message": {"text": _message(in_cell(place) + " ".join(sentence(one) for one in sentences if one))},
        "locations": [_location(place, subject)],
        "suppressions": [known] if finding.known else [],
        "properties": {"status": finding.status, "cause": finding.cause},
    }


def _message(text: str) -> str:
    """Keep braces from being placeholders, and brackets before parentheses from being links."""
    return cleaned(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _fingerprint(finding: Finding, subject: Subject) -> str:
    """Name a finding by what stays when lines move."""
    key = [finding.rule, PurePath(subject.target).as_posix(), subject.name, finding.layer]
    return sha256(json.dumps(key).encode()).hexdigest()[:16]


def _location(source: Source | None, subject: Subject) -> Json:
    if source is None:
        target = parsed(subject.target)
        source = Source(file=target.file or subject.target, line=1)
    region: Json = {"startLine": min(max(1, line_of_file(source)), 2**31 - 1)}
    if source.code:
        region["snippet"] = {"text": shortened(source.code, MAX_TEXT)}
    return {"physicalLocation": {"artifactLocation": _artifact(source.file), "region": region}}


def _artifact(file: str) -> Json:
    """Name a file: in the repository by its path there, elsewhere by its whole path."""
    path = PurePath(file)
    if path.is_absolute():
        return {"uri": f"file://{quote(path.as_posix())}"}
    return {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}


def _invocation(report: Report, left_out: int) -> Json:
    notices = [
        _notification("error", f"{fault.name}: {fault.message}", fault.source) for fault in faults(report)
    ]
    if left_out:
        notices.append(
            _notification("note", f"{counted(left_out, 'finding')} left out, the less grave", None)
        )
    notices += [
        _notification(
            "note", f"{display_name(subject)}: {outcome.rule} is inconclusive: {outcome.reason}", None
        )
        for subject in report.subjects
        for outcome in subject.rules
        if outcome.status == "inconclusive"
    ]
    return {
        "executionSuccessful": report.verdict != "not_checked",
        "commandLine": one_line(report.command),
        "toolExecutionNotifications": notices[:MAX_RULES],
    }


def _notification(level: str, text: str, source: Source | None) -> Json:
    notification: Json = {
        "level": level,
        "message": {"text": _message(in_cell(source) + shortened(text, MAX_TEXT))},
    }
    if source:
        region = {"startLine": min(max(1, line_of_file(source)), 2**31 - 1)}
        place = {"artifactLocation": _artifact(source.file), "region": region}
        notification["locations"] = [{"physicalLocation": place}]
    return notification
