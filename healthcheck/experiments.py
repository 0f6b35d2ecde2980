"""The paired comparison of a subject with its remedied twin: same seeds, same batches, same steps."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from healthcheck.evidence import Training, skill
from healthcheck.probes import training
from healthcheck.probes.bench import MAX_MEASURED, Bench, Run
from healthcheck.probes.score import constant_score, score
from healthcheck.probes.trace import TracedModel, on_device
from healthcheck.remedies import Remedy
from healthcheck.report import Experiment
from healthcheck.report import Run as ReportedRun
from healthcheck.subject import Examples, Subject

MIN_GAIN = 0.05
"""Skill that a remedy has to add on every seed: a model that could merely learn faster is healthy."""
MAX_REMAINING = 0.8
"""Largest share of the loss that may remain with the remedy."""
POINTS = 20
"""Evaluations in a run of an experiment: its end decides, the curve is for the eye."""
MIN_STEPS = 30
"""A shorter comparison says nothing."""


@dataclass(frozen=True)
class Outcome:
    """One run as the comparison sees it."""

    run: Run
    skill: float
    validation_skill: float


class Experiments:
    """Runs of one subject, kept so that every remedy is compared with the same ones."""

    def __init__(self, bench: Bench, first: Run, first_seconds: float, seeds: int) -> None:
        self.bench, self.first, self.seeds = bench, first, seeds
        self.first_seconds = first_seconds
        plan = bench.subject.planned_steps
        # What the budget cut stays cut; one that diverged or was stopped is compared over the whole plan.
        was_cut = first.is_finite and not first.stopped_early
        self.steps = first.steps if was_cut else plan
        self._untreated: dict[tuple[int, bool, int], Outcome] = {}
        self._tried: dict[Remedy, Experiment | None] = {}
        self._traced: dict[tuple[Remedy, ...], TracedModel] = {(): bench.traced}
        self._remedied: dict[Remedy, Training] = {}

    def try_remedy(self, remedy: Remedy) -> Experiment | None:
        """Compare; None when the remedy cannot be applied or the budget does not allow a fair comparison."""
        if remedy not in self._tried:
            self._tried[remedy] = self._compare(remedy)
        return self._tried[remedy]

    def remedied(self, remedy: Remedy) -> Training | None:
        """Return what the training with a remedy that was tried looked like, from the first seed."""
        return self._remedied.get(remedy)

    def untreated(self, index: int) -> Outcome:
        """Return the outcome of the whole planned training from the `index`-th seed, without a remedy."""
        return self._before(index, False, self.steps)

    def has_untreated(self, index: int) -> bool:
        """Whether that training was done already."""
        return (index, False, self.steps) in self._untreated

    @property
    def repetition_seconds(self) -> float:
        """What one training from another seed takes, now that everything is traced."""
        of = self.first
        return self.steps * self.step_seconds + min(POINTS, len(of.points)) * of.evaluation_seconds

    @cached_property
    def step_seconds(self) -> float:
        """What one step takes; a training that ended in its only call has only been traced by then."""
        if len(self.first.step_losses) > 1 or self.steps == self.first.steps:
            return self.first.step_seconds
        began = time.monotonic()
        steps = self.bench.repeat_first_steps()
        return (time.monotonic() - began) / max(len(steps.losses), 1)

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.bench.deadline - time.monotonic()

    def _compare(self, remedy: Remedy) -> Experiment | None:
        steps = self._affordable_steps(remedy)
        pairs: list[tuple[Outcome, Outcome]] = []
        for index in range(self.seeds) if steps else ():
            before = self._before(index, remedy.changes_loss, steps)
            after = self._after(remedy, index, steps)
            if after is None or time.monotonic() > self.bench.deadline:
                return None
            pairs.append((before, after))
            if not _is_better(before, after):
                # One seed without benefit decides: the remedy did not help on every seed.
                break
        return _experiment(pairs, steps, self.seeds) if pairs else None

    def _after(self, remedy: Remedy, index: int, steps: int) -> Outcome | None:
        """Train the remedied twin; None where the remedy cannot be applied."""
        with remedy.applied(self.bench.subject) as subject:
            if subject is None:
                return None
            twin = self.bench.twin(subject, self._trace_of(remedy, subject))
            run = twin.train(index, steps * remedy.lengthens, POINTS, 0 if index else MAX_MEASURED)
            outcome = _trial(twin, run, remedy.changes_loss)
            if not index and run.is_finite:
                self._remedied[remedy] = training.described(twin, run)
        return outcome

    def _trace_of(self, remedy: Remedy, subject: Subject) -> TracedModel:
        """Return the trace that serves a remedied twin; the remedy is in force whenever it is traced."""
        if remedy.retracing not in self._traced:
            self._traced[remedy.retracing] = TracedModel(subject)
        return self._traced[remedy.retracing]

    def _affordable_steps(self, remedy: Remedy) -> int:
        """Return the planned steps, or as many as all runs of a comparison can do before the deadline."""
        of = self.first
        tracing = self.first_seconds - of.steps * self.step_seconds - len(of.points) * of.evaluation_seconds
        left = 0.9 * self.seconds_left - (0.0 if remedy.retracing in self._traced else max(tracing, 0.0))
        runs = self.seeds - 1 + self.seeds * remedy.lengthens
        wanted = runs * max(self.repetition_seconds, 1e-3)
        steps = int(self.steps * min(1.0, max(left, 0.0) / wanted))
        return steps if steps >= min(MIN_STEPS, self.steps) else 0

    def _before(self, index: int, by_predictions: bool, steps: int) -> Outcome:
        key = (index, by_predictions, steps)
        if key not in self._untreated:
            is_first = index == 0 and steps == self.steps and not by_predictions
            run = self.first if is_first else self.bench.train(index, steps, POINTS)
            self._untreated[key] = _trial(self.bench, run, by_predictions)
        return self._untreated[key]


def _trial(bench: Bench, run: Run, by_predictions: bool) -> Outcome:
    """Score a run that has just ended; a diverged one has no skill at all."""
    if not run.is_finite:
        return Outcome(run, float("-inf"), float("-inf"))
    if not by_predictions:
        validation = (
            skill(run.validation[-1].loss, bench.constant_validation_loss) if run.validation else float("nan")
        )
        better = float(np.fmin(run.train[-1].loss, bench.training_loss(run)))
        either = skill(better, bench.constant_loss)
        return Outcome(run, either, validation)
    return Outcome(run, _predicted_skill(bench, bench.evaluated), _predicted_skill(bench, bench.validated))


def _predicted_skill(bench: Bench, examples: Examples | None) -> float:
    """Return the share of the errors of the best constant prediction that the predictions avoid."""
    if examples is None:
        return float("nan")
    prediction = bench.traced.predict(on_device(examples)[0], max(bench.subject.batch_size, 256))
    constant = constant_score(examples.y, prediction)
    return (score(examples.y, prediction) - constant) / (1.0 - constant) if constant < 1.0 else float("nan")


def _is_better(before: Outcome, after: Outcome) -> bool:
    """Whether the remedy helped on this seed, and did not cost anything on the validation data."""
    remaining_before = 1.0 - before.skill
    return (
        after.skill - before.skill >= MIN_GAIN
        and after.skill >= MIN_GAIN
        and 1.0 - after.skill <= MAX_REMAINING * remaining_before
        and not after.validation_skill < before.validation_skill
    )


def _experiment(pairs: list[tuple[Outcome, Outcome]], steps: int, seeds: int) -> Experiment:
    better = sum(_is_better(before, after) for before, after in pairs)
    gain, low, high = gain_with_interval([after.skill - before.skill for before, after in pairs])
    return Experiment(
        before=_median([before.run.train[-1].loss for before, _ in pairs]),
        after=_median([after.run.train[-1].loss for _, after in pairs]),
        skill_before=_median([before.skill for before, _ in pairs]),
        skill_after=_median([after.skill for _, after in pairs]),
        gain=gain,
        gain_low=low,
        gain_high=high,
        seeds=[before.run.seed for before, _ in pairs],
        better_on=better,
        steps=steps,
        helped=better == seeds,
        runs=[_reported(before, after) for before, after in pairs],
    )


def gain_with_interval(gains: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Return the mean of paired differences and its 95 % confidence interval, by Student's t.

    There is no interval for a single pair, nor for an infinite gain: a training that diverged
    has no skill that could be subtracted.
    """
    mean = float(np.mean(gains))
    if len(gains) < 2 or not np.isfinite(mean):
        return mean, None, None
    error = float(np.std(gains, ddof=1)) / len(gains) ** 0.5
    reach = float(stdtrit(len(gains) - 1, 0.975)) * error
    return mean, mean - reach, mean + reach


def _median(values: list[float]) -> float:
    return float(np.median(np.nan_to_num(values, nan=np.inf, posinf=np.inf, neginf=-np.inf)))


def _reported(before: Outcome, after: Outcome) -> ReportedRun:
    # The first run has more points than the others: show those that both have.
    old, new = (
        {at: point.loss for at, point in zip(t.run.points, t.run.train, strict=True)} for t in (before, after)
    )
    shared = [at for at in old if at in new]
    return ReportedRun(
        seed=before.run.seed,
        steps=shared,
        before=[old[at] for at in shared],
        after=[new[at] for at in shared],
        skill_before=before.skill,
        skill_after=after.skill,
    )
