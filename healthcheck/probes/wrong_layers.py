"""Walk back from the output and name the layers whose gradient is wrong by itself."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from healthcheck.evidence import Slope, WrongGradient
from healthcheck.keras_private import every_layer, sublayers
from healthcheck.probes.isolate import Call, Recorded, layer_call, problem_of, recorded_calls
from healthcheck.probes.problem import NotDifferentiableError
from healthcheck.probes.slopes import NOTICED, beyond, measure
from healthcheck.subject import path_of

ON_PURPOSE = (keras.layers.SpectralNormalization,)
"""Keras stops the gradient in its power iteration, which is exact only once that has converged."""
LATER = 4
"""Calls after the first that are looked at, spread over all: steps of a recurrent cell, say."""


def wrong_layers(
    run: Callable[[], Any],
    seed: int,
    run_again: Callable[[], Any] | None = None,
    deadline: float = float("inf"),
) -> list[WrongGradient]:
    """Return the layers that are wrong by themselves, from the output back, each by its worst part.

    A layer around a wrong one is not named: it is wrong because of the other. What the deadline
    does not reach is not looked at; the layers nearest the output come first.
    """
    wrong: dict[int, WrongGradient | None] = {}
    runs = [_recorded(one) for one in (run, run_again) if one is not None]
    layers = list({id(call[0]): call[0] for call in runs[0]}.values())
    order = [layer for layer in reversed(layers) if not sublayers(layer)]
    order += [layer for layer in layers if sublayers(layer)]
    for layer in order:
        if time.monotonic() > deadline:
            break
        inside = {id(inner) for inner in every_layer(layer)}
        if inside & wrong.keys():
            continue
        if isinstance(layer, ON_PURPOSE):
            wrong[id(layer)] = None
        elif found := _wrong(layer, [_calls(layer, each)[:1] for each in runs], seed):
            # What is right in its first call may be the cause in a later one.
            repeated = [one for one in order if id(one) in inside]
            cause = _wrong_later(repeated, runs, seed, deadline)
            wrong |= cause or {id(layer): found}
    return [found for layer in reversed(layers) if (found := wrong.get(id(layer)))]


def wrong_part(call: Call, seed: int) -> WrongGradient | None:
    """Return what is most wrong about one call by itself, None when nothing is or nothing can be told."""
    try:
        problem = problem_of(call, seed)
        worst = max(measure(problem, seed), key=beyond)
    except NotDifferentiableError:
        return None
    if beyond(worst) <= NOTICED[problem.precision]:
        return None
    return named(worst, "layer", problem.precision)


def least(one: WrongGradient | None, other: WrongGradient | None) -> WrongGradient | None:
    """Return the smaller of what two batches show, None when one of them shows nothing."""
    return min(one, other, key=lambda found: found.disagreement) if one and other else None


def named(slope: Slope, place: str, precision: str) -> WrongGradient:
    """Return what a slope says about the place where it was measured."""
    ratio = slope.analytic / slope.numeric if slope.numeric else float("inf")
    return WrongGradient(None, place, slope.part, beyond(slope), ratio, precision)


def _wrong_later(
    layers: Sequence[Any], runs: Sequence[list[Recorded]], seed: int, deadline: float
) -> dict[int, WrongGradient]:
    """Return the first of some layers that is wrong in a call after its first."""
    for layer in layers:
        later = [_spread(_calls(layer, each)[1:]) for each in runs]
        if later[0] and time.monotonic() <= deadline and (found := _wrong(layer, later, seed)):
            return {id(layer): found}
    return {}


def _wrong(layer: Any, calls: Sequence[list[Recorded]], seed: int) -> WrongGradient | None:
    """Return what is wrong about a layer in a call of every run that has one."""
    found: list[WrongGradient | None] = []
    for number, each in enumerate(calls):
        if each:
            looks = (wrong_part(layer_call(*call), seed + number) for call in each)
            found.append(next(filter(None, looks), None))
        if not found[-1]:
            return None
    first, again = found[0], found[-1]
    worst = least(first, again)
    return replace(worst, layer=path_of(layer)) if worst else None


def _recorded(run: Callable[[], Any]) -> list[Recorded]:
    with recorded_calls() as calls:
        run()
    return calls


def _calls(layer: Any, recorded: list[Recorded]) -> list[Recorded]:
    return [call for call in recorded if call[0] is layer]


def _spread(calls: list[Recorded]) -> list[Recorded]:
    positions = np.unique(np.linspace(0, len(calls) - 1, LATER).astype(int)) if calls else ()
    return [calls[position] for position in positions]
