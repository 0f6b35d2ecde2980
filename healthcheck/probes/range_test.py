"""Probe: the learning-rate range test of Smith (2017), arXiv:1506.01186.

From the user's start, one step after the other on the planned batches, the rate growing
exponentially from a thousandth of the user's to a thousand times it, until the loss is several
times that of the start. Training mode, the trace of the training. The caller puts everything
back. Cost: at most `STEPS` steps.
"""

from typing import Any

import keras
import numpy as np

from healthcheck.evidence import RangeTest
from healthcheck.keras_private import settings_of
from healthcheck.probes.bench import Bench

STEPS = 72
"""Twelve to the decade."""
DECADES = 3
"""Below and above the user's rate."""
DIVERGED = 4.0
"""Multiple of the first loss at which the test ends."""


def probe(bench: Bench, allowed: float) -> RangeTest:
    """Raise the rate step by step, if that can be done and takes no more steps than allowed."""
    optimizer: Any = bench.subject.model.optimizer
    if optimizer is None or not has_settable_rate(optimizer):
        return RangeTest(np.zeros(0), np.zeros(0), float("nan"))
    bench.begin(0)
    rate = float(np.asarray(optimizer.learning_rate))
    if rate <= 0 or allowed < STEPS:
        return RangeTest(np.zeros(0), np.zeros(0), rate)
    rates = rate * np.logspace(-DECADES, DECADES, STEPS)
    losses = _losses(bench, optimizer, rates)
    return RangeTest(rates[: len(losses)], losses, rate)


def has_settable_rate(optimizer: Any) -> bool:
    """Return whether the learning rate is a number, and no schedule object."""
    config = settings_of(optimizer).get("learning_rate")
    return isinstance(config, (int, float)) or keras.ops.is_tensor(config)


def _losses(bench: Bench, optimizer: Any, rates: np.ndarray) -> np.ndarray:
    schedule = bench.schedule(0)
    slots = schedule.epochs(0, -(-len(rates) // schedule.steps_per_epoch))
    losses: list[float] = []
    for step, rate in enumerate(rates):
        optimizer.learning_rate = float(rate)
        part = slots.part(step, step + 1)
        losses.append(float(bench.feed.steps(bench.traced, part, np.zeros(1, bool)).losses[0]))
        if not abs(losses[-1]) <= DIVERGED * max(abs(losses[0]), 1e-12):
            break
    return np.array(losses)
