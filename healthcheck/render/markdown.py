"""The report as Markdown, for a comment on a pull request or the summary of a job."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from healthcheck.render.blocks import finding_blocks
from healthcheck.render.gfm import block, code, table, text
from healthcheck.render.phrasing import (
    STATUS_WORDS,
    VERDICT_WORDS,
    counted,
    location,
    number,
    rule_counts,
    sentence,
    verdict_counts,
)
from healthcheck.render.sparkline import sparkline
from healthcheck.render.wording import display_name, proved, said
from healthcheck.report import Experiment, Finding, Remedy, Report, Source, Subject, failing

MAX_BYTES = 64_000
"""A comment on GitHub may have 65,536 characters; some are left to whoever sends it."""
MAX_ROWS = 50
"""Rows of one table."""
MAX_REMEDIES = 5
"""Remedies of one subject whose code is shown."""

_GRAVITY = list(VERDICT_WORDS)


class Section(NamedTuple):
    """A part that is shown as a whole or not at all."""

    title: str
    body: str


def render_markdown(report: Report, max_bytes: int = MAX_BYTES) -> str:
    """Write the letter: verdict, cause, line, remedy and proof first, as much of the rest as fits."""
    parts = [_head(report)]
    sections = list(_sections(report))
    for position, section in enumerate(sections):
        part = f"### {section.title}\n\n{section.body}"
        rest = _left_out(sections[position:], max_bytes)
        later = _left_out(sections[position + 1 :], max_bytes)
        if _size([*parts, part, *later]) > max_bytes:
            parts += rest
            break
        parts.append(part)
    return "\n\n".join(parts) + "\n"


def _size(parts: list[str]) -> int:
    return len("\n\n".join(parts).encode()) + 1


def _left_out(sections: list[Section], max_bytes: int) -> list[str]:
    """Say in one line which sections are missing."""
    if not sections:
        return []
    names = "; ".join(section.title for section in sections[:3])
    more = f"; and {counted(len(sections) - 3, 'more section')}" if len(sections) > 3 else ""
    return [
        f"Left out to stay within {max_bytes:,} bytes: {names}{more}. The JSON and HTML reports have all."
    ]


def _head(report: Report) -> str:
    """Write the first five lines."""
    verdict = VERDICT_WORDS[report.verdict].capitalize()
    shown = [subject for subject in report.subjects if subject.verdict == report.verdict]
    if not shown:
        return f"## {verdict}: no model was found"
    subject = shown[0]
    counts = f" ({verdict_counts(report.subjects)})" if len(report.subjects) > 1 else ""
    return "\n".join([f"## {verdict}: {code(display_name(subject))}{counts}", *_letter(subject, report)])


def _letter(subject: Subject, report: Report) -> list[str]:
    gravest = _gravest(subject, report)
    if subject.verdict == "healthy" or gravest is None:
        label = "Result" if subject.verdict == "healthy" else "Cause"
        return [
            f"- **{label}:** {text(subject.summary)}",
            f"- **Where:** {_place(subject.source)}",
            f"- **Rules:** {rule_counts(subject.rules)}",
        ]
    do = _advice(gravest.remedy) if gravest.remedy else f"see {code(f'healthcheck --explain {gravest.rule}')}"
    return [
        f"- **Cause:** {code(gravest.rule)}: {text(said(gravest))}",
        f"- **Where:** {_place(gravest.source or subject.source)}",
        f"- **Remedy:** {do}",
        f"- **Proof:** {proved(gravest) or 'observed as it is; nothing had to be tried'}",
    ]


def _advice(remedy: Remedy) -> str:
    """Say what to do, with its code if that is one line; longer code has a section of its own."""
    written = "in code below" if "\n" in remedy.code.strip() else code(remedy.code)
    return f"{text(remedy.name)}: {written}"


def _gravest(subject: Subject, report: Report) -> Finding | None:
    """Return the finding named as the cause, or else the first that counts."""
    counting = ("error", *failing(report.settings.get("fail_on")))
    causes = [finding for finding in subject.findings if finding.cause]
    return next(iter(causes + [f for f in subject.findings if f.status in counting]), None)


def _place(source: Source | None) -> str:
    if source is None:
        return "no line is known"
    line = source.code.partition("\n")[0]
    return code(location(source)) + (f": {code(line)}" if line else "")


def _sections(report: Report) -> Iterator[Section]:
    subjects = sorted(report.subjects, key=lambda subject: _GRAVITY.index(subject.verdict))
    if len(subjects) > 1:
        yield Section("Models", _models(subjects))
    for subject in subjects:
        suffix = f" of {code(display_name(subject))}" if len(subjects) > 1 else ""
        for title, body in _of_subject(subject):
            yield Section(title + suffix, body)
    yield Section("To repeat this", _reproduction(report))


def _of_subject(subject: Subject) -> Iterator[Section]:
    findings = [finding for group in finding_blocks(subject.findings) for finding in group.findings]
    if findings:
        yield Section("Findings", _limited(("status", "rule", "where", "what"), map(_row, findings)))
    if advised := _remedies(findings):
        yield Section("Remedies", "\n\n".join(advised))
    tried = dict.fromkeys(
        tuple(_trial(f.remedy, f.experiment)) for f in findings if f.remedy and f.experiment
    )
    if tried:
        yield Section("Experiments", _limited(("remedy", "loss", "skill", "better on"), tried))
    if subject.pictures.curves:
        yield Section("Curves", _curves(subject))
    if subject.rules:
        rows = ([code(o.rule), STATUS_WORDS[o.status], text(o.reason)] for o in subject.rules)
        body = _limited(("rule", "status", "reason"), rows)
        yield Section("Rules", f"{sentence(rule_counts(subject.rules))}\n\n{body}")
    if subject.notes:
        yield Section("Notes", "\n".join(f"- {text(note)}" for note in subject.notes[:MAX_ROWS]))


def _remedies(findings: list[Finding]) -> list[str]:
    remedies = [finding.remedy for finding in findings if finding.remedy and finding.status != "info"]
    different = dict.fromkeys((remedy.name, remedy.code) for remedy in remedies)
    shown = list(different)[:MAX_REMEDIES]
    return [f"{sentence(text(name))}\n\n{block(lines, 'python')}" for name, lines in shown]


def _row(finding: Finding) -> list[str]:
    status = STATUS_WORDS[finding.status] + (" (cause)" if finding.cause else "")
    status += f" (explained by {code(finding.consequence_of)})" if finding.consequence_of else ""
    where = code(location(finding.source)) if finding.source else ""
    return [status, code(finding.rule), where, text(said(finding))]


def _trial(remedy: Remedy, experiment: Experiment) -> list[str]:
    before, after = number(experiment.before), number(experiment.after)
    skill = f"{number(experiment.skill_before)} → {number(experiment.skill_after)}"
    seeds = f"{experiment.better_on} of {counted(len(experiment.seeds), 'seed')}"
    return [text(remedy.name), f"{before} → {after}", skill, seeds]


def _curves(subject: Subject) -> str:
    rows = (
        [code(curve.name), sparkline(curve.values), number(curve.values[0]), number(curve.values[-1])]
        for curve in subject.pictures.curves
        if curve.values
    )
    return _limited(("curve", "course", "first", "last"), rows)


def _models(subjects: list[Subject]) -> str:
    rows = (
        [code(display_name(subject)), VERDICT_WORDS[subject.verdict], text(subject.summary)]
        for subject in subjects
    )
    return _limited(("model", "verdict", "summary"), rows)


def _limited(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    every = list(rows)
    more = f"\n\n... and {len(every) - MAX_ROWS:,} more" if len(every) > MAX_ROWS else ""
    return table(head, every[:MAX_ROWS]) + more


def _reproduction(report: Report) -> str:
    versions = ", ".join(f"{text(name)} {text(version)}" for name, version in report.versions.items())
    return f"{block(report.command, 'console')}\n\n{versions}; {text(report.device)}"
