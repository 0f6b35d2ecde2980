"""What can be told of a training that cannot be repeated, because its loss is no `loss(y, model(x))`.

Models that train against each other, steps over several models at once, losses of the user's
own: they are watched while the script does them, and the evidence is what was seen. Whether
a loss is finite, which weights a gradient reaches, and which moved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.capture.recorder import Recorder
from healthcheck.capture.series import rate_of
from healthcheck.evidence import Finite, NonFinite, Structure, Weight, Weights
from healthcheck.keras_private import every_layer
from healthcheck.probes.state import State
from healthcheck.subject import path_of, value_of

LATE = 5
"""Steps in which a weight behind one that starts at zero may rightly have no gradient."""
MIN_OBSERVED = 64
"""Steps of a training that cannot be repeated that are looked at one by one."""


@dataclass
class Seen:
    """What was seen of one variable."""

    variable: Any
    connected: bool = False
    gradient: float = float("nan")
    """Largest root mean square, of the steps after the first ones."""


@dataclass
class Record:
    """What was seen of one optimizer's steps."""

    of: dict[int, Seen] = field(default_factory=dict[int, Seen])
    looked: int = 0
    """Steps looked at one by one."""
    bad_step: int | None = None
    """The first step whose loss was not finite."""

    def step(self, gradients: Iterable[Any], variables: Iterable[Any], loss: Any) -> None:
        """Note one step, computed or traced."""
        is_traced = tf.inside_function()
        self.looked += not is_traced
        for gradient, variable in zip(gradients, variables, strict=False):
            seen = self.of.setdefault(id(variable), Seen(variable))
            seen.connected |= gradient is not None
            if gradient is not None and not is_traced and self.looked > LATE:
                seen.gradient = float(np.fmax(seen.gradient, _rms(gradient)))
        if not is_traced and self.bad_step is None and loss is not None and not _is_finite(loss):
            self.bad_step = self.looked - 1


@dataclass(frozen=True)
class Watched:
    """A training that was watched."""

    record: Record
    optimizers: list[Any]
    start: State | None
    steps: int
    models: list[Any]
    """They own the variables."""
    idle: list[Any]
    """Variables that nobody trains."""


def evidence_of(watched: Watched) -> Mapping[type, Any]:
    """Return what was seen as evidence."""
    record, steps, start = watched.record, watched.steps, watched.start
    owners = {
        id(own): path_of(layer)
        for model in watched.models
        for layer in every_layer(model)
        for own in layer.trainable_variables
    }
    weights = [_weight(seen, owners, start) for seen in record.of.values()]
    weights += [_idle(variable, owners) for variable in watched.idle]
    rate = _rate(watched.optimizers)
    blocked = not any(seen.connected for seen in record.of.values())
    trained = [seen.variable for seen in record.of.values()]
    return {
        Finite: Finite(_non_finite(record, trained, steps)),
        Weights: Weights(tuple(weights), steps, max(record.looked - LATE, 0), rate, blocked),
        Structure: Structure(
            outputs=(),
            normalizes=False,
            optimizer=type(watched.optimizers[0]).__name__,
            learning_rate=rate,
            trainable=sum(int(np.prod(variable.shape)) for variable in trained),
        ),
    }


def idle_weights(recorder: Recorder, models: Iterable[keras.Model], trained: set[int]) -> list[Any]:
    """Return the kernels of models that nobody trains and that still hold what they were drawn with."""
    idle: list[Any] = []
    for model in models:
        kernels = [variable for variable in model.trainable_variables if len(variable.shape) >= 2]
        drawn = {id(draw.variable) for draw in recorder.draws(model) if hasattr(draw.initializer, "seed")}
        own = {id(variable) for variable in model.trainable_variables}
        if kernels and not own & trained and {id(variable) for variable in kernels} <= drawn:
            idle += kernels
    return idle


def _non_finite(record: Record, trained: list[Any], steps: int) -> NonFinite | None:
    if record.bad_step is not None:
        return NonFinite("watched loss", None, record.bad_step)
    if all(np.isfinite(value_of(variable)).all() for variable in trained):
        return None
    return NonFinite("watched weights", None, steps)


def _weight(seen: Seen, owners: Mapping[int, str], start: State | None) -> Weight:
    variable, nan = seen.variable, float("nan")
    known = start.value(variable) if start and variable in start else None
    return Weight(
        layer=owners.get(id(variable)),
        variable=variable.path,
        asked=True,
        connected=seen.connected,
        gradient=seen.gradient,
        on_loss=nan,
        on_predictions=nan,
        spare=True,
        constrained=getattr(variable, "constraint", None) is not None,
        moved=known is None or not np.array_equal(known, value_of(variable)),
        looked_up=False,
        size=_rms(variable),
        start=nan,
        growth=nan,
        late_growth=nan,
    )


def _idle(variable: Any, owners: Mapping[int, str]) -> Weight:
    nan = float("nan")
    size = _rms(variable)
    reached = (False, False, nan, nan, nan, True, False)
    return Weight(owners.get(id(variable)), variable.path, *reached, False, False, size, nan, nan, nan, True)


def _rate(optimizers: list[Any]) -> float:
    """Return the rate; of several optimizers zero if one has it, else none."""
    rates = [rate_of(optimizer) for optimizer in optimizers]
    return 0.0 if 0.0 in rates else rates[0] if len(rates) == 1 else float("nan")


def _rms(gradient: Any) -> float:
    values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
    array = np.asarray(values, "float64")
    return float(np.sqrt(np.mean(np.square(array)))) if array.size else 0.0


def _is_finite(loss: Any) -> bool:
    return all(bool(np.isfinite(np.asarray(leaf)).all()) for leaf in tf.nest.flatten(loss))
