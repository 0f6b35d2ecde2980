"""Watch the hand-written training loops of a script.

Three things are watched from outside: what goes into a model and comes out, what a Keras loss
is asked, and which optimizer step follows. The batches of one pass over the data are kept; after
that the loop trains as it was written, so that it may stop by itself, and its functions are
graphs again. When it takes too long it is only counted to its end, which costs next to
nothing: steps are not done any more, and what came out of the model comes out again.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.capture import loop as limits
from healthcheck.capture.bounded import is_bounded
from healthcheck.capture.loop import MAX_CHECKED, Loop, LoopStoppedError
from healthcheck.capture.series import rate_of
from healthcheck.keras_private import settings_of
from healthcheck.probes.state import State
from healthcheck.sources import current_source
from healthcheck.subject import Examples, each_array

SAME = 1e-3
"""Relative difference up to which two float32 losses count as the same number."""


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


class Watcher:
    """What was seen so far of all loops of a script."""

    def __init__(self) -> None:
        self.loops: dict[tuple[int, int], Loop] = {}
        self.paused = False
        self._depth = 0
        self._calls: deque[Call] = deque(maxlen=16)
        self._asked: deque[Asked] = deque(maxlen=8)
        self._turn: dict[int, keras.Model] = {}
        """Models at work since the last step."""
        self._target: Any = None
        self._taken: Asked | None = None
        """What was asked when the latest gradient was taken."""
        self._gradients: Any = None
        self._outputs: dict[Any, Any] = {}
        self._latest: Loop | None = None
        self._at_work: Any = None
        """The model that was called last."""
        self._timer: threading.Timer | None = None

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

    def end(self) -> None:
        """Set no clock going any more."""
        if self._timer:
            self._timer.cancel()

    def trained(self) -> set[int]:
        """Return all variables, by `id`, that a loop moves."""
        return {id(variable) for loop in self.loops.values() for variable in loop.trained}

    def model_called(self, call: Callable[..., Any], model: Any, *args: Any, **kwargs: Any) -> Any:
        """See a model at work; once its loop is only counted, what came out before comes out again."""
        if self.paused or self._depth:
            return call(model, *args, **kwargs)
        self._at_work = model
        self._turn[id(model)] = model
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
            self._hold_out()
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
        self._taken = self._asked[-1] if self._asked else None
        if not self._hollow:
            self._target, self._gradients = target, take(tape, target, *args, **kwargs)
        return self._gradients

    def assigned(self, assign: Callable[..., Any], variable: Any, value: Any) -> Any:
        """See a learning rate being set."""
        done = assign(variable, value)
        if not self.paused and not tf.inside_function():
            for loop in self.loops.values():
                if loop.rate is variable and not loop.only_counted:
                    loop.rates.append((loop.steps, float(np.asarray(variable))))
        return done

    def step_applied(
        self, apply: Callable[..., Any], optimizer: Any, grads: Any, trainable_variables: Any = None
    ) -> Any:
        """See an optimizer step: the end of one turn of a loop."""
        if self.paused or self._depth or not self._calls or trainable_variables is None:
            return apply(optimizer, grads, trainable_variables)
        grads, variables = list(grads), list(trainable_variables)
        loop = self._loop(optimizer, variables)
        is_known = loop.is_known
        if not is_known:
            loop.record.step(grads, variables, self._target)
        if tf.inside_function():
            if not is_known:
                loop.first_x = each_array(_without_rows, self._call_of(variables).x)
                # Batches are only to be seen outside of a graph: from the next call on there is none.
                tf.config.run_functions_eagerly(True)
        elif loop.only_counted:
            return self._count(loop)
        elif not is_known:
            self._see(loop)
            self._let_go(loop)
        self._asked.clear()
        self._depth += 1
        try:
            return apply(optimizer, grads, variables)
        finally:
            self._depth -= 1

    def _count(self, loop: Loop) -> None:
        loop.counted += 1
        if loop.is_overdue:
            loop.stopped = True
            raise LoopStoppedError

    def _let_go(self, loop: Loop) -> None:
        """Let functions be graphs again where every loop is known, but not for ever."""
        if not loop.is_known:
            return
        loop.bounded = is_bounded()
        is_graph = tf.config.functions_run_eagerly() and not loop.only_counted
        if is_graph and all(other.is_known for other in self.loops.values()):
            tf.config.run_functions_eagerly(False)
            self.end()
            left = max(limits.MAX_WATCHED_SECONDS - (time.monotonic() - loop.began), 0.0)
            self._timer = threading.Timer(left, tf.config.run_functions_eagerly, (True,))
            self._timer.daemon = True
            self._timer.start()

    def _loop(self, optimizer: Any, variables: list[Any]) -> Loop:
        call = self._call_of(variables)
        key = (id(call.model), id(optimizer))
        if key not in self.loops:
            with tf.init_scope():
                known = all(bool(variable.value.is_initialized()) for variable in call.model.variables)
                start = State([*call.model.variables, *variables]) if known else None
                config, done = settings_of(optimizer), int(np.asarray(optimizer.iterations))
                rates = [(0, rate_of(optimizer))]
            place, now = current_source(), time.monotonic()
            self.loops[key] = Loop(call.model, optimizer, config, variables, start, place, now, done, rates)
        elif self._latest is not None and self._latest is not self.loops[key]:
            self._take_turns(self.loops[key], self._latest)
        loop = self.loops[key]
        loop.others |= {key: model for key, model in self._turn.items() if model is not loop.model}
        self._turn.clear()
        self._latest = loop
        return loop

    def _take_turns(self, one: Loop, other: Loop) -> None:
        """Note that one loop goes on after the other; they depend on each other if one is at work in both."""
        if one.model is other.model or id(one.model) in other.others or id(other.model) in one.others:
            one.entangled = other.entangled = True

    def _call_of(self, variables: list[Any]) -> Call:
        """Return the latest call of the model that owns the variables, of any where none owns them all."""
        wanted = {id(variable) for variable in variables}
        asked = self._asked[-1] if self._asked else None
        owning = [call for call in self._calls if wanted <= {id(own) for own in call.model.variables}]
        same = [call for call in owning if asked and call.output is asked.prediction]
        return (same or owning or list(self._calls))[-1]

    def _see(self, loop: Loop) -> None:
        call = self._call_of(loop.trained)
        asked = self._asked[-1] if self._asked else None
        if loop.missed is None:
            loop.missed = loop.steps
        outputs = {id(other.output): other.model for other in self._calls if other.model is not call.model}
        for own in (own for own in self._calls if own.model is call.model):
            feeding = outputs.get(id(own.x))
            loop.feeding |= {id(feeding): feeding} if feeding is not None else {}
        if asked is None or call.output is not asked.prediction:
            # Data is what no other model made.
            made = {id(other.output) for other in self._calls}
            given = [one for one in self._calls if id(one.x) not in made]
            own = [one for one in given if one.model is call.model]
            loop.batches.add(each_array(np.asarray, (own or given or [call])[-1].x), None, None)
            return
        loop.loss = asked.loss
        if loop.checked < MAX_CHECKED and self._target is not None:
            loop.checked += 1
            ours, theirs = _mean(asked.value), _mean(self._target)
            added = float(sum(_mean(extra) for extra in call.model.losses))
            if not any(np.isclose(theirs, known, rtol=SAME, atol=1e-6) for known in (ours, ours + added)):
                loop.differs = loop.differs or (theirs, ours + added)
        loop.batches.add(*(each_array(np.asarray, part) for part in (call.x, asked.y, asked.weight)))

    def _hold_out(self) -> None:
        """Keep what a loss was asked about without a step that followed."""
        loop = self._latest
        if loop is None or not self._asked or loop.held_out.complete or loop.only_counted:
            return
        asked = self._asked.pop()
        if asked is self._taken:
            return  # a part of a step to come
        calls = [call for call in self._calls if call.output is asked.prediction and call.model is loop.model]
        if not calls or tf.inside_function() or asked.y is None:
            return
        batch = Examples(*(each_array(np.asarray, part) for part in (calls[-1].x, asked.y, asked.weight)))
        if not loop.batches.knows(batch):
            loop.held_out.add(*batch.parts)


def _without_rows(tensor: Any) -> np.ndarray:
    return np.zeros((0, *(size or 1 for size in tensor.shape[1:])), "float32")


def _mean(tensor: Any) -> float:
    return float(np.mean(np.asarray(tensor, dtype="float64")))


def _shapes(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(np.shape(leaf)) for leaf in keras.tree.flatten(args))
