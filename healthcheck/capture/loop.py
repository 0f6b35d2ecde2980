"""Watch a hand-written training loop and write it down as the `fit` that it amounts to.

While the script runs, three things are watched from outside: what goes into a model and comes
out, what a Keras loss is asked, and which optimizer step follows. The batches of one pass over
the data are kept; then the loop is only counted to its end, which costs next to nothing. What
came out is checked against the loop itself: `loss(y, model(x))` has to be the number whose
gradient the loop took.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.capture.batches import Batches
from healthcheck.capture.recorder import Recorder
from healthcheck.errors import HealthcheckError
from healthcheck.probes.state import State
from healthcheck.report import Source
from healthcheck.sources import current_source
from healthcheck.subject import each_array

MAX_WATCHED_SECONDS = 10.0
"""After so long a loop is only counted, even if it has not come round to its first batch again."""
MAX_COUNTED_SECONDS = 30.0
"""After so long a loop is stopped, and what it did until then is its plan."""
SAME = 1e-3
"""Relative difference up to which two float32 losses count as the same number."""
MAX_CHECKED = 4
"""Steps whose loss is compared with the loop's own."""


class LoopStoppedError(BaseException):
    """Ends a loop that goes on for too long; not an `Exception`, so that no script catches it."""


@dataclass(frozen=True)
class Call:
    """One call of a model."""

    model: keras.Model
    x: Any
    output: Any


@dataclass(frozen=True)
class Asked:
    """One call of a loss."""

    loss: Any
    y: Any
    prediction: Any
    weight: Any
    value: Any


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
    loss: Any = None
    batches: Batches = field(default_factory=Batches)
    steps: int = 0
    missed: int = 0
    """Steps, the first or none, that were traced as a graph, so that their batch was not seen."""
    checked: int = 0
    differs: tuple[float, float] | None = None
    """The loop's loss and ours, where they were not the same."""
    interleaved: bool = False
    """Whether another loop took steps in between."""
    stopped: bool = False

    @property
    def only_counted(self) -> bool:
        """Whether all that has to be seen was seen."""
        return self.batches.complete or time.monotonic() - self.began > MAX_WATCHED_SECONDS

    def fit(self, recorder: Recorder) -> dict[str, Any]:
        """Return the arguments of the `fit` that it amounts to, with the model compiled and at its start."""
        _refuse(self)
        if self.start:
            self.start.restore()
        else:
            recorder.restart(self.model)
        moved = {id(variable) for variable in self.trained}
        for variable in self.model.trainable_variables:
            variable.trainable = id(variable) in moved
        optimizer = type(self.optimizer).from_config(self.config)
        keras.Model.compile(self.model, optimizer=optimizer, loss=self.loss)
        epochs = max(1, round(self.steps / (len(self.batches) + self.missed)))
        data = self.batches.examples()
        return {
            "x": data.x,
            "y": data.y,
            "sample_weight": data.weight,
            "batch_size": self.batches.size,
            "epochs": epochs,
            "shuffle": self.batches.shuffled,
        }

    @property
    def note(self) -> str:
        """Say how the loop was read."""
        end = ", where it was stopped" if self.stopped else ""
        return (
            f"a hand-written loop of {self.steps:,} steps{end}, checked as the `fit` on its "
            f"{self.batches.count:,} examples that it amounts to; its validation was not looked at"
        )


def _refuse(loop: Loop) -> None:
    """Raise `HealthcheckError` for a loop that is no `fit`."""
    if loop.interleaved:
        raise HealthcheckError(
            "the loop trains several models, or one with several optimizers, in turns: "
            "what one learns depends on the other, which cannot be checked yet"
        )
    if loop.loss is None or not len(loop.batches):
        raise HealthcheckError(
            "the loop's loss was not seen: it can be checked when it is a loss of `keras.losses` "
            "called as `loss(y, model(x))`"
        )
    if loop.differs:
        theirs, ours = loop.differs
        raise HealthcheckError(
            f"the loop minimizes something else than `loss(y, model(x))`: {theirs:.6g}, not {ours:.6g}"
        )


