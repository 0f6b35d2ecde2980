"""What a rule's statuses mean for its test."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from healthcheck.config import ALWAYS
from healthcheck.render.phrasing import location
from healthcheck.render.terminal import findings_text
from healthcheck.report import Finding, Source, Status, Subject, failing


class Judgement(NamedTuple):
    """How a test ends, and what it says."""

    end: Literal["pass", "warn", "fail", "skip", "error", "unseen"]
    """`unseen`: the target was not checked, so this rule could not look; `not-checkable` says why."""
    text: str = ""
    source: Source | None = None
    findings: tuple[Finding, ...] = ()


def judgement_of(subjects: Sequence[Subject], rule: str, fail_on: str, strict: bool) -> Judgement:
    """Join what one rule says of all subjects of a target: the worst counts."""
    unchecked = [subject for subject in subjects if subject.verdict == "not_checked"]
    if rule == ALWAYS and unchecked:
        return _told("error", unchecked[0].summary, unchecked, (rule,), ("error",))
    outcomes = [outcome for subject in subjects for outcome in subject.rules if outcome.rule == rule]
    statuses = {outcome.status for outcome in outcomes}
    bad = failing(fail_on)
    if not statuses.isdisjoint(bad):
        return _told("fail", "", subjects, (rule,), bad)
    unseen = [subject for subject in unchecked if all(outcome.rule != rule for outcome in subject.rules)]
    if unseen or not outcomes:
        return Judgement("unseen", unseen[0].summary if unseen else "the rule was not run")
    undecided = [outcome.reason for outcome in outcomes if outcome.status == "inconclusive"]
    if "warn" in statuses and not (undecided and strict):
        return _told("warn", "", subjects, (rule,), ("warn",))
    if undecided:
        return Judgement("fail" if strict else "skip", f"inconclusive: {undecided[0]}")
    inapplicable = statuses == {"not_applicable"}
    return Judgement("skip", f"not applicable: {outcomes[0].reason}") if inapplicable else Judgement("pass")


def _told(
    end: Literal["warn", "fail", "error"],
    summary: str,
    subjects: Sequence[Subject],
    rules: tuple[str, ...],
    statuses: tuple[Status, ...],
) -> Judgement:
    """Say what was found: a line that names place and fault, then the findings as the command shows them."""
    findings = [
        finding
        for subject in subjects
        for finding in subject.findings
        if finding.rule in rules and finding.status in statuses
    ]
    source = next((finding.source for finding in findings if finding.source), None)
    message = findings[0].message if findings else summary
    headline = f"{location(source)}: {message}" if source else message
    return Judgement(end, f"{headline}\n\n{findings_text(findings)}".rstrip(), source, tuple(findings))
