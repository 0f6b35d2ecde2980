"""The report as plain text for a terminal, in the manner of a compiler."""

from io import StringIO

from rich.console import Console
from rich.text import Text

from healthcheck.render.blocks import Block, Place, Statement, finding_blocks
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
from healthcheck.report import Finding, Report, Source, Status, Subject, Verdict

MAX_PLACES = 8
"""Lines of the user's file shown for one rule."""

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
    for subject in report.subjects:
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
    for subject in report.subjects:
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
    for outcome in subject.rules:
        if outcome.status == "inconclusive":
            _print_wrapped(f"{outcome.rule}: {outcome.reason}", console, label="inconclusive: ")


def _print_block(block: Block, console: Console) -> None:
    heading = Text(block.status.upper(), _STATUS_STYLES[block.status])
    heading.append(f" {one_line(block.rule)}", "default")
    if block.cause:
        heading.append("  (cause)", "default not bold")
    _print_cut(heading, console)
    places = block.places
    for place in places[:MAX_PLACES]:
        _print_place(place, block.status, console)
    if len(places) > MAX_PLACES:
        _print_wrapped(f"... and at {len(places) - MAX_PLACES} more lines", console, indent=2)
    if block.status != "info":
        _print_treatments(block, console)
    for treatment in block.treatments if block.status == "info" else ():
        if treatment.remedy and treatment.experiment:
            _print_wrapped(f"{treatment.remedy.name}: no clear benefit", console, indent=2, label="tried: ")
    console.print()


def _print_place(place: Place, status: Status, console: Console) -> None:
    statements = place.statements
    for statement in statements[:MAX_PLACES]:
        _print_wrapped(_worded(statement), console, indent=2)
    if len(statements) > MAX_PLACES:
        _print_wrapped(f"... and {len(statements) - MAX_PLACES} more layers", console, indent=2)
    if place.source and status != "info":
        _print_source(place.source, console)


def _worded(statement: Statement) -> str:
    names = [f"'{layer}'" for layer in statement.layers[:MAX_NAMES]]
    if more := len(statement.layers) - len(names):
        names.append(f"and {more} more")
    prefix = f"{'layer' if len(statement.layers) == 1 else 'layers'} {', '.join(names)}: " if names else ""
    suffix = "" if statement.limit is None else f" (allowed: {limit(statement.measured, statement.limit)})"
    return f"{prefix}{statement.message}{suffix}"


def _print_source(source: Source, console: Console) -> None:
    arrow = Text("  --> ", "blue").append(one_line(location(source)), "default")
    _print_cut(arrow, console)
    for line, code in enumerate(cleaned(source.code).splitlines(), source.line):
        _print_cut(Text(f"{line:>5} | ", "blue").append(code, "default"), console)


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


def _print_hanging(first: Text, message: str, console: Console) -> None:
    """Print a text of any length, its further lines hanging under the first."""
    margin = Text(" " * first.cell_len)
    for part in Text(one_line(message)).wrap(console, max(20, console.width - first.cell_len)):
        _print_cut(first.append_text(part), console)
        first = margin.copy()


def _print_cut(line: Text, console: Console) -> None:
    """Print one line; what the terminal's encoding lacks becomes a question mark."""
    line.truncate(console.width, overflow="ellipsis")
    line.rstrip()
    line.plain = line.plain.encode(console.encoding, "replace").decode(console.encoding)
    console.print(line, soft_wrap=True, highlight=False)
