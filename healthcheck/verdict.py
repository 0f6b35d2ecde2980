"""Turn findings into statuses: the one place that decides what fails.

A fact fails, and so does harm. A symptom fails when its remedy was better on every seed, or
when the model could not even fit a handful of examples; a symptom whose remedy did not help
is information; otherwise it warns. Advice warns, or is information when its remedy did not
help; where the training ended without skill and the remedy mended it, or where the remedy
changed everything, it fails as well. A suspicion is information unless its remedy was better
on every seed; then it is as advice.
A note is information.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from healthcheck.remedies import Remedy
from healthcheck.report import Experiment, Status, Verdict, failing
from healthcheck.rule import Claim, Finding

ORDER = ("run", "data", "architecture", "initialization", "activations", "gradients", "optimization")
"""Families in the order in which their faults come about in a program."""
GREAT_GAIN = 0.25
"""Skill gained from which advice fails and does not only warn."""
GREAT_REMAINING = 0.5
"""Largest share of the loss that remains then."""
NEARLY = 0.1
"""Skill within which two remedies count as equally good."""


@dataclass(frozen=True)
class Trial:
    """An experiment and the remedy it was made with: the dose that helped, or else the first."""

    remedy: Remedy
    experiment: Experiment


@dataclass(frozen=True)
class Harm:
    """What is known of the training as a whole."""

    cannot_fit: bool
    """Whether not even a handful of examples could be fitted."""
    no_skill: bool
    """Whether the planned training ended no better than a constant prediction."""


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
    consequence_of: str | None = None
    """The rule whose finding explains this one."""


def status_of(finding: Finding, experiment: Experiment | None, harm: Harm) -> Status:
    """Return the status of one finding."""
    if finding.claim in (Claim.FACT, Claim.HARM):
        return "fail"
    if finding.claim is Claim.NOTE or (experiment is not None and not experiment.helped):
        return "info"
    if experiment is not None:
        is_harm = finding.claim is Claim.SYMPTOM or harm.no_skill or _changed_everything(experiment)
        return "fail" if is_harm else "warn"
    if finding.claim is Claim.SYMPTOM:
        return "fail" if harm.cannot_fit else "warn"
    return "info" if finding.claim is Claim.SUSPICION else "warn"


def _changed_everything(experiment: Experiment) -> bool:
    """Whether a remedy that helped gained so much that a model without it cannot be called healthy."""
    gained = experiment.skill_after - experiment.skill_before
    remaining = (1.0 - experiment.skill_after) / (1.0 - experiment.skill_before)
    return gained >= GREAT_GAIN and remaining <= GREAT_REMAINING


def judge(
    findings: Sequence[tuple[str, str, Finding]],
    trials: Mapping[Remedy, Trial],
    harm: Harm,
) -> list[Judged]:
    """Give every finding (rule, family, finding) its status, name the cause, and put the gravest first."""
    judged: list[Judged] = []
    for rule, family, finding in findings:
        trial = trials.get(finding.remedy) if finding.remedy else None
        remedy, experiment = (trial.remedy, trial.experiment) if trial else (finding.remedy, None)
        status = status_of(finding, experiment, harm)
        judged.append(Judged(rule, family, finding, status, remedy, experiment))
    best = max((_skill(j) for j in judged if _is_proven(j)), default=0.0)
    judged.sort(key=lambda j: _gravity(j, best))
    worst = judged[0] if judged and judged[0].status in ("fail", "warn") else None
    return [replace(j, cause=worst is not None and _same(j, worst)) for j in judged]


def _same(one: Judged, other: Judged) -> bool:
    return (
        one.rule == other.rule and one.status == other.status and one.finding.remedy == other.finding.remedy
    )


def explained(judged: Sequence[Judged], gone: Collection[str]) -> list[Judged]:
    """Mark what the cause explains: what is gone with its remedy, and what another remedy mends no better.

    `gone` names the rules that find nothing in the training with the cause's remedy.
    """
    cause = next((one for one in judged if one.cause and _is_proven(one)), None)
    if cause is None:
        return list(judged)

    def is_explained(one: Judged) -> bool:
        if one.cause or one.status not in ("fail", "warn") or one.experiment == cause.experiment:
            return False
        is_mended_as_well = _is_proven(one) and _skill(one) <= _skill(cause) + NEARLY
        return one.rule in gone or is_mended_as_well

    return [replace(one, consequence_of=cause.rule) if is_explained(one) else one for one in judged]


def place_of(family: str) -> int:
    """Return where in a program the faults of a family come about."""
    return ORDER.index(family) if family in ORDER else len(ORDER)


def _gravity(judged: Judged, best: float) -> tuple[int, int, int]:
    """Sort key: status, then facts, then proven remedies, then symptoms, at last mere harm.

    Among remedies that help nearly as much as the best one, what comes first in a program
    comes first: a layer that passes no gradient explains more than the rate that makes up for it.
    What only the training brought about comes last: units that died of a rate do not explain it.
    """
    order = ("error", "fail", "warn", "info").index(judged.status)
    place = len(ORDER) + 1 if judged.finding.arose else place_of(judged.family)
    if judged.finding.claim is Claim.FACT:
        return order, 0, place
    if _is_proven(judged):
        return order, 1 if _skill(judged) >= best - NEARLY else 2, place
    # A symptom that nothing can be tried against explains no more than mere harm does.
    is_mere = judged.finding.claim is Claim.HARM or judged.finding.remedy is None
    return order, 4 if is_mere else 3, place


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
