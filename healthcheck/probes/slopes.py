"""Compare gradients with central differences along a direction.

Method: `scipy.differentiate.derivative`, fourth order, two or more steps in geometric progression;
its error estimate is the difference between the last two, to which the rounding of the function is
added. In float64 the two agree to about 1e-10 of the slope (`benchmarks/gradient_check.py` prints
it); in float32 to about 1e-3.

A *part* is one tensor that the function is differentiated by. Each is looked at along its gradient,
where a wrong length shows, and along a random direction, where a wrong direction shows.

Points are moved a little off the user's own: initial values put ReLU, max-pooling and absolute
value exactly on their kinks (zero bias, zero input), where there is no gradient to compare with.
A kink nearby shows as a disagreement that goes away with a smaller step, another direction or
another point; so of several attempts the one with the least disagreement and error counts.

What this cannot see: an error in a direction that no attempt has a share in, at least 1e-4 of the
slope; functions of random numbers that no seed of Keras holds (they are refused); complex values.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.differentiate import derivative

from healthcheck.errors import HealthcheckError
from healthcheck.evidence import Slope
from healthcheck.probes.promote import is_narrow

Function = Callable[[list[Any]], Any]
"""From the parts to a scalar tensor."""

STEPS = {"float64": (2e-4, 2e-6, 2e-5), "float32": (3e-2, 1e-2, 6e-2)}
"""First step of each attempt, relative to the norm of the part."""
SHIFT = 0.05
"""How far a point is moved, relative to the part's root mean square."""
CLOSER = {"float64": 1e-7, "float32": 1e-2}
"""Disagreement and numeric error, relative to the slope, from which another attempt is made."""
ORDER = 4


@dataclass(frozen=True)
class Part:
    """A tensor that a function is differentiated by."""

    name: str
    value: np.ndarray
    is_input: bool = False


class NotDifferentiableError(HealthcheckError):
    """There is no gradient that could be checked, and why."""


class Problem:
    """A scalar function of some parts, traced once, with its gradient."""

    def __init__(self, function: Function, parts: Sequence[Part], precision: str) -> None:
        self.parts = list(parts)
        self._type = tf.as_dtype(precision)
        self._gradient = tf.function(lambda values: _gradient(function, values), autograph=False)
        self._along = tf.function(
            lambda t, values, ways: _scalar(
                function([v + t * way for v, way in zip(values, ways, strict=True)])
            ),
            autograph=False,
        )
        # Traced here, where the caller may have set what a trace depends on.
        point = self._tensors([part.value for part in parts])
        concrete = self._gradient.get_concrete_function(point)
        self._along.get_concrete_function(tf.constant(0.0, self._type), point, point)
        self.precision = "float32" if is_narrow(concrete, concrete.outputs[0]) else precision

    def gradient(self, point: Sequence[np.ndarray]) -> tuple[float, list[np.ndarray]]:
        """Return the value and the gradient by each part; zeros where nothing flows."""
        value, gradients = self._gradient(self._tensors(point))
        return float(value), [np.asarray(one, "float64") for one in gradients]

    def along(self, point: Sequence[np.ndarray], ways: Sequence[Sequence[np.ndarray]]) -> Callable[..., Any]:
        """Return the function of `(t, index)`, value at `point + t * ways[index]`, for arrays of both."""
        base, ways = self._tensors(point), [self._tensors(way) for way in ways]

        def values(t: Any, index: Any) -> np.ndarray:
            t, index = np.broadcast_arrays(t, index)
            flat = [
                float(self._along(tf.constant(at, self._type), base, ways[int(way)]))
                for at, way in zip(t.ravel(), index.ravel(), strict=True)
            ]
            return np.array(flat).reshape(t.shape)

        return values

    def _tensors(self, arrays: Sequence[np.ndarray]) -> list[Any]:
        return [tf.constant(array, self._type) for array in arrays]


def measure(problem: Problem, seed: int, seconds: float = 5.0) -> list[Slope]:
    """Return a slope per part and direction: of several attempts the one with the least disagreement.

    Where one after the other takes longer than `seconds`, neighbouring parts are moved together.
    """
    random = np.random.default_rng([seed, 11])
    point = _moved(problem.parts, random)
    value, gradients = problem.gradient(point)
    if not (np.isfinite(value) and all(np.isfinite(one).all() for one in gradients)):
        point = [part.value for part in problem.parts]
        value, gradients = problem.gradient(point)
    _refuse(problem, point, value, gradients)
    groups = _groups(problem, point, seconds)
    wanted = [(group, kind) for group in groups for kind in ("gradient", "random")]
    slopes: dict[int, Slope] = {}
    left = list(range(len(wanted)))
    for attempt, step in enumerate(STEPS[problem.precision]):
        if attempt == len(STEPS[problem.precision]) - 1:
            point = _moved(problem.parts, random)
            value, gradients = problem.gradient(point)
        found = _attempt(problem, point, value, gradients, [wanted[i] for i in left], step, random)
        for i, slope in zip(left, found, strict=True):
            old = slopes.get(i)
            if old is None or _doubt(slope) < _doubt(old):
                slopes[i] = slope
        left = [i for i in left if not _doubt(slopes[i]) <= CLOSER[problem.precision]]
        if not left:
            break
    return [slopes[i] for i in range(len(wanted))]


def beyond(slope: Slope) -> float:
    """Return the disagreement, relative to the slope, that the numeric error does not explain."""
    off = abs(slope.analytic - slope.numeric) - slope.error
    return max(off, 0.0) / slope.scale if slope.scale > 0 else 0.0


