"""A finding in sentences, for the formats that have one line or one field for it."""

from typing import NamedTuple

from healthcheck.render.phrasing import limit, number, one_line, shortened, trial
from healthcheck.report import Finding, Report, Source, Subject

MAX_TEXT = 1000
"""Characters of one text of the checked program; a longer one loses its middle."""


class Fault(NamedTuple):
    """Something that could not be checked, and why."""

    name: str
    message: str
    source: Source | None


def said(finding: Finding) -> str:
    """Say what was found: the layer, unless the message names it, and what would be allowed."""
    layer = ""
    if finding.layer and finding.layer not in finding.message:
        layer = f"layer '{shortened(finding.layer)}': "
    allowed = "" if finding.limit is None else f" (allowed: {limit(finding.measured, finding.limit)})"
    return shortened(f"{layer}{finding.message}", MAX_TEXT) + allowed


def advised(finding: Finding) -> str:
    """Say what to do, or nothing."""
    return shortened(finding.remedy.name, MAX_TEXT) if finding.remedy else ""


def proved(finding: Finding) -> str:
    """Say on what the finding rests: the experiment, or else the measurement."""
    if finding.experiment:
        return trial(finding.experiment, "→")
    return "" if finding.measured is None else f"measured {number(finding.measured)}"


def display_name(subject: Subject) -> str:
    """Name a subject so that it can be told from others: its target and, in it, the model."""
    target, name = one_line(subject.target), one_line(subject.name)
    return target if name == target else f"{target} {name}".strip()


def faults(report: Report) -> list[Fault]:
    """Return what could not be checked; a report without subjects is itself a fault."""
    if not report.subjects:
        return [Fault("healthcheck", "no model was found", None)]
    return [
        Fault(display_name(subject), shortened(subject.summary, MAX_TEXT), subject.source)
        for subject in report.subjects
        if subject.verdict == "not_checked"
    ]
