"""The report as plain text for a terminal, in the manner of a compiler."""

import re
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from healthcheck.render.blocks import Block, Place, Statement, finding_blocks, gravest_first
from healthcheck.render.phrasing import (
    STATUS_WORDS,
    VERDICT_WORDS,
    cleaned,
    limit,
    location,
    one_line,
    rule_counts,
    shortened,
    trial,
    verdict_counts,
)
from healthcheck.render.pointing import pointed
from healthcheck.report import Finding, Report, Source, Status, Subject, Verdict

MAX_PLACES = 4
"""Lines of the user's file shown for one rule."""

MAX_STATEMENTS = 8
"""Things said of one line."""

GUTTER = 6
"""Columns of the line numbers."""

MAX_NAMES = 3
"""Layers named in one sentence."""

_VERDICT_STYLES: dict[Verdict, str] = {
    "healthy": "bold green",
    "unhealthy": "bold red",
    "not_checked": "bold yellow",
}
_STATUS_STYLES: dict[Status, str] = {
    "error": "bold yellow",
    "fail": "bold red",
    "warn": "bold yellow",
    "info": "bold blue",
    "pass": "green",
    "inconclusive": "yellow",
    "not_applicable": "dim",
}


def print_report(report: Report, console: Console) -> None:
    """Print what was found, subject by subject, the cause first."""
    for subject in gravest_first(report.subjects):
        _print_subject(subject, console)
    if len(report.subjects) != 1:
        print_summary_line(report, console)


def print_summary_line(report: Report, console: Console) -> None:
    """Print the verdict in one line."""
    line = Text(VERDICT_WORDS[report.verdict].upper(), _VERDICT_STYLES[report.verdict])
    if len(report.subjects) == 1:
        line.append(f"  {_heading(report.subjects[0])}", "default not bold")
    else:
        line.append(f"  {verdict_counts(report.subjects)}", "default not bold")
    _print_cut(line, console)


def print_findings(findings: list[Finding], console: Console) -> None:
    """Print findings, the cause first, each with the user's line and what was tried."""
    for block in finding_blocks(findings):
        _print_block(block, console)


def findings_text(findings: list[Finding], width: int = 100) -> str:
    """Return what `print_findings` prints, without color: the message of a failed test."""
    console = Console(width=width, color_system=None, file=StringIO())
    with console.capture() as capture:
        print_findings(findings, console)
    return capture.get().rstrip("\n")


def print_every_rule(report: Report, console: Console) -> None:
    """Print each rule's status, with the reason when it is not a plain pass."""
    for subject in gravest_first(report.subjects):
        _print_cut(Text(_heading(subject), "bold"), console)
        names = [shortened(outcome.rule, 34) for outcome in subject.rules]
        for outcome, name in zip(subject.rules, names, strict=True):
            first = Text(f"{STATUS_WORDS[outcome.status]:<16}", _STATUS_STYLES[outcome.status])
            first.append(name.ljust(max(map(len, names)) + 2), "default not bold not dim")
            _print_hanging(first, outcome.reason, console)
        console.print()


def _print_subject(subject: Subject, console: Console) -> None:
    verdict = VERDICT_WORDS[subject.verdict].upper()
    heading = Text(_heading(subject))
    heading.stylize("bold")
    room = console.width - len(verdict) - 2
    heading.truncate(room, overflow="ellipsis", pad=True)
    _print_cut(heading.append("  ").append(verdict, _VERDICT_STYLES[subject.verdict]), console)
    if not any(finding.cause and finding.message in subject.summary for finding in subject.findings):
        _print_wrapped(subject.summary, console)
    console.print()
    print_findings(subject.findings, console)
    for note in subject.notes:
        _print_wrapped(note, console, label="note: ")
    judged = any(outcome.status != "error" for outcome in subject.rules)
    if judged:
        _print_counts(subject, console)
    if judged or subject.notes:
        console.print()


def _heading(subject: Subject) -> str:
    place = location(subject.source) if subject.source else subject.target
    name = "" if subject.name == subject.target else f"  {one_line(subject.name)}"
    return one_line(place) + name


def _print_counts(subject: Subject, console: Console) -> None:
    _print_wrapped(rule_counts(subject.rules), console)
    reasons: dict[str, list[str]] = {}
    for outcome in subject.rules:
        if outcome.status == "inconclusive":
            reasons.setdefault(outcome.reason, []).append(outcome.rule)
    for reason, names in reasons.items():
        _print_wrapped(f"{', '.join(names)}: {reason}", console, label="inconclusive: ")


def _print_block(block: Block, console: Console) -> None:
    heading = Text(block.status.upper(), _STATUS_STYLES[block.status])
    heading.append(f" {one_line(block.rule)}", "default")
    if block.cause and block.status in {"fail", "error"}:
        heading.append("  (cause)", "default not bold")
    if block.explained_by:
        heading.append(f"  (explained by {one_line(block.explained_by)})", "default not bold")
    _print_cut(heading, console)
    if block.status == "info" or block.explained_by:
        _print_briefly(block, console)
    else:
        _print_places(block.places, console)
        _print_treatments(block, console)
    console.print()


