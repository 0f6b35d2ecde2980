"""Which probes there are, and when each has its turn."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from healthcheck.evidence import (
    Compiled,
    Creations,
    Curvature,
    Data,
    Features,
    Finite,
    FitBatch,
    Generalization,
    GradientCheck,
    GradientNoise,
    Initial,
    Inputs,
    Layers,
    Modes,
    Normalizers,
    Order,
    Oscillation,
    Overlap,
    Penalties,
    RangeTest,
    Repetition,
    Responses,
    Restarts,
    Skipped,
    Start,
    Structure,
    Targets,
    Training,
    Weights,
    ZeroedInputs,
    reached,
)
from healthcheck.experiments import Experiments
from healthcheck.probes import (
    compiled,
    curvature,
    features,
    fit_batch,
    generalization,
    gradient_check,
    gradient_noise,
    initial,
    layers,
    modes,
    normalizers,
    oscillation,
    overlap,
    penalties,
    range_test,
    repetition,
    responses,
    restarts,
    start,
    targets,
    training,
    weights,
)
from healthcheck.probes.bench import Bench
from healthcheck.probes.state import State
from healthcheck.subject import Subject

Progress = Callable[[str], None]
ENOUGH_SKILL = 0.5
"""A training that reached it gives no reason to look into its rate."""


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
    trainable: bool = False
    """Whether steps can be computed: the data is finite, the labels possible, the model traceable."""
    out_of_time: bool = False
    """Whether the training was wanted, and the budget did not allow a single step."""
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


@dataclass(frozen=True)
class Stage:
    """One probe: the evidence it makes, what to tell the user meanwhile, and how to measure."""

    kind: type
    doing: str
    probe: Callable[[Examination], Any]
    steps: bool = False
    """Whether it does steps of the training, which have to be traced first."""
    traces: int = 0
    """Other steps that it traces by itself."""


def _fit_batch(examination: Examination) -> FitBatch | Skipped:
    measured = examination.evidence[Training]
    return fit_batch.probe(examination.bench, reached(measured) if isinstance(measured, Training) else 0.0)


def _after_training(probe: Callable[[Any, Training], Any]) -> Callable[[Examination], Any]:
    """Return a probe that is told of the training and does its own trainings through the experiments."""

    def run(examination: Examination) -> Any:
        if examination.experiments is None:
            return Skipped("nothing was trained", inconclusive=True)
        return probe(examination.experiments, examination.evidence[Training])

    return run


def _steps_for_the_rate(examination: Examination) -> float:
    """Return how many steps a look at the rate may take where the training went wrong, 0 where it did not."""
    measured = examination.evidence[Training]
    is_well = measured.non_finite is None and not reached(measured) < ENOUGH_SKILL
    if examination.experiments is None or is_well:
        return 0.0
    seconds = 0.1 * (examination.bench.deadline - time.monotonic())
    return seconds * measured.steps / max(examination.experiments.first_seconds, 1e-3)


def _range_test(examination: Examination) -> RangeTest:
    return range_test.probe(examination.bench, _steps_for_the_rate(examination))


def _curvature(examination: Examination) -> Curvature:
    return curvature.probe(examination.bench, _steps_for_the_rate(examination))


def _gradient_noise(examination: Examination) -> GradientNoise | Skipped:
    return gradient_noise.probe(examination.bench, examination.evidence[Training].steps)


def _weights(examination: Examination) -> Weights | Skipped:
    if examination.experiments is None:
        return Skipped("nothing was trained", inconclusive=True)
    run = examination.experiments.first
    return weights.probe(examination.bench, run, examination.evidence[Training].measured_steps)


def _check_gradients(examination: Examination) -> GradientCheck | Skipped:
    """Spend nearly the whole budget where nothing else is wanted."""
    is_alone = examination.evidence.keys() <= {Data, Creations, Structure, GradientCheck}
    return gradient_check.probe(examination.bench, 0.9 if is_alone else gradient_check.SHARE)


GRADIENTS = Stage(GradientCheck, "checking the gradients", _check_gradients)
BEFORE = (
    Stage(Inputs, "looking at the inputs", lambda of: initial.inputs(of.bench)),
    Stage(Normalizers, "looking at the inputs", lambda of: normalizers.probe(of.bench)),
    Stage(Features, "looking at the inputs", lambda of: features.probe(of.bench)),
    Stage(Targets, "looking at the targets", lambda of: targets.probe(of.bench, of.evidence[Structure])),
    Stage(Order, "looking at the targets", lambda of: targets.order(of.bench, of.evidence[Structure])),
    Stage(Overlap, "comparing training and validation data", lambda of: overlap.probe(of.bench)),
    Stage(Layers, "following the layers", lambda of: layers.probe(of.bench)),
    Stage(Compiled, "trying the loss and the metrics", lambda of: compiled.probe(of.bench)),
    GRADIENTS,
    Stage(Initial, "measuring gradients", lambda of: initial.probe(of.bench), steps=True),
    Stage(Start, "measuring the first loss", lambda of: start.probe(of.bench, of.evidence[Structure]), True),
    Stage(Repetition, "repeating the first steps", lambda of: repetition.probe(of.bench), steps=True),
    Stage(Penalties, "weighing the penalties", lambda of: penalties.probe(of.bench)),
)
"""Probes that need no training, the most valuable first."""
TRAINED: tuple[Stage, ...] = (
    Stage(Finite, "looking at the numbers", lambda of: Finite(of.evidence[Training].non_finite)),
    Stage(Responses, "looking at the predictions", lambda of: responses.probe(of.bench)),
    Stage(Modes, "comparing the modes", lambda of: modes.probe(of.bench, of.evidence[Training])),
    Stage(Oscillation, "looking at the steps", lambda of: oscillation.probe(of.bench, of.evidence[Training])),
    Stage(Generalization, "comparing training and validation", lambda of: generalization.probe(of.bench)),
    Stage(RangeTest, "raising the learning rate", _range_test),
    Stage(Curvature, "measuring the curvature", _curvature),
    Stage(Weights, "comparing the weights", _weights),
    Stage(GradientNoise, "measuring the gradient's noise", _gradient_noise),
)
"""Probes that look at the model as the training left it; what they change is put back after each."""
ANYHOW = {Creations, Data, Finite, GradientCheck, Layers, Structure, Weights}
"""What can be told of a training whose loss alone says nothing, as that of models that train against each
other."""
AFTER = (
    Stage(FitBatch, "fitting a handful of examples", _fit_batch, traces=1),
    Stage(Restarts, "training from other seeds", _after_training(restarts.restarts)),
    Stage(ZeroedInputs, "training on zeroed inputs", _after_training(restarts.zeroed_inputs)),
)
"""Probes that train in their own way, from the start, once the training is known."""
