"""A subject on the bench: traced once, put back to its start as often as needed."""

import random
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np

from healthcheck.keras_private import every_layer
from healthcheck.probes.baseline import constant_loss
from healthcheck.probes.callbacks import acts_on_batches
from healthcheck.probes.feed import Feed
from healthcheck.probes.fixed import first_batches, fixed_part
from healthcheck.probes.state import State, everything
from healthcheck.probes.trace import Evaluation, Steps, TracedModel, on_device
from healthcheck.schedule import Schedule, Slots
from healthcheck.subject import Examples, Subject, draw_seed, has_moving_statistics

MAX_PASS_BYTES = 16 * 2**20
"""Bytes of examples that pass through the model at once where it is ours to choose; a batch passes anyway."""
MAX_POINTS = 100
"""Evaluations in a training without callbacks."""
MAX_MEASURED = 60
"""Steps at which gradients, weights and updates are measured."""
FIRST_STEPS = 8
"""Steps that are looked at before the training."""
SECONDS_PER_LAYER = 0.1
"""Of tracing a training step, without its first steps: ResNet-50 takes 15 s."""
MAX_CALL_SECONDS = 0.5
"""A longer call of the training graph is split, so that the budget can be kept."""


@dataclass
class Run:
    """One training from one seed."""

    seed: int
    points: list[int] = field(default_factory=list)
    train: list[Evaluation] = field(default_factory=list)
    validation: list[Evaluation] = field(default_factory=list)
    step_losses: list[np.ndarray] = field(default_factory=list)
    kernels: list[np.ndarray] = field(default_factory=list)
    calls: list[np.ndarray] = field(default_factory=list)
    history: keras.callbacks.History = field(default_factory=keras.callbacks.History)
    """What the callbacks were shown at the end of epochs, with what they added."""
    stopped_early: bool = False
    step_seconds: float = float("inf")
    """Of the quickest call, per step: the first one traces as well."""
    evaluation_seconds: float = float("inf")
    """Of the quickest evaluation."""

    @property
    def steps(self) -> int:
        """Steps done."""
        return sum(len(losses) for losses in self.step_losses)

    @property
    def training_loss(self) -> float:
        """Mean data loss in training mode over the last tenth of the steps."""
        losses = np.concatenate(self.step_losses)
        return float(losses[-max(1, len(losses) // 10) :].mean()) - self.train[-1].penalty

    @property
    def is_finite(self) -> bool:
        """Whether the loss stayed finite to the end."""
        ends = [*self.step_losses[-1:], np.array([self.train[-1].loss])]
        return all(np.isfinite(losses).all() for losses in ends)


class Bench:
    """The traced subject, its data on the device, its initial state, and the deadline."""

    def __init__(
        self,
        subject: Subject,
        seed: int,
        deadline: float,
        traced: TracedModel | None = None,
        start: State | None = None,
    ) -> None:
        self.subject, self.seed, self.deadline = subject, seed, deadline
        self.began = time.monotonic()
        self.traced = traced or TracedModel(subject)
        self.state = start or State(everything(subject.model))
        self.feed = Feed(subject.train)
        fixed = fixed_part if self.traced.only_size is None else first_batches
        self.evaluated = fixed(subject.train, seed, subject.batch_size)
        self.validated = fixed(subject.validation, seed, subject.batch_size) if subject.validation else None
        self.evaluated_data = on_device(self.evaluated)
        self.validated_data = on_device(self.validated) if self.validated else None
        self._chunk = 1  # grows quickly where steps are quick, and a large model keeps to the budget

    @cached_property
    def constant_loss(self) -> float:
        """L*, the loss of the best constant prediction, on the fixed training examples."""
        return constant_loss(self.subject.model, self.evaluated)

    @cached_property
    def constant_validation_loss(self) -> float:
        """L* on the fixed validation examples, NaN without any."""
        return constant_loss(self.subject.model, self.validated) if self.validated else float("nan")

    def twin(self, subject: Subject, traced: TracedModel) -> "Bench":
        """Return a bench for a remedied subject, with the trace that serves it: same seeds, same deadline."""
        self.begin(0)
        return Bench(subject, self.seed, self.deadline, traced)

    def begin(self, index: int) -> None:
        """Put the subject at its start for the `index`-th seed; the first is the user's own start."""
        self.state.restore()
        if index:
            self.state.shift_random_states(index)
        seed = self.seed + index
        random = [draw for draw in self.subject.draws if hasattr(draw.initializer, "seed")]
        for draw in random if index else ():
            config = draw.initializer.get_config() | {"seed": draw_seed(seed, draw.group)}
            _draw(draw.variable, type(draw.initializer).from_config(config))
        for number, (variable, initializer) in enumerate(self._redrawn()):
            _draw(variable, initializer(seed=draw_seed(seed, 1000 + number)))
        if self.subject.rate_factor != 1.0:
            self._scale_rate(self.subject.rate_factor)

    def train(self, index: int, steps: int | None = None, points: int = MAX_POINTS, measured: int = 0) -> Run:
        """Train from the `index`-th start for the planned steps, or fewer, or until the deadline."""
        self.begin(index)
        run = Run(self.seed + index)
        plan = self.subject
        total = plan.planned_steps if steps is None else min(steps, plan.planned_steps)
        schedule = self.schedule(index)
        marks = np.zeros(total, bool)
        marks[np.unique(np.linspace(0, total - 1, min(total, measured)).astype(int))] = True
        stride = 1 if plan.callbacks else max(1, -(-plan.epochs // points))
        callbacks = self._callbacks(run)
        self._evaluate(run)
        for epoch in range(0, plan.epochs, stride):
            self._rates_seen_by(callbacks.on_epoch_begin, plan.initial_epoch + epoch)
            last = min(epoch + stride, plan.epochs)
            slots = schedule.epochs(epoch, last)
            slots = slots.part(0, min(len(slots), total - run.steps))
            going_on = self._steps(run, slots, marks)
            self._evaluate(run)
            self._rates_seen_by(callbacks.on_epoch_end, plan.initial_epoch + last - 1, self._logs(run))
            run.stopped_early = bool(plan.model.stop_training)
            if not going_on or run.stopped_early or run.steps >= total:
                break
        callbacks.on_train_end(self._logs(run))
        return run

    def training_loss(self, run: Run) -> float:
        """Return the data loss in training mode over the last tenth of the steps; NaN where it says nothing.

        Where examples keep their order, the last steps tell of the last examples only; that is taken
        into account for moving statistics alone, which may lag behind in inference mode.
        """
        is_telling = self.subject.shuffle or has_moving_statistics(self.subject.model)
        is_known = self.traced.sees_loss and is_telling
        return run.training_loss if is_known else float("nan")

    @property
    def pass_size(self) -> int:
        """Examples that pass through the model at once, in inference mode."""
        return max(self.subject.batch_size, self.few(256))

    def few(self, most: int) -> int:
        """Return how many examples, up to `most`, may pass through the model at once."""
        return max(16, min(most, MAX_PASS_BYTES // self.subject.train.row_bytes))

    def a_few(self, most: int) -> Examples:
        """Return some of the fixed examples, for a backward pass: as many as a batch holds."""
        return self.evaluated.take(slice(0, min(most, max(self.subject.batch_size, 32))))

    def schedule(self, index: int) -> Schedule:
        """Return the batches of the `index`-th seed."""
        plan = self.subject
        return Schedule(
            plan.train.count, plan.batch_size, plan.steps_per_epoch, plan.shuffle, self.seed + index
        )

    def has_time(self, *, steps: bool, traces: int = 0) -> bool:
        """Whether something can be begun: nothing can interrupt a trace.

        `steps` of the training are traced once, the `traces` of something else come on top.
        """
        count = traces + (steps and "first_steps" not in vars(self))
        return time.monotonic() + count * self.tracing_seconds < self.deadline

    @cached_property
    def tracing_seconds(self) -> float:
        """What tracing a step takes, by the number of layers."""
        return SECONDS_PER_LAYER * len(every_layer(self.subject.model))

    @cached_property
    def first_steps(self) -> Steps:
        """The first steps of the planned training, each measured."""
        return self.repeat_first_steps()

    def repeat_first_steps(self) -> Steps:
        """Do them once more, from the same state and seeds; the start is put back."""
        schedule = self.schedule(0)
        epochs = min(self.subject.epochs, -(-FIRST_STEPS // schedule.steps_per_epoch))
        self.begin(0)
        random.seed(self.seed)
        np.random.seed(self.seed)
        steps = self.measure(schedule.epochs(0, epochs).part(0, FIRST_STEPS))
        self.begin(0)
        return steps

    def measure(self, slots: Slots) -> Steps:
        """Do the steps of `slots` from the present state, each of them measured."""
        return self.feed.steps(self.traced, slots, np.ones(len(slots), bool))

    def _steps(self, run: Run, slots: Slots, marks: np.ndarray) -> bool:
        """Do steps in calls of bounded length; return whether the training can go on."""
        at = 0
        hooks = [callback for callback in self.subject.callbacks if acts_on_batches(callback)]
        while at < len(slots):
            # A callback that acts on batches has to see each.
            part = slots.part(at, at + (1 if hooks else self._chunk))
            before = time.monotonic()
            for callback in hooks:
                self._rates_seen_by(
                    callback.on_train_batch_begin, run.steps % self.subject.steps_per_epoch, {}
                )
            steps = self.feed.steps(self.traced, part, marks[run.steps : run.steps + len(part)])
            now = time.monotonic()
            run.step_seconds = min(run.step_seconds, (now - before) / len(part))
            run.step_losses.append(steps.losses)
            run.kernels.append(steps.kernels)
            run.calls.append(steps.calls)
            for callback in hooks:
                batch = (run.steps - 1) % self.subject.steps_per_epoch
                self._rates_seen_by(callback.on_train_batch_end, batch, {"loss": float(steps.losses[-1])})
            at += len(part)
            if not np.isfinite(steps.losses).all() or now > self.deadline:
                return False
            if now - before < MAX_CALL_SECONDS / 2:
                self._chunk = min(self._chunk * 2, 4096)
            elif now - before > MAX_CALL_SECONDS:
                self._chunk = max(self._chunk // 2, 1)
        return True

    def _evaluate(self, run: Run) -> None:
        size = self.pass_size
        before = time.monotonic()
        run.points.append(run.steps)
        run.train.append(self.traced.evaluate(self.evaluated_data, size))
        if self.validated_data is not None:
            run.validation.append(self.traced.evaluate(self.validated_data, size))
        run.evaluation_seconds = min(run.evaluation_seconds, time.monotonic() - before)

    def _logs(self, run: Run) -> dict[str, float]:
        now = {"loss": run.train[-1].loss + run.train[-1].penalty} | run.train[-1].metrics
        if run.validation:
            last = run.validation[-1]
            now |= {"val_loss": last.loss + last.penalty} | {
                f"val_{name}": v for name, v in last.metrics.items()
            }
        return now

    def _callbacks(self, run: Run) -> keras.callbacks.CallbackList:
        plan = self.subject
        plan.model.stop_training = False
        listed = [*plan.callbacks, run.history]
        callbacks = keras.callbacks.CallbackList(
            listed,
            model=plan.model,
            epochs=plan.initial_epoch + plan.epochs,
            steps=plan.steps_per_epoch,
            verbose=0,
        )
        callbacks.on_train_begin()
        return callbacks

    def _rates_seen_by(self, callback: Any, *args: Any) -> None:
        """Let callbacks that set the learning rate see and set it at the user's own scale."""
        factor = self.subject.rate_factor
        if factor != 1.0:
            self._scale_rate(1.0 / factor)
        callback(*args)
        if factor != 1.0:
            self._scale_rate(factor)

    def _scale_rate(self, factor: float) -> None:
        optimizer: Any = self.subject.model.optimizer
        optimizer.learning_rate = float(np.asarray(optimizer.learning_rate)) * factor

    def _redrawn(self) -> list[tuple[keras.Variable, Any]]:
        wanted = self.subject.redrawn
        return [
            (variable, wanted[variable.path])
            for variable in self.subject.model.weights
            if variable.path in wanted
        ]


def _draw(variable: keras.Variable, initializer: Any) -> None:
    variable.assign(initializer(tuple(variable.shape), dtype=variable.dtype))
