"""Write down what was measured and judged as the report's model: a translation, no judgement."""

from typing import Any

import numpy as np

from healthcheck import report
from healthcheck.evidence import Data, Training
from healthcheck.examine import Examination
from healthcheck.pictures import pictures
from healthcheck.rule import Finding
from healthcheck.subject import Subject, leaf_layers, path_of
from healthcheck.verdict import Judged


def subject(
    examination: Examination,
    outcomes: list[report.RuleOutcome],
    judged: list[Judged],
    verdict: report.Verdict,
) -> report.Subject:
    """Return the subject's part of the report; who calls adds the target and the seconds."""
    of = examination.subject
    findings = [_finding(one, of) for one in judged]
    return report.Subject(
        name=of.name,
        target="",
        verdict=verdict,
        source=of.sources.fit,
        summary=_not_trained(examination, verdict) or _summary(findings, verdict, outcomes),
        rules=outcomes,
        findings=findings,
        notes=list(of.notes),
        plan=_plan(examination),
        seeds=list(range(examination.bench.seed, examination.bench.seed + examination.seeds)),
        layers=_layers(of),
        data=_features(examination.evidence.get(Data)),
        pictures=pictures(examination.evidence),
    )


def _not_trained(examination: Examination, verdict: report.Verdict) -> str | None:
    """Say that the training was never begun, where nothing else is known to be wrong."""
    if not examination.out_of_time or verdict != "not_checked":
        return None
    seconds = examination.bench.tracing_seconds
    return f"no step of the training fits into the budget: tracing one alone takes about {seconds:.2g} s"


def _summary(
    findings: list[report.Finding], verdict: report.Verdict, outcomes: list[report.RuleOutcome]
) -> str:
    causes = [finding for finding in findings if finding.cause]
    if verdict == "not_checked":
        return (
            f"could not be checked: {causes[0].message}"
            if causes
            else "nothing could be measured in the budget"
        )
    passed = sum(outcome.status == "pass" for outcome in outcomes)
    undecided = sum(outcome.status == "inconclusive" for outcome in outcomes)
    if not causes:
        return f"no fault found: {passed} rules passed" + (f", {undecided} inconclusive" if undecided else "")
    cause = causes[0]
    proof = f"; {cause.remedy.name}" if cause.remedy and cause.experiment and cause.experiment.helped else ""
    return f"{cause.rule.replace('-', ' ')}: {cause.message}{proof}"


def _finding(judged: Judged, of: Subject) -> report.Finding:
    finding = judged.finding
    remedy = judged.remedy
    return report.Finding(
        rule=judged.rule,
        status=judged.status,
        cause=judged.cause,
        consequence_of=judged.consequence_of,
        layer=finding.layer,
        source=source_of(finding, of),
        message=finding.message,
        measured=finding.measured,
        limit=finding.limit,
        remedy=report.Remedy(name=remedy.name, code=remedy.code) if remedy else None,
        experiment=judged.experiment,
    )


def source_of(finding: Finding, of: Subject) -> report.Source | None:
    """Return the line of the layer, or of the `compile` or `fit`, whichever is known."""
    made = of.sources.layers.get(finding.layer or "")
    if finding.place == "compile":
        return of.sources.compile or of.sources.fit
    return of.sources.fit if finding.place == "fit" else made or of.sources.fit


def _plan(examination: Examination) -> str:
    of, measured = examination.subject, examination.evidence.get(Training)
    epochs, steps = _counted(of.epochs, "epoch"), _counted(of.steps_per_epoch, "step")
    text = f"{epochs} of {steps}, batch size {of.batch_size:,}"
    if not (of.complete and of.validation_complete):
        text = f"{text}; {_counted(of.train.count, 'example')} of them read"
    if not isinstance(measured, Training):
        return text
    if measured.stopped_early:
        return f"{text}; stopped by a callback after {_counted(measured.steps, 'step')}"
    if measured.steps == measured.planned_steps:
        return f"{text}; all {measured.steps:,} steps done"
    return f"{text}; {measured.steps:,} of {measured.planned_steps:,} steps done"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _layers(of: Subject) -> list[report.Layer]:
    return [
        report.Layer(
            path=path_of(layer),
            kind=type(layer).__name__,
            parameters=sum(int(np.prod(variable.shape)) for variable in layer.weights),
            activation=getattr(getattr(layer, "activation", None), "__name__", ""),
            source=of.sources.layers.get(path_of(layer)),
        )
        for layer in leaf_layers(of.model)
    ]


def _features(measured: Any) -> list[report.Feature]:
    return [
        report.Feature(
            name=array.name,
            shape=list(array.shape),
            dtype=array.dtype,
            minimum=array.minimum,
            maximum=array.maximum,
            mean=array.mean,
            std=array.std,
            non_finite=array.non_finite,
        )
        for array in (measured.arrays if isinstance(measured, Data) else ())
    ]
