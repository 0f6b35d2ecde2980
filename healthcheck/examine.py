"""Run the probes that the rules ask for, in order of value, within the budget; leave no trace."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from healthcheck.config import Settings
from healthcheck.evidence import (
    Activations,
    Compiled,
    Creations,
    Data,
    Features,
    FitBatch,
    Generalization,
    GradientCheck,
    Initial,
    Inputs,
    Layers,
    Modes,
    Normalizers,
    Order,
    Oscillation,
    Overlap,
    Repetition,
    Responses,
    Restarts,
    Signals,
    Skipped,
    Start,
    Structure,
    Targets,
    Training,
    ZeroedInputs,
    reached,
)
from healthcheck.experiments import Experiments
from healthcheck.probes import (
    activations,
    compiled,
    data,
    features,
    fit_batch,
    generalization,
    gradient_check,
    initial,
    layers,
    modes,
    normalizers,
    oscillation,
    overlap,
    repetition,
    responses,
    restarts,
    start,
    structure,
    targets,
    training,
)
from healthcheck.probes.bench import Bench
from healthcheck.probes.observe import Observer
from healthcheck.probes.state import State, everything, unchanged
from healthcheck.subject import Subject, kernels, value_of

Progress = Callable[[str], None]


@dataclass
class Examination:
    """A subject, what was measured of it, and what the experiments need to go on."""

    subject: Subject
    bench: Bench
    progress: Progress
    seeds: int
    evidence: dict[type, Any] = field(default_factory=dict[type, Any])
    experiments: Experiments | None = None
    """None when nothing was trained."""
    trained: State | None = None
    """Everything as the training left it, for a script whose later lines use the model."""

    @property
    def unusable_data(self) -> bool:
        """Whether the data holds NaN or infinity, so that no training could be judged."""
        measured = self.evidence.get(Data)
        return isinstance(measured, Data) and any(array.non_finite for array in measured.arrays)

    def curves(self) -> dict[str, list[float]]:
        """Return the curves for the script's `History`, empty when nothing was trained."""
        return training.epoch_curves(self.bench, self.experiments.first) if self.experiments else {}


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


def _after_training(probe: Callable[[Any, Training], Any]) -> Callable[[Examination], Any]:
    """Return a probe that is told of the training and does its own trainings through the experiments."""

    def run(examination: Examination) -> Any:
        measured = examination.evidence[Training]
        trained = isinstance(measured, Training) and examination.experiments is not None
        return (
            probe(examination.experiments, measured)
            if trained
            else Skipped("nothing was trained", inconclusive=True)
        )

    return run


BEFORE = (
    Stage(Inputs, "looking at the inputs", lambda of: initial.inputs(of.bench)),
    Stage(Normalizers, "looking at the inputs", lambda of: normalizers.probe(of.bench)),
    Stage(Features, "looking at the inputs", lambda of: features.probe(of.bench)),
    Stage(Targets, "looking at the targets", lambda of: targets.probe(of.bench, of.evidence[Structure])),
    Stage(Order, "looking at the targets", lambda of: targets.order(of.bench, of.evidence[Structure])),
    Stage(Overlap, "comparing training and validation data", lambda of: overlap.probe(of.bench)),
    Stage(Layers, "following the layers", lambda of: layers.probe(of.bench)),
    Stage(Compiled, "trying the loss and the metrics", lambda of: compiled.probe(of.bench)),
    Stage(GradientCheck, "checking the gradients", lambda of: gradient_check.probe(of.bench)),
    Stage(Initial, "measuring gradients", lambda of: initial.probe(of.bench)),
    Stage(Start, "measuring the first loss", lambda of: start.probe(of.bench, of.evidence[Structure])),
    Stage(Repetition, "repeating the first steps", lambda of: repetition.probe(of.bench)),
)
"""Probes that need no training, the most valuable first."""
TRAINED: tuple[Stage, ...] = (
    Stage(Responses, "looking at the predictions", lambda of: responses.probe(of.bench)),
    Stage(Modes, "comparing the modes", lambda of: modes.probe(of.bench, of.evidence[Training])),
    Stage(Oscillation, "looking at the steps", lambda of: oscillation.probe(of.bench, of.evidence[Training])),
    Stage(Generalization, "comparing training and validation", lambda of: generalization.probe(of.bench)),
)
"""Probes that look at the model as the training left it; what they change is put back after each."""
AFTER = (
    Stage(FitBatch, "fitting a handful of examples", _fit_batch),
    Stage(Restarts, "training from other seeds", _after_training(restarts.restarts)),
    Stage(ZeroedInputs, "training on zeroed inputs", _after_training(restarts.zeroed_inputs)),
)
"""Probes that train in their own way, from the start, once the training is known."""


def _probe_all(examination: Examination, wanted: set[type], budget: float) -> None:
    """Run the probes in order; what the budget does not reach keeps the reason why."""
    bench, evidence = examination.bench, examination.evidence
    evidence[Data] = data.probe(bench)
    if examination.unusable_data:
        why = "the data holds NaN or infinity"
        evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data}}
        return
    evidence[Creations] = Creations(examination.subject.remade)
    if examination.subject.remade:
        why = "the model cannot be traced, because it makes layers or variables at every call"
        evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data, Creations}}
        return
    evidence[Structure] = structure.probe(bench)
    impossible = structure.has_impossible_labels(evidence[Structure])
    why = f"the budget of {budget:g} s ran out before this was measured"
    why = "no step can be computed with labels that the loss does not take" if impossible else why
    evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data, Creations, Structure}}
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
    weights = [value_of(variable) for _, variable in kernels(bench.subject.model)]
    started = time.monotonic()
    # Half of the budget at most: the rest is for experiments.
    deadline, bench.deadline = bench.deadline, min(bench.deadline, started + 0.5 * (bench.deadline - started))
    examination.evidence[Training], run = training.probe(bench)
    bench.deadline = deadline
    examination.trained = State(everything(bench.subject.model))
    examination.evidence[Signals] = training.signals(bench, run)
    seconds = time.monotonic() - started
    examination.experiments = Experiments(bench, run, seconds, examination.seeds)
    if observer:
        examination.evidence[Activations] = Activations(
            examples=bench.evaluated.count,
            before=before,
            after=activations.units(bench, observer),
            twins=activations.twins(weights, bench),
            steps=run.steps,
        )
    _run(TRAINED, examination, wanted)