class Watcher:
    """What was seen so far of all loops of a script."""

    def __init__(self) -> None:
        self.loops: dict[tuple[int, int], Loop] = {}
        self.paused = False
        self._depth = 0
        self._calls: deque[Call] = deque(maxlen=8)
        self._asked: deque[Asked] = deque(maxlen=8)
        self._target: Any = None
        self._gradients: Any = None
        self._outputs: dict[Any, Any] = {}
        self._latest: Loop | None = None
        self._at_work: Any = None
        """The model that was called last."""

    @property
    def _hollow(self) -> bool:
        latest = self._latest
        return latest is not None and latest.model is self._at_work and latest.only_counted

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """See nothing for a while, and let functions be graphs again."""
        eager = tf.config.functions_run_eagerly()
        tf.config.run_functions_eagerly(False)
        self.paused = True
        try:
            yield
        finally:
            self.paused = False
            tf.config.run_functions_eagerly(eager)

    def model_called(self, call: Callable[..., Any], model: Any, *args: Any, **kwargs: Any) -> Any:
        """See a model at work; once its loop is only counted, what came out before comes out again."""
        if self.paused or self._depth:
            return call(model, *args, **kwargs)
        self._at_work = model
        key = (id(model), kwargs.get("training"), *_shapes(args))
        if self._hollow and key in self._outputs:
            return self._outputs[key]
        self._depth += 1
        try:
            output = call(model, *args, **kwargs)
        finally:
            self._depth -= 1
        if args:
            self._calls.append(Call(model, args[0], output))
        if self._hollow:
            self._outputs[key] = keras.tree.map_structure(tf.stop_gradient, output)
        return output

    def loss_asked(self, ask: Callable[..., Any], loss: Any, *args: Any, **kwargs: Any) -> Any:
        """See a loss being asked."""
        value = ask(*args, **kwargs)
        if not self.paused and not self._depth:
            names = dict(zip(("y_true", "y_pred", "sample_weight"), args, strict=False)) | kwargs
            given = (names.get("y_true"), names.get("y_pred"), names.get("sample_weight"))
            self._asked.append(Asked(loss, *given, value))
        return value

    def gradient_taken(
        self, take: Callable[..., Any], tape: Any, target: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """See what is minimized."""
        if self.paused or self._depth:
            return take(tape, target, *args, **kwargs)
        if not self._hollow:
            self._target, self._gradients = target, take(tape, target, *args, **kwargs)
        return self._gradients

    def step_applied(
        self, apply: Callable[..., Any], optimizer: Any, grads: Any, trainable_variables: Any = None
    ) -> Any:
        """See an optimizer step: the end of one turn of a loop."""
        if self.paused or self._depth or not self._calls or trainable_variables is None:
            return apply(optimizer, grads, trainable_variables)
        loop = self._loop(optimizer, list(trainable_variables))
        # A first call may be traced twice, and is one step.
        if tf.inside_function():
            loop.steps = loop.missed = 1
        else:
            loop.steps += 1
        if loop.only_counted:
            if time.monotonic() - loop.began > MAX_WATCHED_SECONDS + MAX_COUNTED_SECONDS:
                loop.stopped = True
                raise LoopStoppedError
            return None
        if tf.inside_function():
            # Batches are only to be seen outside of a graph: from the next call on there is none.
            tf.config.run_functions_eagerly(True)
        else:
            self._see(loop)
        return apply(optimizer, grads, trainable_variables)

    def _loop(self, optimizer: Any, variables: list[Any]) -> Loop:
        asked, call = self._of_step()
        key = (id(call.model), id(optimizer))
        if key not in self.loops:
            with tf.init_scope():
                known = all(bool(variable.value.is_initialized()) for variable in call.model.variables)
                start = State(call.model.variables) if known else None
                config = optimizer.get_config()
            at = current_source()
            self.loops[key] = Loop(call.model, optimizer, config, variables, start, at, time.monotonic())
        loop = self.loops[key]
        if self._latest not in (None, loop) and loop.steps:
            for other in (loop, self._latest):
                other.interleaved = True
        loop.loss = asked.loss if asked else loop.loss
        self._latest = loop
        return loop

    def _of_step(self) -> tuple[Asked | None, Call]:
        """Return the loss and the call that the present step is made of."""
        asked = self._asked[-1] if self._asked else None
        same = [call for call in self._calls if asked and call.output is asked.prediction]
        return asked, (same or list(self._calls))[-1]

    def _see(self, loop: Loop) -> None:
        asked, call = self._of_step()
        if asked is None:
            return
        if loop.checked < MAX_CHECKED and self._target is not None:
            loop.checked += 1
            ours, theirs = _mean(asked.value), _mean(self._target)
            added = float(sum(_mean(extra) for extra in call.model.losses))
            if not any(np.isclose(theirs, known, rtol=SAME, atol=1e-6) for known in (ours, ours + added)):
                loop.differs = loop.differs or (theirs, ours + added)
        loop.batches.add(*(each_array(np.asarray, part) for part in (call.x, asked.y, asked.weight)))


def _mean(tensor: Any) -> float:
    return float(np.mean(np.asarray(tensor, dtype="float64")))


def _shapes(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(np.shape(leaf)) for leaf in keras.tree.flatten(args))
