"""The chain, put together: subject → probes → evidence → rules → experiments → verdict → report."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from healthcheck import describe, report
from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.evidence import Skipped, Structure, Training, reached, was_cut
from healthcheck.examine import Examination, examine, train
from healthcheck.gpu import watched
from healthcheck.memory import peak_memory
from healthcheck.probes.device import device_memory, gpu_number
from healthcheck.probes.room import in_batches_of, with_room
from healthcheck.probes.state import State
from healthcheck.remedies import Remedy
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip
from healthcheck.silence import silenced
from healthcheck.subject import Subject
from healthcheck.trials import Found, tried
from healthcheck.verdict import Harm, Judged, Trial, explained, judge, rule_status, verdict_of

Progress = Callable[[str], None]
MIN_SKILL = 0.1
"""Skill below which a training counts as one that learned nothing; NaN does as well."""


class Checked(NamedTuple):
    """What a check gives back."""

    report: report.Subject
    curves: dict[str, list[float]]
    """As `History.history` has them."""
    trained: State | None
    """Everything as the training left it, None when nothing was trained."""


def check(
    subject: Subject, target: str, settings: Settings, rules: Mapping[str, Rule], progress: Progress
) -> Checked:
    """Check one subject and leave the model as it was; what has no room in memory gets smaller batches.

    Raises `HealthcheckError` when a rule itself fails.
    """
    started = time.monotonic()

    def attempt(size: int) -> Checked:
        return _checked(in_batches_of(subject, size), target, settings, rules, progress, started)

    with watched(gpu_number(), os.environ) as utilization:
        whole = attempt(subject.batch_size) if subject.only_size else with_room(subject.batch_size, attempt)
    measured = {"device_utilization": utilization()}
    return whole._replace(report=whole.report.model_copy(update=measured))


def _checked(  # noqa: PLR0913, PLR0917 - all that a check is made of
    subject: Subject,
    target: str,
    settings: Settings,
    rules: Mapping[str, Rule],
    progress: Progress,
    started: float,
) -> Checked:
    # Reading is part of the check, but data that is slow to read must not take all of it.
    reading = min(subject.read_seconds, 0.5 * settings.budget)
    wanted = {kind for rule in rules.values() for kind in rule.needs().values()}
    with examine(subject, wanted, settings, started + settings.budget - reading, progress) as examination:
        results = {rule_id: _result(rule, examination.evidence) for rule_id, rule in rules.items()}
        found = [
            (rule_id, rules[rule_id].family(), _heeded(rules[rule_id], finding, subject, settings))
            for rule_id, result in results.items()
            if isinstance(result, list)
            for finding in result
        ]
        trials = _trials(found, examination, settings, progress)
        judged = judge(found, trials, _harm(found, examination.evidence))
        judged = explained(judged, _gone(judged, rules, examination))
    outcomes = [_outcome(rule_id, rules[rule_id], result, judged) for rule_id, result in results.items()]
    verdict = verdict_of([outcome.status for outcome in outcomes], settings.fail_on)
    if examination.unusable_data or (examination.out_of_time and verdict == "healthy"):
        verdict = "not_checked"
    written = describe.subject(examination, outcomes, judged, verdict)
    measured = {
        "seconds": round(time.monotonic() - started, 3),
        "memory": peak_memory(),
        "device_memory": device_memory(),
    }
    written = written.model_copy(update={"target": target, **measured})
    return Checked(written, examination.curves(), examination.trained)


def _result(rule: Rule, evidence: Mapping[type, Any]) -> Result:
    """Ask one rule, or pass on why the probe it needs has nothing to show."""
    given = {name: evidence[kind] for name, kind in rule.needs().items()}
    for value in given.values():
        if isinstance(value, Skipped):
            return Inconclusive(value.reason) if value.inconclusive else Skip(value.reason)
    try:
        result = rule.check(**given)
    except Exception as error:
        raise HealthcheckError(
            f"rule {rule.id()!r} of {type(rule).__module__!r} failed: {type(error).__name__}: {error}"
        ) from error
    return result if isinstance(result, (Skip, Inconclusive)) else list(result)


def _heeded(rule: Rule, finding: Finding, subject: Subject, settings: Settings) -> Finding:
    line = describe.source_of(finding, subject)
    return silenced(rule.id(), rule.family(), finding, line, settings.per_layer_ignores)


def _trials(
    found: Found, examination: Examination, settings: Settings, progress: Progress
) -> dict[Remedy, Trial]:
    wanted = any(finding.remedy for _, _, finding in found) and not examination.subject.unjudged
    if not settings.experiments or not wanted:
        return {}
    if examination.experiments is None and examination.trainable:
        train(examination, set())  # none of the selected rules asked for it
    return tried(found, examination.experiments, progress) if examination.experiments else {}


def _harm(found: Found, evidence: Mapping[type, Any]) -> Harm:
    training = evidence.get(Training)
    cannot_fit = any(rule == "cannot-overfit-a-batch" and f.claim is Claim.HARM for rule, _, f in found)
    if not isinstance(training, Training) or was_cut(training):
        return Harm(cannot_fit, no_skill=False)
    return Harm(cannot_fit, no_skill=not reached(training) >= MIN_SKILL)


def _gone(judged: Sequence[Judged], rules: Mapping[str, Rule], examination: Examination) -> set[str]:
    """Return the rules that find nothing any more in the training with the cause's remedy.

    Only those that judge the training as a whole are asked again: of what else they look at,
    nothing was measured anew.
    """
    cause = next((one for one in judged if one.cause and one.experiment and one.experiment.helped), None)
    if cause is None or cause.remedy is None or examination.experiments is None:
        return set()
    remedied = examination.experiments.remedied(cause.remedy)
    if remedied is None:
        return set()
    evidence = {**examination.evidence, Training: remedied}
    asked = {one.rule for one in judged if set(rules[one.rule].needs().values()) <= {Training, Structure}}
    return {rule for rule in asked if _result(rules[rule], evidence) == []}


def _outcome(rule_id: str, rule: Rule, result: Result, judged: list[Judged]) -> report.RuleOutcome:
    family = rule.family()
    if isinstance(result, Skip):
        return report.RuleOutcome(rule=rule_id, family=family, status="not_applicable", reason=result.reason)
    if isinstance(result, Inconclusive):
        return report.RuleOutcome(rule=rule_id, family=family, status="inconclusive", reason=result.reason)
    own = [one for one in judged if one.rule == rule_id]
    reason = own[0].finding.message if own else ""
    return report.RuleOutcome(rule=rule_id, family=family, status=rule_status(own), reason=reason)
