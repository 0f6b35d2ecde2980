"""Probe: the simple gradient noise scale of McCandlish et al. (2018), arXiv:1812.06162, appendix A.

The norm of the gradient of a batch of size B has the expectation |G|² + S/B, where G is the
gradient of all data and S the trace of the covariance over examples; batches of two sizes give
both, and S/|G|² is the scale. Measured over the kernels, in training mode, at the user's start
and at the trained weights, with the trace of the training: every batch is one step at a rate of
zero, so a schedule object, whose rate cannot be set, is left alone. The interval is a bootstrap
over batches. Cost: a tenth of the steps of the training at most. The caller puts the state back.
"""

from typing import Any

import numpy as np

from healthcheck.evidence import GradientNoise, NoiseScale, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.probes.range_test import has_settable_rate
from healthcheck.schedule import Slots

BATCHES = 12
FEWEST = 4
RATIO = 8
"""Of the larger batch to the smaller."""
SMALLEST = 4
"""Size of the smaller batch at least; the larger one is no larger than the user's, if that can be."""
FEWEST_EXAMPLES = 2 * RATIO * SMALLEST
SHARE = 0.1
"""Of the steps of the training."""
RESAMPLED = 500


def probe(bench: Bench, trained: int) -> GradientNoise | Skipped:
    """Measure at the trained weights, where the model stands, and then at the start."""
    plan = bench.subject
    if plan.train.count < FEWEST_EXAMPLES:
        return Skipped(f"{plan.train.count} examples; {FEWEST_EXAMPLES} are needed", inconclusive=True)
    small = max(SMALLEST, min(plan.batch_size, plan.train.count // 2) // RATIO)
    if not (plan.model.optimizer and bench.traced.kernels) or _has_one_batch_size(plan.model):
        return Skipped("no optimizer, no trainable kernel, or a model of one batch size only")
    batches = min(BATCHES, int(SHARE * trained) // 4)
    if batches < FEWEST:
        needed = round(4 * FEWEST / SHARE)
        return Skipped(f"{trained:,} steps of training; {needed:,} are needed", inconclusive=True)
    if not has_settable_rate(plan.model.optimizer):
        return Skipped("the learning rate follows a schedule object, and cannot be held at zero")
    end = _noise_scale(bench, small, batches)
    bench.begin(0)
    return GradientNoise(plan.batch_size, batches, _noise_scale(bench, small, batches), end)


def noise_scale(small: np.ndarray, large: np.ndarray, sizes: tuple[int, int], seed: int) -> NoiseScale:
    """Return the scale from the squared gradient norms of batches of two sizes, each [batches]."""
    less, more = sizes
    noise = (small - large) / (1 / less - 1 / more)
    signal = (more * large - less * small) / (more - less)
    chosen = np.random.default_rng([seed, 41]).integers(len(small), size=(RESAMPLED, len(small)))
    scales = [_ratio(noise[rows].mean(), signal[rows].mean()) for rows in chosen]
    low, high = np.quantile(scales, [0.025, 0.975], method="nearest")
    return NoiseScale(_ratio(noise.mean(), signal.mean()), float(low), float(high))


def _ratio(noise: float, signal: float) -> float:
    if not np.isfinite(noise + signal):
        return float("nan")
    return max(float(noise / signal), 0.0) if signal > 0 else float("inf")


def _noise_scale(bench: Bench, small: int, batches: int) -> NoiseScale:
    optimizer: Any = bench.subject.model.optimizer
    optimizer.learning_rate = 0.0
    random = np.random.default_rng([bench.seed, 43])
    sizes = np.repeat([small, RATIO * small], batches)
    rows = [random.choice(bench.subject.train.count, size) for size in sizes]
    ends = np.cumsum(sizes).astype("int32")
    steps = bench.measure(Slots(np.concatenate(rows).astype("int32"), ends - sizes.astype("int32"), ends))
    if len(steps.kernels) < len(sizes):
        return NoiseScale(*[float("nan")] * 3)  # a loss that is not finite ended the steps
    weights = np.array([float(np.prod(kernel.shape)) for kernel in bench.traced.kernels])
    norms = (steps.kernels[:, :, 1] * weights).sum(axis=1)
    return noise_scale(norms[:batches], norms[batches:], (small, RATIO * small), bench.seed)


def _has_one_batch_size(model: Any) -> bool:
    inputs = getattr(model, "inputs", None) or []
    return any(len(one.shape) and one.shape[0] is not None for one in inputs)
