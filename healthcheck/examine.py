"""Run the probes that the rules ask for, in order of value, within the budget; leave no trace."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from healthcheck.config import Settings
from healthcheck.evidence import (
    Activations,
    Curvature,
    Data,
    Features,
    FitBatch,
    GradientCheck,
    GradientNoise,
    Initial,
    Inputs,
    Normalizers,
    Order,
    Overlap,
    Penalties,
    RangeTest,
    Repetition,
    Skipped,
    Start,
    Structure,
    Targets,
    Training,
    Weights,
    reached,
)
from healthcheck.probes import (
    activations,
    curvature,
    data,
    features,
    fit_batch,
    gradient_check,
    gradient_noise,
    initial,
    normalizers,
    overlap,
    penalties,
    range_test,
    repetition,
    start,
    structure,
    targets,
    training,
    weights,
)
from healthcheck.probes.bench import Bench, Run
from healthcheck.probes.observe import Observer
from healthcheck.probes.state import State, everything, unchanged
from healthcheck.subject import Subject, kernels, value_of

Progress = Callable[[str], None]
ENOUGH_SKILL = 0.5
"""A training that reached this gives no cause to look closer at its learning rate."""


@dataclass
class Examination:
    """A subject, what was measured of it, and what the experiments need to go on."""

    subject: Subject
    bench: Bench
    progress: Progress
    seeds: int
    evidence: dict[type, Any] = field(default_factory=dict[type, Any])
    first_run: Run | None = None
    first_seconds: float = 0.0
    trained: State | None = None
    """Everything as the training left it, for a script whose later lines use the model."""

    @property
    def unusable_data(self) -> bool:
        """Whether the data holds NaN or infinity, so that no training could be judged."""
        measured = self.evidence.get(Data)
        return isinstance(measured, Data) and any(array.non_finite for array in measured.arrays)

    def curves(self) -> dict[str, list[float]]:
        """Return the curves for the script's `History`, empty when nothing was trained."""
        return training.epoch_curves(self.bench, self.first_run) if self.first_run else {}


@contextmanager
def examine(
    subject: Subject, wanted: set[type], settings: Settings, deadline: float, progress: Progress
) -> Iterator[Examination]:
    """Measure; inside the block experiments may go on, after it the model is as it was."""
    with unchanged(subject.model):
        progress("reading the data")
        examination = Examination(subject, Bench(subject, settings.seed, deadline), progress, settings.seeds)
        _probe_all(examination, wanted, settings.budget)
        yield examination


@dataclass(frozen=True)
class Stage:
    """One probe: the evidence it makes, what to tell the user meanwhile, and how to measure."""

    kind: type
    doing: str
    probe: Callable[[Examination], Any]


def _fit_batch(examination: Examination) -> FitBatch | Skipped:
    measured = examination.evidence[Training]
    return fit_batch.probe(examination.bench, reached(measured) if isinstance(measured, Training) else 0.0)


def _steps_for_the_rate(examination: Examination) -> float:
    """Return how many steps a look at the rate may take where the training went wrong, 0 where it did not."""
    measured = examination.evidence[Training]
    if measured.non_finite is None and not reached(measured) < ENOUGH_SKILL:
        return 0.0
    seconds = 0.1 * (examination.bench.deadline - time.monotonic())
    return seconds * measured.steps / max(examination.first_seconds, 1e-3)


def _range_test(examination: Examination) -> RangeTest:
    # After a healthy training for the picture only, where it adds next to nothing.
    for_the_picture = 0.1 * examination.evidence[Training].steps
    return range_test.probe(examination.bench, max(_steps_for_the_rate(examination), for_the_picture))


def _curvature(examination: Examination) -> Curvature:
    return curvature.probe(examination.bench, _steps_for_the_rate(examination))


def _gradient_noise(examination: Examination) -> GradientNoise | Skipped:
    return gradient_noise.probe(examination.bench, examination.evidence[Training].steps)


def _weights(examination: Examination) -> Weights | Skipped:
    run = examination.first_run
    if run is None:
        return Skipped("nothing was trained", inconclusive=True)
    return weights.probe(examination.bench, run, examination.evidence[Training].measured_steps)


