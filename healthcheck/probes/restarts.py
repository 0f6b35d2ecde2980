"""Probes that repeat the planned training: from other seeds, and on zeroed inputs.

Both are done only when they are cheap; the trainings from other seeds are those that the
experiments compare with, and are kept for them. Cost: `seeds - 1` trainings, and as many as
`seeds` more where the model is no better than a constant. The caller puts the start back.
"""

from dataclasses import replace

import keras
import numpy as np

from healthcheck.evidence import Restarts, Skipped, Training, ZeroedInputs, reached, was_cut
from healthcheck.experiments import POINTS, Experiments, Outcome
from healthcheck.probes.bench import Bench, Run
from healthcheck.subject import Examples

MAX_WORK = 5e8
"""Multiplications of one training, by its weights and examples, up to which it is repeated.

A count and not a time decides, so that two checks of one subject agree. It is about a second of two cores.
"""
WORK_OF_A_STEP = 5e4
"""What a step costs however small the model is."""
MAX_SECONDS = 6.0
"""The count knows nothing of convolutions and sequences; repetitions that take longer are not begun."""


def restarts(experiments: Experiments, training: Training) -> Restarts | Skipped:
    """Train from the other seeds and take down the skill of each run."""
    if not training.constant_loss > 0:
        return Skipped("the loss has no positive constant baseline to compare with")
    if experiments.seeds < 2:
        return Skipped("one seed was asked for, two are needed", inconclusive=True)
    if refused := _refusal(experiments, training, _missing(experiments)):
        return Skipped(refused, inconclusive=True)
    outcomes: list[Outcome] = []
    for index in range(experiments.seeds):
        outcomes.append(experiments.untreated(index))
        if _was_cut(outcomes[-1].run, training):
            return Skipped("the budget ended the trainings from other seeds", inconclusive=True)
    return Restarts(
        seeds=tuple(outcome.run.seed for outcome in outcomes),
        skills=tuple(outcome.skill for outcome in outcomes),
        examples=experiments.bench.evaluated.count,
    )


def zeroed_inputs(experiments: Experiments, training: Training, enough: float = 0.05) -> ZeroedInputs:
    """Train on zeros from every seed.

    A model whose skill is `enough` is better than anything that zeros can teach.
    """
    bench, start = experiments.bench, float(training.loss[0])
    if reached(training) >= enough:
        return ZeroedInputs(True, "", (), (), start)
    if bench.subject.train.y is None:
        return ZeroedInputs(False, "the loss has no targets apart from the inputs", (), (), start)
    if refused := _refusal(experiments, training, experiments.seeds + _missing(experiments)):
        return ZeroedInputs(False, refused, (), (), start)
    real = [experiments.untreated(index).run for index in range(experiments.seeds)]
    # The user's callbacks may look at what is validated.
    held_out = bench.subject.validation
    validation = _zeroed(held_out) if held_out else None
    zeros = replace(bench.subject, train=_zeroed(bench.subject.train), validation=validation)
    twin = bench.twin(zeros, bench.traced)
    zeroed = [twin.train(index, points=POINTS) for index in range(experiments.seeds)]
    if any(_was_cut(run, training) for run in real + zeroed):
        return ZeroedInputs(False, "the budget ended the trainings on zeros", (), (), start)
    ends = [tuple(_final(bench, run) for run in runs) for runs in (real, zeroed)]
    return ZeroedInputs(False, "", ends[0], ends[1], start)


def _missing(experiments: Experiments) -> int:
    return sum(not experiments.has_untreated(index) for index in range(1, experiments.seeds))


def _refusal(experiments: Experiments, training: Training, trainings: int) -> str:
    """Say why so many trainings more are not done; nothing when they are."""
    if was_cut(training):
        return f"{training.steps:,} of {training.planned_steps:,} planned steps fit into the budget"
    subject = experiments.bench.subject
    weights = sum(int(np.prod(variable.shape)) for variable in subject.model.trainable_variables)
    work = training.steps * (WORK_OF_A_STEP + subject.batch_size * weights)
    limit = min(MAX_SECONDS, experiments.seconds_left / 2)
    if work > MAX_WORK or trainings * experiments.repetition_seconds > limit:
        return f"{trainings} more trainings of this length are more than is spent on one rule"
    return ""


def _was_cut(run: Run, training: Training) -> bool:
    return run.is_finite and run.steps < training.steps and not run.stopped_early


def _final(bench: Bench, run: Run) -> float:
    """Return the loss at the end in the better mode; infinite when it diverged."""
    if not run.is_finite:
        return float("inf")
    return float(np.fmin(run.train[-1].loss, bench.training_loss(run)))


def _zeroed(examples: Examples) -> Examples:
    return Examples(keras.tree.map_structure(_nothing, examples.x), examples.y, examples.weight)


def _nothing(array: np.ndarray) -> np.ndarray:
    return np.full_like(array, "") if array.dtype == object else np.zeros_like(array)
