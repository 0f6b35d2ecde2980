"""Probe: whether the loss goes up and down with the steps, and how far chance alone would move it.

Inference mode. The losses of the steps are those of the training. Where successive ones alternate,
random batches of the user's size are evaluated at the trained weights. Cost: nothing, or one trace of
the evaluation and `DRAWS` batches. Changes nothing.
"""

import numpy as np

from healthcheck.evidence import Oscillation, Skipped, Training
from healthcheck.probes.bench import Bench
from healthcheck.probes.trace import on_device

DRAWS = 16
"""Random batches: the standard deviation among them is known to within a fifth."""


def probe(bench: Bench, training: Training) -> Oscillation | Skipped:
    """Describe the second half of the step losses."""
    losses = training.step_losses[len(training.step_losses) // 2 :]
    if len(losses) < 4:
        return Skipped(f"{len(training.step_losses)} steps are too few to oscillate", inconclusive=True)
    residual = around_trend(losses)
    autocorrelation = lag_one(residual)
    # Of pure noise one in forty goes that far below zero.
    is_regular = autocorrelation < -2.0 / np.sqrt(len(losses))
    noise = batch_noise(bench) if is_regular else float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        amplitude, noise = np.array([residual.std(), noise]) / abs(bench.constant_loss)
    return Oscillation(len(losses), float(amplitude), autocorrelation, float(noise))


def around_trend(losses: np.ndarray) -> np.ndarray:
    """Return the losses without their straight line; NaN where one is not finite."""
    if not np.isfinite(losses).all():
        return np.full(len(losses), np.nan)
    steps = np.arange(len(losses)) - (len(losses) - 1) / 2
    slope = np.sum(steps * losses.astype("float64")) / np.sum(steps**2)
    return losses - losses.mean() - slope * steps


def lag_one(residual: np.ndarray) -> float:
    """Return the autocorrelation between neighbours; 0 where nothing varies."""
    total = float(np.sum(residual**2))
    return float(np.sum(residual[1:] * residual[:-1])) / total if total else 0.0


def batch_noise(bench: Bench) -> float:
    """Return the standard deviation of the loss among random batches, drawn as an epoch draws them."""
    examples, wanted = bench.evaluated, min(bench.subject.batch_size, bench.subject.train.count)
    # Of a part of the data only smaller batches can be drawn that differ enough; noise falls with the root.
    is_whole = examples.count == bench.subject.train.count
    size = wanted if is_whole else min(wanted, examples.count // 4)
    random = np.random.default_rng([bench.seed, 17])
    losses = [
        bench.traced.evaluate(on_device(examples.take(random.permutation(examples.count)[:size])), size).loss
        for _ in range(DRAWS)
    ]
    return float(np.std(losses, ddof=1)) * float(np.sqrt(size / wanted))
