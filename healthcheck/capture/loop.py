"""A hand-written training loop, written down as the `fit` that it amounts to, or as what was seen of it.

What came out is checked against the loop itself: `loss(y, model(x))` has to be the number whose
gradient the loop took.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import numpy as np

from healthcheck.capture.batches import Batches
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.recorder import Recorder
from healthcheck.capture.series import replayed
from healthcheck.capture.watched import MIN_OBSERVED, Record, Watched, evidence_of, idle_weights
from healthcheck.errors import HealthcheckError
from healthcheck.probes.state import State
from healthcheck.report import Source
from healthcheck.subject import Examples, Subject, each_array

MAX_WATCHED_SECONDS = 10.0
"""So long a loop trains as its author wrote it; after that it is only counted."""
MAX_COUNTED_SECONDS = 30.0
"""After so long a loop is stopped, and what it did until then is its plan."""
MAX_CHECKED = 4
"""Steps whose loss is compared with the loop's own."""


class LoopStoppedError(BaseException):
    """Ends a loop that goes on for too long; not an `Exception`, so that no script catches it."""


@dataclass
class Loop:
    """A loop that trains one model with one optimizer."""

    model: keras.Model
    optimizer: Any
    config: dict[str, Any]
    """The optimizer's settings before its first step."""
    trained: list[Any]
    """The variables that it moves."""
    start: State | None
    """None for a model that was made while its step was traced: then only its initializers tell."""
    source: Source | None
    began: float
    first_iteration: int
    """Steps that the optimizer had done before."""
    rates: list[tuple[int, float]]
    """Each learning rate with the step from which it held."""
    rate: Any = field(init=False)
    """The variable that holds the learning rate."""
    loss: Any = None
    batches: Batches = field(default_factory=Batches)
    held_out: Batches = field(default_factory=Batches)
    """What the model was asked about outside of steps."""
    record: Record = field(default_factory=Record)
    first_x: Any = None
    """Arrays without a row, like the input of a step that was only traced."""
    counted: int = 0
    """Steps that were not done any more."""
    missed: int | None = None
    """Steps before the first batch that was seen."""
    checked: int = 0
    differs: tuple[float, float] | None = None
    """The loop's loss and ours, where they were not the same."""
    others: dict[int, keras.Model] = field(default_factory=dict[int, keras.Model])
    """Other models that were at work in a turn of this loop."""
    feeding: dict[int, keras.Model] = field(default_factory=dict[int, keras.Model])
    """Those whose output this model was given as it came."""
    entangled: bool = False
    """Whether one of them is trained in turns with this one."""
    bounded: bool = False
    """Whether the loop's length does not depend on what is computed."""
    stopped: bool = False
    _known: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Look up what is asked for often."""
        self.rate = getattr(self.optimizer, "learning_rate", None)

    @property
    def steps(self) -> int:
        """Steps of the loop, done or counted."""
        return int(np.asarray(self.optimizer.iterations)) - self.first_iteration + self.counted

    @property
    def is_known(self) -> bool:
        """Whether all that has to be seen was seen."""
        if not self._known:
            is_late = time.monotonic() - self.began > MAX_WATCHED_SECONDS
            is_watched = self.record.looked >= MIN_OBSERVED and bool(self.unjudged)
            self._known = self.batches.complete or is_late or is_watched
        return self._known

    @property
    def only_counted(self) -> bool:
        """Whether its steps are not done any more."""
        is_late = time.monotonic() - self.began > MAX_WATCHED_SECONDS
        return is_late or (self.bounded and self.batches.complete and not self.unjudged)

    @property
    def is_overdue(self) -> bool:
        """Whether it has to be stopped: of one that cannot be repeated the length does not matter."""
        seconds = time.monotonic() - self.began
        return seconds > MAX_WATCHED_SECONDS + (0.0 if self.unjudged else MAX_COUNTED_SECONDS)

    @property
    def is_blocked(self) -> bool:
        """Whether no gradient arrived anywhere."""
        return bool(self.record.of) and not any(seen.connected for seen in self.record.of.values())

    @property
    def unjudged(self) -> str:
        """Why it is no `fit`, empty where it is one."""
        own = {id(variable) for variable in self.model.variables}
        if self.entangled:
            return "the loop trains several models in turns: what one learns depends on the other"
        if not {id(variable) for variable in self.trained} <= own:
            return "a step of the loop trains several models at once"
        if self.loss is None:
            return (
                "the loop's loss was not seen: it can be judged when it is a loss of `keras.losses` "
                "called as `loss(y, model(x))`"
            )
        if self.differs:
            theirs, ours = self.differs
            return f"the loop minimizes something else than `loss(y, model(x))`: {theirs:.6g}, not {ours:.6g}"
        return ""

    def subject(self, recorder: Recorder, trained: set[int]) -> Subject:
        """Return the subject; `trained` are the variables that any loop of the script moves."""
        if not len(self.batches) and not self.is_blocked:
            raise HealthcheckError("the loop was over before a batch of it was seen")
        if self.is_blocked:
            return self._watched(recorder, "its step asks for gradients of which there is not one", [])
        idle = idle_weights(recorder, self.feeding.values(), trained)
        why = self.unjudged or ("the model learns from another one that nobody trains" if idle else "")
        if why:
            return self._watched(recorder, why, idle)
        fitted = subject_of_fit(recorder, self.source, self.model, (), self.fit(recorder))
        return replace(fitted, notes=(*fitted.notes, self.note))

    def fit(self, recorder: Recorder) -> dict[str, Any]:
        """Return the arguments of the `fit` that it amounts to, with the model compiled and at its start."""
        steps = self.steps
        if self.start:
            self.start.restore()
        else:
            recorder.restart(self.model)
        moved = {id(variable) for variable in self.trained}
        for variable in self.model.trainable_variables:
            variable.trainable = id(variable) in moved
        optimizer = type(self.optimizer).from_config(self.config)
        keras.Model.compile(self.model, optimizer=optimizer, loss=self.loss)
        recorder.compiles.pop(self.model, None)  # that was no line of the user's
        epochs = max(1, round(steps / (len(self.batches) + (self.missed or 0))))
        data = self.batches.examples()
        held_out = self.held_out.examples() if len(self.held_out) else None
        return {
            "x": data.x,
            "y": data.y,
            "sample_weight": data.weight,
            "batch_size": self.batches.size,
            "epochs": epochs,
            "shuffle": self.batches.shuffled,
            "validation_data": held_out.parts if held_out else None,
            "callbacks": list(replayed([self._rate_at((i + 0.5) * steps / epochs) for i in range(epochs)])),
        }

    def _rate_at(self, step: float) -> float:
        return [rate for at, rate in self.rates if at <= step][-1]

    def _watched(self, recorder: Recorder, why: str, idle: list[Any]) -> Subject:
        models = [self.model, *self.others.values()]
        seen: Mapping[type, Any] = evidence_of(
            Watched(self.record, [self.optimizer], self.start, self.steps, models, idle)
        )
        if not len(self.batches) and self.first_x is not None:
            self.batches.kept.append(Examples(self.first_x))
        alike = [batch for batch in self.batches.kept if _shape(batch) == _shape(self.batches.kept[0])]
        same = Batches([Examples(batch.x) for batch in alike[:MIN_OBSERVED]])
        sources = recorder.sources(self.model, self.source)
        lines = [recorder.sources(model, None).layers for model in models]
        return Subject(
            name=self.model.name,
            model=self.model,
            train=same.examples(),
            batch_size=self.batches.size,
            epochs=1,
            steps_per_epoch=self.steps,
            sources=replace(sources, layers={path: line for of in lines for path, line in of.items()}),
            notes=(f"{self._length}, only watched: {why}",),
            unjudged=f"the training was only watched: {why}",
            seen=seen,
        )

    @property
    def _length(self) -> str:
        end = ", where it was stopped" if self.stopped else ""
        return f"a hand-written loop of {self.steps:,} steps{end}"

    @property
    def note(self) -> str:
        """Say how the loop was read."""
        held = (
            f"validated on {self.held_out.count:,}" if len(self.held_out) else "its validation was not seen"
        )
        amounts = f"the `fit` on its {self.batches.count:,} examples that it amounts to"
        return f"{self._length}, checked as {amounts}; {held}"


def _shape(batch: Examples) -> list[Any]:
    return [leaf.shape[1:] for leaf in keras.tree.flatten(each_array(np.asarray, batch.x))]