def _doubt(slope: Slope) -> float:
    """Return what may be wrong: beside a kink the numeric error may hide as much as it explains."""
    return beyond(slope) + (slope.error / slope.scale if slope.scale > 0 else 0.0)


def _attempt(  # noqa: PLR0913, PLR0917 - one point with all that is known of it
    problem: Problem,
    point: list[np.ndarray],
    value: float,
    gradients: list[np.ndarray],
    wanted: list[tuple[list[int], str]],
    step: float,
    random: np.random.Generator,
) -> list[Slope]:
    ways = [_way(problem, point, gradients, group, kind, random) for group, kind in wanted]
    analytic = np.array(
        [sum(float(np.vdot(g, w)) for g, w in zip(gradients, way, strict=True)) for way in ways]
    )
    # A slope is compared with what a random direction typically has, lest a small one by chance look wrong.
    typical = np.array(
        [
            max(_norm(gradients[i]) * _norm(way[i]) / np.sqrt(max(way[i].size, 1)) for i in group)
            for way, (group, _) in zip(ways, wanted, strict=True)
        ]
    )
    narrow = problem.precision != "float64"
    epsilon = np.finfo(problem.precision).eps
    tiny = 1e-9 * max(float(np.abs(analytic).max()), typical.max(), abs(value) * 1e-3)
    result = derivative(
        problem.along(point, ways),
        np.zeros(len(ways)),
        args=(np.arange(len(ways)),),
        order=ORDER,
        initial_step=step,
        maxiter=2 if narrow else 4,
        tolerances={"rtol": 1e-2 if narrow else 1e-8, "atol": tiny},
    )
    last = step / 2.0 ** (np.asarray(result.nit) - 1)
    numeric, estimate = np.asarray(result.df), np.asarray(result.error)
    error = np.where(np.isfinite(estimate), estimate, 0.0) + 4 * epsilon * abs(value) / last
    # What is lost in the gradient itself, where large terms cancel: a bias before BatchNormalization.
    lost = 1e4 * epsilon * float(np.abs(analytic).max())
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), typical)
    return [
        Slope(
            part=", ".join(problem.parts[i].name for i in group),
            parts=len(group),
            is_input=all(problem.parts[i].is_input for i in group),
            direction=kind,
            analytic=float(analytic[row]),
            numeric=float(numeric[row]),
            error=float(error[row] + lost),
            scale=float(scale[row]),
        )
        for row, (group, kind) in enumerate(wanted)
    ]


def _way(  # noqa: PLR0913, PLR0917
    problem: Problem,
    point: list[np.ndarray],
    gradients: list[np.ndarray],
    group: list[int],
    kind: str,
    random: np.random.Generator,
) -> list[np.ndarray]:
    """Return a direction whose length is that of the part itself, zero in all other parts."""
    way = [np.zeros(part.value.shape) for part in problem.parts]
    for i in group:
        size = _norm(point[i]) or np.sqrt(max(point[i].size, 1))
        raw = gradients[i] if kind == "gradient" else random.normal(size=point[i].shape)
        raw = raw if _norm(raw) > 0 else random.normal(size=point[i].shape)
        way[i] = raw * (size / (_norm(raw) or 1.0)) / len(group)
    return way


def _groups(problem: Problem, point: list[np.ndarray], seconds: float) -> list[list[int]]:
    """Return the parts, one by one from the last, or joined as far as the time asks for it."""
    count = len(problem.parts)
    once = problem.along(point, [[np.zeros(part.value.shape) for part in problem.parts]])
    once(np.zeros(1), np.zeros(1))
    started = time.monotonic()
    once(np.zeros(1), np.zeros(1))
    evaluations = seconds / max(time.monotonic() - started, 1e-6)
    groups = int(np.clip(evaluations / (2 * (ORDER + 2)), 1, count))
    return [list(part)[::-1] for part in np.array_split(np.arange(count), groups)][::-1]


def _refuse(problem: Problem, point: list[np.ndarray], value: float, gradients: list[np.ndarray]) -> None:
    if not (np.isfinite(value) and all(np.isfinite(one).all() for one in gradients)):
        raise NotDifferentiableError("the value or the gradient is not finite")
    again, _ = problem.gradient(point)
    if abs(again - value) > 1e3 * np.finfo(problem.precision).eps * abs(value):
        raise NotDifferentiableError("the value changes from one evaluation to the next: unseeded randomness")


def _moved(parts: Sequence[Part], random: np.random.Generator) -> list[np.ndarray]:
    moved = []
    for part in parts:
        noise = random.normal(size=part.value.shape)
        rms = _norm(part.value) / np.sqrt(max(part.value.size, 1))
        moved.append(part.value + SHIFT * (rms or 0.2) * noise)
    return moved


def _gradient(function: Function, values: list[Any]) -> tuple[Any, list[Any]]:
    with tf.GradientTape() as tape:
        tape.watch(values)
        value = _scalar(function(values))
    return value, [_dense(one, like) for one, like in zip(tape.gradient(value, values), values, strict=True)]


def _dense(gradient: Any, like: Any) -> Any:
    if gradient is None:
        return tf.zeros_like(like)
    if isinstance(gradient, tf.IndexedSlices):
        return tf.math.unsorted_segment_sum(gradient.values, gradient.indices, tf.shape(like)[0])
    return tf.cast(gradient, like.dtype)


def _scalar(value: Any) -> Any:
    value = tf.convert_to_tensor(value)
    return tf.reduce_sum(value if value.dtype == tf.float64 else tf.cast(value, tf.float64))


def _norm(array: np.ndarray) -> float:
    return float(np.linalg.norm(np.ravel(array)))
