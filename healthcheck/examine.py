"""Run the probes that the rules ask for, in order of value, within the budget; leave no trace."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from healthcheck.config import Settings
from healthcheck.evidence import (
    Activations,
    Creations,
    Data,
    Signals,
    Skipped,
    Structure,
    Training,
    Weights,
)
from healthcheck.experiments import Experiments
from healthcheck.memory import give_back
from healthcheck.probes import (
    activations,
    data,
    gradient_check,
    structure,
    training,
)
from healthcheck.probes.batched import in_batches
from healthcheck.probes.bench import Bench
from healthcheck.probes.carried import carriers, not_carrying
from healthcheck.probes.observe import Observer
from healthcheck.probes.state import State, everything, on_one_device, unchanged
from healthcheck.probes.unmeasurable import unmeasurable
from healthcheck.stages import AFTER, ANYHOW, BEFORE, GRADIENTS, TRAINED, Examination, Progress, Stage
from healthcheck.subject import Subject

NO_GRADIENT = "No gradients provided for any variable"
"""What Keras' optimizers say when a step computed no gradient at all."""


@contextmanager
def examine(
    subject: Subject, wanted: set[type], settings: Settings, deadline: float, progress: Progress
) -> Iterator[Examination]:
    """Measure; inside the block experiments may go on, after it the model is as it was."""
    model = subject.model
    carried = carriers(model)
    size = None if carried else subject.only_size
    with unchanged(model) as start, not_carrying(carried), in_batches(model, size), on_one_device(model):
        progress("reading the data")
        bench = Bench(subject, settings.seed, deadline, start=start)
        examination = Examination(subject, bench, progress, settings.seeds)
        _probe_all(examination, wanted, settings.budget)
        yield examination


def _probe_all(examination: Examination, wanted: set[type], budget: float) -> None:
    """Run the probes in order; what the budget does not reach keeps the reason why."""
    bench, evidence = examination.bench, examination.evidence
    evidence[Data] = data.probe(bench)
    if examination.unusable_data:
        why = "the data holds NaN or infinity"
        evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data}}
        return
    if examination.subject.unjudged:
        evidence |= {kind: Skipped(examination.subject.unjudged) for kind in wanted - ANYHOW}
        wanted = (wanted & ANYHOW) - evidence.keys()
    if examination.subject.seen:
        evidence |= {kind: Skipped(examination.subject.unjudged) for kind in wanted}
        evidence |= examination.subject.seen
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
    frozen = evidence[Structure].trainable == 0
    why = "the model has no trainable weight" if frozen else why
    evidence |= {kind: Skipped(why, inconclusive=True) for kind in wanted - {Data, Creations, Structure}}
    if impossible or frozen:
        return
    evidence |= {kind: reason for kind, reason in unmeasurable(examination.subject).items() if kind in wanted}
    examination.trainable = True
    try:
        _measure(examination, wanted)
    except ValueError as error:
        if NO_GRADIENT not in str(error):
            raise
        _note_blocked(examination)
    bench.begin(0)
    if examination.subject.unjudged:
        # Where the loss says nothing, neither does a comparison of losses.
        evidence[Training] = Skipped(examination.subject.unjudged)
        examination.trainable, examination.experiments = False, None


def _measure(examination: Examination, wanted: set[type]) -> None:
    last = (GRADIENTS,) if gradient_check.can_wait(examination.bench) else ()
    _run([stage for stage in BEFORE if stage not in last], examination, wanted)
    if wanted & ({Training, Activations} | {stage.kind for stage in TRAINED + AFTER}):
        train(examination, wanted)
        examination.out_of_time = examination.experiments is None
    _run(AFTER, examination, wanted)
    if last:
        examination.bench.begin(0)
        _run(last, examination, wanted)


def _note_blocked(examination: Examination) -> None:
    """Note that Keras refuses to take a step, because not one weight has a gradient."""
    examination.trainable, evidence = False, examination.evidence
    why = Skipped("no step can be computed, because no gradient reaches any weight", inconclusive=True)
    evidence |= {kind: why for kind, found in evidence.items() if isinstance(found, Skipped)}
    evidence[Weights] = Weights((), 0, 0, float("nan"), blocked=True)


def _run(stages: Sequence[Stage], examination: Examination, wanted: set[type]) -> None:
    for stage in stages:
        if (
            stage.kind in wanted
            and not _is_settled(examination, stage.kind)
            and examination.bench.has_time(steps=stage.steps, traces=stage.traces)
        ):
            examination.progress(stage.doing)
            examination.evidence[stage.kind] = stage.probe(examination)
            give_back()
            if stage in TRAINED and examination.trained:
                examination.trained.restore()


def _is_settled(examination: Examination, kind: type) -> bool:
    found = examination.evidence.get(kind)
    return isinstance(found, Skipped) and not found.inconclusive


def train(examination: Examination, wanted: set[type]) -> None:
    """Train, and look at the model just before and just after; makes experiments possible."""
    bench = examination.bench
    if not bench.has_time(steps=True):
        return
    examination.progress("training")
    bench.begin(0)
    is_observed = Activations in wanted and not _is_settled(examination, Activations)
    observer = Observer(bench.subject.model) if is_observed else None
    before = activations.units(bench, observer) if observer else ()
    give_back()
    started = time.monotonic()
    # Half of the budget at most: the rest is for experiments.
    deadline, bench.deadline = bench.deadline, min(bench.deadline, started + 0.5 * (bench.deadline - started))
    examination.evidence[Training], run = training.probe(bench)
    bench.deadline = deadline
    examination.trained = State(everything(bench.subject.model), aside=True)
    examination.evidence[Signals] = training.signals(bench, run)
    seconds = time.monotonic() - started
    examination.experiments = Experiments(bench, run, seconds, examination.seeds)
    if observer:
        examination.evidence[Activations] = Activations(
            examples=bench.evaluated.count,
            before=before,
            after=activations.units(bench, observer),
            twins=activations.twins(bench),
            steps=run.steps,
        )
    _run(TRAINED, examination, wanted)
