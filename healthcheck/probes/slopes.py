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

What this cannot see: errors in which no direction has a share. One along the gradient (a factor)
shows in full, or where only some entries are wrong by their share of the gradient's squared length;
one at right angles to it shows along the random directions alone, by chance. Functions of random
numbers that no seed of Keras holds are refused; complex values are left out.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.differentiate import derivative

from healthcheck.evidence import Slope
from healthcheck.probes.problem import NotDifferentiableError, Part, Point, Problem

STEPS = {"float64": (2e-4, 2e-6, 2e-5), "float32": (3e-2, 1e-2, 6e-2)}
"""First step of each attempt, relative to the norm of the part."""
SHIFT = 0.05
"""How far a point is moved, relative to the part's root mean square."""
CLOSER = {"float64": 1e-7, "float32": 1e-2}
"""Disagreement and numeric error, relative to the slope, from which another attempt is made."""
NOTICED = {"float64": 1e-6, "float32": 1e-2}
"""Disagreement that is told. Beside the kinks of large ReLU networks 3e-7 was measured."""
ORDER = 4
LEAST = 2 * (ORDER + 2)
"""Evaluations for one part: two directions."""
MAX_GROUPS = 24
"""Parts beyond so many are looked at together with their neighbours, where an error shows by its share of
their slope: so the cost grows with the model as one evaluation does."""


KINDS = ("gradient", "random")
"""Of direction."""


@dataclass(frozen=True)
class _Point:
    """A point with all that is known of it."""

    values: Point
    value: float
    gradients: Point


def measure(
    problem: Problem, seed: int, seconds: float = 5.0, groups: list[list[int]] | None = None
) -> list[Slope]:
    """Return a slope per group of parts and direction: of several attempts the one that agrees best.

    The groups are those of `joined`, unless given. No attempt is begun after `seconds`.
    """
    random = np.random.default_rng([seed, 11])
    deadline = time.monotonic() + seconds
    point = _start(problem, random)
    # Half of the time for the first attempt, as there may be more of them.
    groups = joined(problem, (deadline - time.monotonic()) / 2) if groups is None else groups
    wanted = [(group, kind) for group in groups for kind in KINDS]
    slopes: dict[int, Slope] = {}
    left = list(range(len(wanted)))
    for attempt, step in enumerate(STEPS[problem.precision]):
        if attempt == len(STEPS[problem.precision]) - 1:
            point = _at(problem, problem.point(_moved(problem.parts, random)))
        found = _attempt(problem, point, [wanted[i] for i in left], step, [seed, attempt])
        for i, slope in zip(left, found, strict=True):
            old = slopes.get(i)
            if old is None or not _doubt(old) <= _doubt(slope):
                slopes[i] = slope
        left = [i for i in left if not _doubt(slopes[i]) <= CLOSER[problem.precision]]
        if not left or time.monotonic() > deadline:
            break
    if not all(np.isfinite(_doubt(slope)) for slope in slopes.values()):
        raise NotDifferentiableError("the value or the gradient is not finite nearby")
    return [slopes[i] for i in range(len(wanted))]


def beyond(slope: Slope) -> float:
    """Return the disagreement, relative to the slope, that the numeric error does not explain."""
    off = abs(slope.analytic - slope.numeric) - slope.error
    return max(off, 0.0) / slope.scale if slope.scale != 0 else 0.0


def _doubt(slope: Slope) -> float:
    """Return what may be wrong: beside a kink the numeric error may hide as much as it explains."""
    return beyond(slope) + (slope.error / slope.scale if slope.scale != 0 else 0.0)


def _attempt(
    problem: Problem,
    point: _Point,
    wanted: list[tuple[list[int], str]],
    step: float,
    seeds: list[int],
) -> list[Slope]:
    ways = [_Way(problem, point, group, kind, seeds) for group, kind in wanted]
    analytic = np.array([way.slope for way in ways])
    typical = np.array([max(_typical(point, i) for i in group) / len(group) for group, _ in wanted])
    narrow = problem.precision != "float64"
    epsilon = np.finfo(problem.precision).eps
    tiny = 1e-9 * max(float(np.abs(analytic).max()), typical.max(), abs(point.value) * 1e-3)
    # What is lost in the gradient itself, where large terms cancel: a bias before BatchNormalization.
    lost = 1e4 * epsilon * float(np.abs(analytic).max())
    slopes: list[Slope] = []
    for way, exact, usual in zip(ways, analytic, typical, strict=True):
        result = derivative(
            way.along(),
            0.0,
            order=ORDER,
            initial_step=step,
            maxiter=2 if narrow else 4,
            tolerances={"rtol": 1e-2 if narrow else 1e-8, "atol": tiny},
        )
        last = step / 2.0 ** (float(result.nit) - 1)
        numeric, estimate = float(result.df), float(result.error)
        rounding = 4 * epsilon * abs(point.value) / last
        slopes.append(
            Slope(
                part=", ".join(problem.parts[i].name for i in way.group),
                parts=len(way.group),
                is_input=all(problem.parts[i].is_input for i in way.group),
                direction=way.kind,
                analytic=float(exact),
                numeric=numeric,
                error=(estimate if np.isfinite(estimate) else 0.0) + rounding + lost,
                scale=float(np.max([abs(exact), abs(numeric), usual])),  # NaN where one of them is
            )
        )
    return slopes


