"""Watch the `fit` of a model whose own `train_step` has optimizers of its own, as a GAN has."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from healthcheck.capture.fit import acting, read_of_fit
from healthcheck.capture.recorder import Recorder
from healthcheck.capture.replaced import replaced
from healthcheck.capture.watched import Record, Watched, evidence_of, idle_weights
from healthcheck.keras_private import sublayers
from healthcheck.probes.state import State
from healthcheck.report import Source
from healthcheck.subject import Subject

WHY = "the model is trained by several optimizers, each with a loss of its own"


def own_optimizers(model: keras.Model) -> list[Any]:
    """Return the optimizers that a model with a `train_step` of its own holds beside the compiled one."""
    if type(model).train_step is keras.Model.train_step:
        return []
    held = [value for value in vars(model).values() if isinstance(value, keras.optimizers.Optimizer)]
    others = {id(one): one for one in held if one is not getattr(model, "optimizer", None)}
    return list(others.values())


@dataclass
class Steps:
    """What the optimizers were given."""

    record: Record = field(default_factory=Record)
    optimizers: dict[int, Any] = field(default_factory=dict[int, Any])
    models: dict[int, Any] = field(default_factory=dict[int, Any])
    """Models at work, by `id`."""


@dataclass
class WatchedFit:
    """One `fit` that is done as it was written, and watched."""

    recorder: Recorder
    source: Source | None
    model: keras.Model

    def run(
        self, fit: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], stop: Any
    ) -> tuple[Any, Subject]:
        """Train, and return the history, or what was raised, and the subject."""
        read, given = read_of_fit(self.model, args, kwargs)
        start = State(self.model.variables)
        before = {id(one): int(np.asarray(one.iterations)) for one in own_optimizers(self.model)}
        with _steps() as steps:
            numbers = _Numbers(steps.record)
            rest = {"batch_size": read.batch_size, "epochs": given["epochs"], "shuffle": given["shuffle"]}
            data = read.examples
            try:
                history = fit(
                    self.model,
                    data.x,
                    data.y,
                    sample_weight=data.weight,
                    callbacks=[*acting(given["callbacks"]), numbers, stop],
                    verbose=0,
                    **rest,
                )
            except Exception as error:
                if not steps.optimizers or any(seen.connected for seen in steps.record.of.values()):
                    raise
                history = error  # no gradient at all: the evidence says more
        done = max(
            (int(np.asarray(o.iterations)) - before.get(k, 0) for k, o in steps.optimizers.items()), default=0
        )
        steps.record.looked = max(steps.record.looked, done)
        seen = self._evidence(steps, start, done)
        return history, self._subject(read, given, seen, done)

    def _evidence(self, steps: Steps, start: State, done: int) -> Any:
        trained = set(steps.record.of)
        at_work = [layer for layer in sublayers(self.model) if id(layer) in steps.models]
        idle = idle_weights(self.recorder, at_work, trained)
        optimizers = list(steps.optimizers.values())
        return (
            evidence_of(Watched(steps.record, optimizers, start, done, [self.model], idle))
            if optimizers
            else {}
        )

    def _subject(self, read: Any, given: dict[str, Any], seen: Any, done: int) -> Subject:
        return Subject(
            name=self.model.name,
            model=self.model,
            train=read.examples,
            batch_size=read.batch_size,
            epochs=int(given["epochs"]),
            steps_per_epoch=-(-read.examples.count // read.batch_size),
            sources=self.recorder.sources(self.model, self.source),
            notes=(f"{WHY}: {done:,} steps were watched",),
            unjudged=f"{WHY}: its training was only watched",
            seen=seen,
        )


class _Numbers(keras.callbacks.Callback):
    """Notes the first step whose metrics are not finite, and ends the training there."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record, self.steps = record, 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the metrics that the step returned."""
        del batch
        values = [np.asarray(value) for value in keras.tree.flatten(logs or {})]
        if not all(np.isfinite(value).all() for value in values) and self.model is not None:
            self.record.bad_step = self.steps
            self.model.stop_training = True
        self.steps += 1


@contextmanager
def _steps() -> Iterator[Steps]:
    steps = Steps()
    apply, call = keras.optimizers.Optimizer.apply, keras.Model.__call__

    def applied(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        if trainable_variables is None:
            return apply(self, grads, trainable_variables)
        grads, variables = list(grads), list(trainable_variables)
        steps.optimizers[id(self)] = self
        steps.record.step(grads, variables, None)
        return apply(self, grads, variables)

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        steps.models[id(self)] = self
        return call(self, *args, **kwargs)

    with ExitStack() as stack:
        stack.enter_context(replaced(keras.optimizers.Optimizer, "apply", applied))
        stack.enter_context(replaced(keras.Model, "__call__", called))
        yield steps
