"""The report as workflow commands, which GitHub shows as annotations on the lines of a pull request."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from healthcheck.render.phrasing import (
    VERDICT_WORDS,
    cleaned,
    counted,
    in_cell,
    line_of_file,
    location,
    one_line,
    sentence,
)
from healthcheck.render.wording import advised, display_name, faults, proved, said
from healthcheck.report import Finding, Report, Source, Status, Subject, failing

MAX_PER_LEVEL = 10
"""GitHub shows no more of one level for one step."""

Level = Literal["error", "warning", "notice"]


_LEVELS: dict[Status, Level] = {"fail": "error", "warn": "warning", "info": "notice"}


class Annotation(NamedTuple):
    """One remark on one line."""

    level: Level
    title: str
    message: str
    source: Source | None


def render_github(report: Report) -> str:
    """Write one command a line, the gravest first; what is too much is counted in a last notice."""
    every = list(_annotations(report))
    shown: list[Annotation] = []
    for level in ("error", "warning", "notice"):
        shown += [one for one in every if one.level == level][:MAX_PER_LEVEL]
    if left := len(every) - len(shown):
        if len([one for one in shown if one.level == "notice"]) == MAX_PER_LEVEL:
            shown.pop()
            left += 1
        message = f"{counted(left, 'more remark')}: the report has all of them"
        shown.append(Annotation("notice", f"healthcheck: {VERDICT_WORDS[report.verdict]}", message, None))
    return "".join(map(_command, shown))


def _annotations(report: Report) -> Iterator[Annotation]:
    for fault in faults(report):
        yield Annotation("error", f"{fault.name}: not checked", fault.message, fault.source)
    bad = failing(report.settings.get("fail_on"))
    for subject in report.subjects:
        alike: dict[object, list[Finding]] = {}
        for finding in subject.findings:
            if finding.status != "error":
                place = finding.source and location(finding.source)
                alike.setdefault((finding.rule, finding.status, place), []).append(finding)
        for findings in alike.values():
            yield _annotation(
                _LEVELS["fail" if findings[0].status in bad else findings[0].status], findings, subject
            )


def _annotation(level: Level, findings: list[Finding], subject: Subject) -> Annotation:
    """Say the first of what one rule says of one line, and count the rest."""
    finding = findings[0]
    more = f"and {counted(len(findings) - 1, 'more finding')} on this line" if len(findings) > 1 else ""
    lines = [said(finding), more, advised(finding), proved(finding), f"Model: {display_name(subject)}"]
    message = "\n".join(sentence(line) for line in lines if line)
    title = f"{finding.rule} (cause)" if finding.cause else finding.rule
    return Annotation(level, title, message, finding.source or subject.source)


def _command(annotation: Annotation) -> str:
    properties = {"title": annotation.title}
    if annotation.source:
        properties = {
            "file": annotation.source.file,
            "line": str(line_of_file(annotation.source)),
        } | properties
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.level} {written}::{_data(in_cell(annotation.source) + annotation.message)}\n"


def _data(text: str) -> str:
    """Escape what would end the command and begin another."""
    return cleaned(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(one_line(value)).replace(":", "%3A").replace(",", "%2C")