def _print_briefly(block: Block, console: Console) -> None:
    """Print what calls for nothing of its own, without the user's lines."""
    for place in block.places[:MAX_PLACES]:
        where = f"{location(place.source)}: " if place.source and block.explained_by else ""
        for statement in place.statements[:MAX_STATEMENTS]:
            _print_wrapped(where + _worded(statement), console, indent=2)
    for treatment in block.treatments:
        if treatment.remedy and treatment.experiment:
            came = "helped as well" if treatment.experiment.helped else "no clear benefit"
            _print_wrapped(f"{treatment.remedy.name}: {came}", console, indent=2, label="tried: ")


def _print_places(places: list[Place], console: Console) -> None:
    """Print the user's lines, each with what is said of it below; a file is named once."""
    shown = None
    for place in places[:MAX_PLACES]:
        if place.source and (place.source.file, place.source.cell) != shown:
            shown = (place.source.file, place.source.cell)
            _print_cut(Text("  --> ", "blue").append(one_line(location(place.source)), "default"), console)
        if place.source:
            _print_code_of(place.source, console)
        margin = Text("| ".rjust(GUTTER + 2), "blue") if place.source else Text("  ")
        for statement in place.statements[:MAX_STATEMENTS]:
            _print_hanging(margin, _worded(statement), console, margin)
        if len(place.statements) > MAX_STATEMENTS:
            more = len(place.statements) - MAX_STATEMENTS
            _print_hanging(margin, f"... and {more} more layers", console, margin)
    if len(places) > MAX_PLACES:
        _print_wrapped(f"... and at {len(places) - MAX_PLACES} more lines", console, indent=2)


def _print_code_of(source: Source, console: Console) -> None:
    """Print the line of code, and below it a mark under what it calls."""
    lines = cleaned(source.code).splitlines()
    for line, code in enumerate(lines, source.line):
        _print_cut(Text(f"{line:>{GUTTER - 1}} | ", "blue").append(code, "default"), console)
    if len(lines) == 1:
        start, end = pointed(lines[0])
        mark = " " * cell_len(lines[0][:start]) + "^" * cell_len(lines[0][start:end])
        room = console.width - GUTTER - 2
        _print_cut(Text("| ".rjust(GUTTER + 2), "blue").append(mark[:room], "red"), console)


def _worded(statement: Statement) -> str:
    names = [f"'{layer}'" for layer in statement.layers[:MAX_NAMES]]
    if more := len(statement.layers) - len(names):
        names.append(f"and {more} more")
    prefix = f"{'layer' if len(statement.layers) == 1 else 'layers'} {', '.join(names)}: " if names else ""
    suffix = "" if statement.limit is None else f" (allowed: {limit(statement.measured, statement.limit)})"
    return f"{prefix}{statement.message}{suffix}"


def _print_treatments(block: Block, console: Console) -> None:
    for treatment in block.treatments:
        if treatment.remedy:
            _print_wrapped(treatment.remedy.name, console, indent=2, label="try: ")
            for line in cleaned(treatment.remedy.code).splitlines():
                _print_code(line, console)
        if treatment.experiment:
            _print_wrapped(trial(treatment.experiment, "->"), console, indent=2, label="tried: ")


def _print_code(line: str, console: Console) -> None:
    """Print a line to be copied, so it is wrapped and never cut."""
    code = line.lstrip(" ")
    margin = " " * (7 + len(line) - len(code))
    for part in Text(code).wrap(console, max(20, console.width - len(margin))):
        _print_cut(Text(margin).append_text(part), console)


def _print_wrapped(message: str, console: Console, indent: int = 0, label: str = "") -> None:
    """Print a text of any length after its label."""
    _print_hanging(Text(" " * indent + label), message, console)


def _print_hanging(first: Text, message: str, console: Console, margin: Text | None = None) -> None:
    """Print a text of any length, its further lines hanging under the first or after a margin."""
    margin = margin or Text(" " * first.cell_len)
    for part in Text(one_line(message)).wrap(console, max(20, console.width - first.cell_len)):
        _print_cut(first.copy().append_text(part), console)
        first = margin


def _print_cut(line: Text, console: Console) -> None:
    """Print one line; what the terminal's encoding lacks becomes a question mark."""
    line.plain = _no_command(line.plain)
    line.truncate(console.width, overflow="ellipsis")
    line.rstrip()
    line.plain = line.plain.encode(console.encoding, "replace").decode(console.encoding)
    console.print(line, soft_wrap=True, highlight=False)


def _no_command(line: str) -> str:
    """Break what a runner of continuous integration would take for a command to it."""
    return re.sub(r"^(\s*):(?=:)", r"\1: ", line).replace("##[", "# #[")