class _Way:
    """A direction of a group of parts, made when it is looked at: all at once would be a whole model."""

    def __init__(
        self, problem: Problem, point: _Point, group: Sequence[int], kind: str, seeds: list[int]
    ) -> None:
        self._problem, self._point, self._seeds = problem, point, seeds
        self.group, self.kind = group, kind
        self.slope = sum(float(np.vdot(_wide(point.gradients[i]), _wide(self._of(i)))) for i in group)

    def _of(self, i: int) -> Any:
        """Return the direction of a part: as long as the part itself, divided by the size of the group."""
        value, gradient = self._point.values[i], self._point.gradients[i]
        raw = gradient
        if self.kind == "random" or not _norm(gradient) > 0:
            random = np.random.default_rng([*self._seeds, i])
            (raw,) = self._problem.point([random.normal(size=value.shape)])
        return raw * (_length(value) / (_norm(raw) or 1.0) / len(self.group))

    def along(self) -> Callable[[Any], np.ndarray]:
        """Return the function of t: the values where the group is moved by t its way."""
        values, ways = self._point.values, {i: self._of(i) for i in self.group}

        def value(length: float) -> float:
            moved = {i: values[i] + float(length) * way for i, way in ways.items()}
            return self._problem.value([moved.get(i, one) for i, one in enumerate(values)])

        return np.vectorize(value, otypes=[float])


def _typical(point: _Point, i: int) -> float:
    """Return what a random direction typically has, lest a slope that is small by chance look wrong."""
    return _norm(point.gradients[i]) * _length(point.values[i]) / np.sqrt(max(np.size(point.values[i]), 1))


def joined(problem: Problem, seconds: float) -> list[list[int]]:
    """Return the parts, one by one from the last; neighbours together as far as the time asks for it."""
    groups = int(np.clip(seconds / seconds_needed(problem), 1, min(len(problem.parts), MAX_GROUPS)))
    return [list(part)[::-1] for part in np.array_split(np.arange(len(problem.parts)), groups)][::-1]


def seconds_needed(problem: Problem) -> float:
    """Return how long the fewest evaluations take that tell anything: all parts together."""
    point = problem.point(part.value for part in problem.parts)
    problem.value(point)
    started = time.monotonic()
    problem.value(point)
    return LEAST * max(time.monotonic() - started, 1e-6)


def _start(problem: Problem, random: np.random.Generator) -> _Point:
    """Return a point a little off the user's own, or that itself where the function ends nearby."""
    point = _at(problem, problem.point(_moved(problem.parts, random)))
    point = point if _is_finite(point) else _at(problem, problem.point(part.value for part in problem.parts))
    if not _is_finite(point):
        raise NotDifferentiableError("the value or the gradient is not finite")
    again = np.array([problem.value(point.values) for _ in range(2)])
    if not (np.abs(again - point.value) <= 1e3 * np.finfo(problem.precision).eps * abs(point.value)).all():
        raise NotDifferentiableError("the value changes from one evaluation to the next: unseeded randomness")
    return point


def _at(problem: Problem, values: Point) -> _Point:
    return _Point(values, *problem.gradient(values))


def _is_finite(point: _Point) -> bool:
    return bool(np.isfinite(point.value)) and all(np.isfinite(_wide(one)).all() for one in point.gradients)


def _moved(parts: Sequence[Part], random: np.random.Generator) -> Iterator[np.ndarray]:
    for part in parts:
        noise = random.normal(size=part.value.shape)
        rms = _norm(part.value) / np.sqrt(max(part.value.size, 1))
        yield part.value + SHIFT * (rms or 0.2) * noise


def _length(value: Any) -> float:
    return _norm(value) or float(np.sqrt(max(np.size(value), 1)))


def _norm(array: Any) -> float:
    return float(np.linalg.norm(np.ravel(_wide(array))))


def _wide(array: Any) -> np.ndarray:
    """Return an array or a tensor as float64; what is so already is not copied."""
    return np.asarray(array, "float64")
