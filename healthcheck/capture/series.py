"""Trainings of one model that follow each other: many calls of `fit` or `train_on_batch`, one subject."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from healthcheck.capture.batches import Batches
from healthcheck.keras_private import every_layer
from healthcheck.probes.state import State, everything
from healthcheck.subject import Examples, Subject

MAX_TRAINED_SECONDS = 10.0
"""So long a series trains as its author wrote it; then its calls are only counted."""
MAX_COUNTED_SECONDS = 30.0
"""After so long, that included, the script is stopped, and what it did until then is the plan."""


class Rates(keras.callbacks.Callback):
    """The learning rates that a loop set by hand, one an epoch."""

    def __init__(self, rates: list[float]) -> None:
        super().__init__()
        self.rates = rates

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Set the rate of this epoch."""
        del logs
        optimizer: Any = self.model.optimizer if self.model else None
        optimizer.learning_rate = self.rates[min(epoch, len(self.rates) - 1)]


def rate_of(optimizer: Any) -> float:
    """Return the learning rate as it stands, NaN where a schedule object has it in hand."""
    # The configuration would make a copy of every value.
    try:
        rate = optimizer.learning_rate
        return float(np.asarray(rate)) if isinstance(rate, keras.Variable) else float("nan")
    except (AttributeError, TypeError, ValueError):
        return float("nan")


def replayed(rates: list[float]) -> tuple[Rates, ...]:
    """Return the callback that sets the rates of the epochs again, none where they stay the same."""
    return (Rates(rates),) if len(set(rates)) > 1 and not np.isnan(rates).any() else ()


def at_middles(rates: list[float], epochs: int) -> list[float]:
    """Return the rates in the middle of each epoch from those of single turns."""
    at = np.minimum((np.arange(epochs) + 0.5) * len(rates) / epochs, len(rates) - 1)
    return [rates[int(i)] for i in at]


@dataclass
class Series:
    """What is known of a training that goes on from call to call."""

    first: Subject
    """The first call."""
    of_batches: bool
    """Whether the calls are single batches."""
    start: State
    flags: list[tuple[Any, bool]]
    """Every layer with whether it was trainable when the first call came."""
    checked: Subject | None = None
    """The first call, where it was checked by itself before a second one came."""
    calls: int = 0
    examples: int = 0
    """Examples trained on, as often as they came."""
    batches: Batches = field(default_factory=Batches)
    held_out: Batches = field(default_factory=Batches)
    first_turn: int = 0
    last_turn: int = 0
    """When its calls came, among all of the script's."""
    unjudged: str = ""
    rates: list[float] = field(default_factory=list)
    latest: Any = None
    """What the latest call returned."""
    began: float = field(default_factory=time.monotonic)
    only_counted: bool = False
    stopped: bool = False

    @classmethod
    def of(cls, first: Subject, *, of_batches: bool) -> "Series":
        """Begin with the first call, before the model is trained."""
        return cls(first, of_batches, State(everything(first.model)), _flags(first.model))

    @contextmanager
    def at_its_start(self) -> Iterator[Subject]:
        """Yield the one training that it amounts to, the model at its start and as trainable as there."""
        now = _flags(self.first.model)
        _set(self.flags)
        try:
            yield self.subject()
        finally:
            _set(now)

    def add(self, examples: Examples, epochs: int) -> None:
        """Count one more call."""
        self.calls += 1
        self.examples += epochs * examples.count
        if not self.batches.complete:
            self.batches.add(*examples.parts)
        self.only_counted = self.only_counted or time.monotonic() - self.began > MAX_TRAINED_SECONDS

    def returned(self, latest: Any, epochs: int = 1) -> Any:
        """Note what a call returned, and the rate it came to train with."""
        self.latest = latest
        self.rates += [rate_of(self.first.model.optimizer)] * epochs
        return latest

    def add_held_out(self, examples: Examples) -> None:
        """Note a batch that the model is only tested on."""
        if not self.held_out.complete and not self.batches.knows(examples):
            self.held_out.add(*examples.parts)

    @property
    def is_overdue(self) -> bool:
        """Whether the script has to be stopped."""
        return time.monotonic() - self.began > MAX_TRAINED_SECONDS + MAX_COUNTED_SECONDS

    @property
    def is_open(self) -> bool:
        """Whether it has to be checked yet."""
        return self.checked is None or self.calls > 1

    def is_entangled_with(self, other: "Series") -> bool:
        """Whether both train weights that the other one uses, in turns."""
        own, others = ({id(variable) for variable in one.first.model.variables} for one in (self, other))
        in_turns = self.first_turn < other.last_turn and other.first_turn < self.last_turn
        return self.of_batches and other.of_batches and in_turns and bool(own & others)

    def goes_on_with(self, call: Subject) -> bool:
        """Whether a further `fit` of the model continues this training: the same data, or its next part."""
        if self.of_batches or call.batch_size != self.first.batch_size or not _alike(call, self.first):
            return False
        in_parts = self.first.epochs == call.epochs == 1 and not self.batches.complete
        return in_parts or self.batches.knows(call.train)

    def subject(self) -> Subject:
        """Return the one training that it amounts to, with the model at its start."""
        self.start.restore()
        whole = self.batches.examples()
        size = self.batches.size if self.of_batches else self.first.batch_size
        epochs = max(1, round(self.examples / whole.count))
        is_one = len(self.batches) == 1 and not self.of_batches
        return replace(
            self.first,
            train=whole,
            batch_size=size,
            epochs=epochs,
            steps_per_epoch=self.first.steps_per_epoch if is_one else math.ceil(whole.count / size),
            shuffle=self.first.shuffle if is_one else self.batches.shuffled,
            validation=self.held_out.examples() if len(self.held_out) else self.first.validation,
            unjudged=self.unjudged,
            callbacks=self.first.callbacks if self.calls == 1 else replayed(at_middles(self.rates, epochs)),
            notes=(*self.first.notes, *self._notes(epochs)),
        )

    def _notes(self, epochs: int) -> tuple[str, ...]:
        if self.calls == 1:
            return ()
        why = (self.unjudged,) if self.unjudged else ()
        name = "train_on_batch" if self.of_batches else "fit"
        said = f"{self.calls:,} calls of `{name}` that follow each other, checked as one training"
        said += f" of {epochs:,} epoch{'' if epochs == 1 else 's'}"
        if self.stopped:
            said += ", where it was stopped"
        elif self.only_counted:
            said += f"; after {MAX_TRAINED_SECONDS:g} s they were only counted"
        return (said, *why)


def _flags(model: keras.Model) -> list[tuple[Any, bool]]:
    return [(layer, layer.trainable) for layer in (model, *every_layer(model))]


def _set(flags: list[tuple[Any, bool]]) -> None:
    for layer, trainable in flags:  # from the outside to the inside: a model sets all that is in it
        if layer.trainable != trainable:
            layer.trainable = trainable


def _alike(one: Subject, other: Subject) -> bool:
    shapes = [
        [None if leaf is None else leaf.shape[1:] for leaf in keras.tree.flatten(subject.train.parts)]
        for subject in (one, other)
    ]
    return shapes[0] == shapes[1]