BEFORE = (
    Stage(Inputs, "looking at the inputs", lambda of: initial.inputs(of.bench)),
    Stage(Normalizers, "looking at the inputs", lambda of: normalizers.probe(of.bench)),
    Stage(Features, "looking at the inputs", lambda of: features.probe(of.bench)),
    Stage(Targets, "looking at the targets", lambda of: targets.probe(of.bench, of.evidence[Structure])),
    Stage(Order, "looking at the targets", lambda of: targets.order(of.bench, of.evidence[Structure])),
    Stage(Overlap, "comparing training and validation data", lambda of: overlap.probe(of.bench)),
    Stage(GradientCheck, "checking the gradients", lambda of: gradient_check.probe(of.bench)),
    Stage(Initial, "measuring gradients", lambda of: initial.probe(of.bench)),
    Stage(Start, "measuring the first loss", lambda of: start.probe(of.bench, of.evidence[Structure])),
    Stage(Repetition, "repeating the first steps", lambda of: repetition.probe(of.bench)),
    Stage(Penalties, "weighing the penalties", lambda of: penalties.probe(of.bench)),
)
"""Probes that need no training, the most valuable first."""
TRAINED = (
    Stage(RangeTest, "raising the learning rate", _range_test),
    Stage(Curvature, "measuring the curvature", _curvature),
    Stage(Weights, "comparing the weights", _weights),
    Stage(GradientNoise, "measuring the gradient's noise", _gradient_noise),
)
"""Probes that look at the model as the training left it; what they change is put back after each."""
AFTER = (Stage(FitBatch, "fitting a handful of examples", _fit_batch),)
"""Probes that train in their own way, from the start, once the training is known."""


def _probe_all(examination: Examination, wanted: set[type], budget: float) -> None:
    """Run the probes in order; what the budget does not reach keeps the reason why."""
    bench, evidence = examination.bench, examination.evidence
    evidence[Data] = data.probe(bench)
    if examination.unusable_data:
        why = "the data holds NaN or infinity"
        evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data}}
        return
    evidence[Structure] = structure.probe(bench)
    impossible = structure.has_impossible_labels(evidence[Structure])
    why = f"the budget of {budget:g} s ran out before this was measured"
    why = "no step can be computed with labels that the loss does not take" if impossible else why
    evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data, Structure}}
    if impossible:
        return
    _run(BEFORE, examination, wanted)
    if wanted & ({Training, Activations} | {stage.kind for stage in TRAINED + AFTER}):
        _train(examination, wanted)
    _run(AFTER, examination, wanted)
    bench.begin(0)


def _run(stages: tuple[Stage, ...], examination: Examination, wanted: set[type]) -> None:
    for stage in stages:
        if stage.kind in wanted and time.monotonic() < examination.bench.deadline:
            examination.progress(stage.doing)
            examination.evidence[stage.kind] = stage.probe(examination)
            if stage in TRAINED and examination.trained:
                examination.trained.restore()


def _train(examination: Examination, wanted: set[type]) -> None:
    """Train, and look at the model just before and just after."""
    bench = examination.bench
    if time.monotonic() >= bench.deadline:
        return
    examination.progress("training")
    bench.begin(0)
    observer = Observer(bench.subject.model) if Activations in wanted else None
    before = activations.units(bench, observer) if observer else ()
    started_with = [value_of(variable) for _, variable in kernels(bench.subject.model)]
    started = time.monotonic()
    # Half of the budget at most: the rest is for experiments.
    deadline, bench.deadline = bench.deadline, min(bench.deadline, started + 0.5 * (bench.deadline - started))
    examination.evidence[Training], run = training.probe(bench)
    bench.deadline = deadline
    examination.trained = State(everything(bench.subject.model))
    examination.first_run, examination.first_seconds = run, time.monotonic() - started
    if observer:
        examination.evidence[Activations] = Activations(
            examples=bench.evaluated.count,
            before=before,
            after=activations.units(bench, observer),
            twins=activations.twins(started_with, bench),
            steps=run.steps,
        )
    _run(TRAINED, examination, wanted)
