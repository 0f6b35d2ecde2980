"""Probe: what the training did to every trainable weight, and whether a gradient reaches it.

Looks at the model as the training left it. Gradients come from the measured steps of the
training itself. Only a weight that gets none is moved, by a tenth of its size in a random
direction, to see whether loss or predictions (inference mode, fixed examples) depend on it.
The caller puts the trained state back. Cost: comparing the weights; two evaluations for each
of the few weights without a gradient.
"""

from typing import Any

import keras
import numpy as np

from healthcheck.evidence import Weight, Weights
from healthcheck.keras_private import every_layer
from healthcheck.probes.bench import Bench, Run
from healthcheck.subject import path_of, value_of

FIRST_STEPS = 5
"""Steps in which a weight behind one that starts at zero may rightly have no gradient."""
MOVED = 0.1
"""How far a weight is moved, relative to its root mean square."""
MAX_MOVED = 32
"""Weights that are moved at most, those nearest the input first."""


def probe(bench: Bench, run: Run, measured_steps: np.ndarray) -> Weights:
    """Compare every weight with its start and move those that get no gradient."""
    moments = np.concatenate(run.kernels)
    late = measured_steps >= FIRST_STEPS
    described = _Described(bench, moments, late)
    weights = [described.weight(variable) for variable in bench.subject.model.trainable_variables]
    optimizer: Any = bench.subject.model.optimizer
    updates = run.steps // (getattr(optimizer, "gradient_accumulation_steps", None) or 1)
    return Weights(tuple(weights), updates, int(late.sum()), _rate(optimizer))


class _Described:
    """What all weights of one model are described with."""

    def __init__(self, bench: Bench, moments: np.ndarray, late: np.ndarray) -> None:
        self.bench, self.moments, self.late = bench, moments, late
        self.owners = _owners(bench.subject.model)
        self.spare = _functional(bench.subject.model)
        self.slots = {id(variable): slot for slot, variable in enumerate(bench.traced.kernels)}
        self.influence: _Influence | None = None
        self.left = MAX_MOVED

    def weight(self, variable: Any) -> Weight:
        """Describe one variable."""
        traced, slot = self.bench.traced, self.slots.get(id(variable))
        before, now = self.bench.state.value(variable), value_of(variable)
        gradient, growth, late_growth = self._series(slot) if slot is not None else (float("nan"),) * 3
        connected = id(variable) in traced.connected
        asked = id(variable) in traced.asked
        on_loss, on_predictions = float("nan"), float("nan")
        if asked and (not connected or gradient == 0.0):
            on_loss, on_predictions = self._influence_of(variable)
        return Weight(
            layer=self.owners.get(id(variable)),
            variable=variable.path,
            asked=asked,
            connected=connected,
            gradient=gradient,
            on_loss=on_loss,
            on_predictions=on_predictions,
            spare=id(variable) in self.spare,
            constrained=variable.constraint is not None,
            moved=not np.array_equal(before, now),
            looked_up=id(variable) in traced.looked_up,
            size=_rms(before),
            start=_rms(before) / _glorot(before.shape) if before.ndim > 1 else float("nan"),
            growth=growth,
            late_growth=late_growth,
        )

    def _series(self, slot: int) -> tuple[float, float, float]:
        """Return the largest gradient after the first steps, the growth, and the growth of the last fifth."""
        gradients = np.sqrt(self.moments[self.late, slot, 1])
        norms = np.sqrt(self.moments[:, slot, 3])
        before_last = norms[int(0.8 * (len(norms) - 1))] if len(norms) else np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            growth = np.divide(norms[-1:], norms[:1]).sum() if len(norms) else np.nan
            late = np.divide(norms[-1:], before_last).sum() if len(norms) else np.nan
        return float(gradients.max()) if len(gradients) else float("nan"), float(growth), float(late)

    def _influence_of(self, variable: Any) -> tuple[float, float]:
        if not self.left:
            return float("nan"), float("nan")
        self.left -= 1
        self.influence = self.influence or _Influence(self.bench)
        return self.influence.of(variable)


class _Influence:
    """Loss and predictions of the trained model, to be compared with those after a weight was moved."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.random = np.random.default_rng([bench.seed, 31])
        self.loss, self.predictions = self._measured()

    def of(self, variable: Any) -> tuple[float, float]:
        """Move one weight, compare, and put it back."""
        kept = value_of(variable)
        size = _rms(kept) or 1.0
        variable.assign(kept + MOVED * size * self.random.standard_normal(kept.shape))
        loss, predictions = self._measured()
        variable.assign(kept)
        change = [_rms(new - old) for old, new in zip(self.predictions, predictions, strict=True)]
        scale = [_rms(old) for old in self.predictions]
        on_predictions = _share(sum(change), sum(scale)) if scale else float("nan")
        return _share(abs(loss - self.loss), abs(self.loss)), on_predictions

    def _measured(self) -> tuple[float, list[np.ndarray]]:
        bench = self.bench
        size = bench.pass_size
        loss = bench.traced.evaluate(bench.evaluated_data, size).loss
        if not bench.subject.callable:
            return loss, []
        predictions = keras.tree.flatten(bench.traced.predict(bench.evaluated_data[0], size))
        return loss, [np.asarray(one, "float64") for one in predictions]


def _share(change: float, scale: float) -> float:
    return change / scale if scale > 0 else float("nan") if change != 0 else 0.0


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype="float64")))) if values.size else 0.0


def _glorot(shape: tuple[int, ...]) -> float:
    """Return the standard deviation of Glorot's initialization for a kernel of this shape."""
    field = float(np.prod(shape[:-2]))
    return float(np.sqrt(2.0 / (field * (shape[-2] + shape[-1]))))


def _owners(model: keras.Model) -> dict[int, str]:
    """Return the path of the innermost layer that holds each variable, by `id` of the variable."""
    return {id(own): path_of(layer) for layer in every_layer(model) for own in layer.trainable_variables}


def _functional(model: keras.Model) -> set[int]:
    models: list[Any] = [
        one for one in (model, *every_layer(model)) if isinstance(one, (keras.Function, keras.Sequential))
    ]
    return {id(variable) for one in models for variable in one.trainable_variables}


def _rate(optimizer: Any) -> float:
    rate = getattr(optimizer, "learning_rate", None)
    return float("nan") if rate is None else float(np.asarray(rate))
