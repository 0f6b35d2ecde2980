"""Turn findings into statuses: the one place that decides what fails.

A fact fails. A symptom fails when its remedy was better on every seed, or when the
model could not even fit a handful of examples; a symptom whose remedy did not help
is information; otherwise it warns. Advice warns, or is information when its remedy
did not help. A suspicion warns when its remedy was better on every seed, and is
information otherwise. A note is information.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from healthcheck.remedies import Remedy
from healthcheck.report import Experiment, Status, Verdict, failing
from healthcheck.rule import Claim, Finding

ORDER = ("run", "data", "architecture", "initialization", "activations", "gradients", "optimization")
"""Families in the order in which their faults come about in a program."""
UPSTREAM = ORDER[:4]
"""Families whose facts come before everything that happens during training."""
NEARLY = 0.1
"""Skill within which two remedies count as equally good."""


@dataclass(frozen=True)
class Trial:
    """An experiment and the remedy it was made with: the dose that helped, or else the first."""

    remedy: Remedy
    experiment: Experiment


@dataclass(frozen=True)
class Judged:
    """A finding with its status and with the remedy that stands in the report."""

    rule: str
    family: str
    finding: Finding
    status: Status
    remedy: Remedy | None
    experiment: Experiment | None
    cause: bool = False


def status_of(finding: Finding, experiment: Experiment | None, cannot_fit: bool) -> Status:
    """Return the status of one finding."""
    if finding.claim is Claim.FACT:
        return "fail"
    if finding.claim is Claim.NOTE:
        return "info"
    if experiment is not None and not experiment.helped:
        return "info"
    if finding.claim is Claim.SUSPICION and experiment is None:
        return "info"
    if finding.claim is Claim.SYMPTOM and (experiment is not None or cannot_fit):
        return "fail"
    return "warn"


def judge(
    findings: Sequence[tuple[str, str, Finding]],
    trials: Mapping[Remedy, Trial],
    cannot_fit: bool,
) -> list[Judged]:
    """Give every finding (rule, family, finding) its status, name the cause, and put the gravest first."""
    judged: list[Judged] = []
    for rule, family, finding in findings:
        trial = trials.get(finding.remedy) if finding.remedy else None
        remedy, experiment = (trial.remedy, trial.experiment) if trial else (finding.remedy, None)
        status = status_of(finding, experiment, cannot_fit)
        judged.append(Judged(rule, family, finding, status, remedy, experiment))
    best = max((_skill(j) for j in judged if _is_proven(j)), default=0.0)
    judged.sort(key=lambda j: _gravity(j, best))
    worst = judged[0] if judged and judged[0].status in ("fail", "warn") else None
    return [replace(j, cause=worst is not None and _same(j, worst)) for j in judged]


def _same(one: Judged, other: Judged) -> bool:
    return (
        one.rule == other.rule and one.status == other.status and one.finding.remedy == other.finding.remedy
    )


def _gravity(judged: Judged, best: float) -> tuple[int, int, int]:
    """Sort key: status, then facts about data and compile, then proven remedies, then the rest.

    Among remedies that help nearly as much as the best one, what comes first in a program
    comes first: a layer that passes no gradient explains more than the rate that makes up for it.
    """
    order = ("error", "fail", "warn", "info").index(judged.status)
    place = ORDER.index(judged.family) if judged.family in ORDER else len(ORDER)
    if judged.finding.claim is Claim.FACT and judged.family in UPSTREAM:
        return order, 0, place
    if _is_proven(judged):
        return order, 1 if _skill(judged) >= best - NEARLY else 2, place
    return order, 3, place


def _is_proven(judged: Judged) -> bool:
    return judged.experiment is not None and judged.experiment.helped


def _skill(judged: Judged) -> float:
    return judged.experiment.skill_after if judged.experiment else 0.0


def rule_status(judged: Sequence[Judged]) -> Status:
    """Return the gravest status among a rule's findings; no finding is a pass."""
    for status in ("fail", "warn", "info"):
        if any(j.status == status for j in judged):
            return status
    return "pass"


def verdict_of(statuses: Sequence[Status], fail_on: str) -> Verdict:
    """Return the verdict on a subject from the statuses of its rules."""
    if "error" in statuses or all(status in ("inconclusive", "not_applicable") for status in statuses):
        return "not_checked"
    return "healthy" if set(statuses).isdisjoint(failing(fail_on)) else "unhealthy"
