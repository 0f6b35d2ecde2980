"""Probe: the units of every layer with an activation function, before and after the training probe.

Inference mode, on the fixed training examples. Costs one trace of the forward pass.
The caller says when; the probe changes nothing.
"""

import numpy as np

from healthcheck.evidence import Twins, Units
from healthcheck.probes.bench import Bench
from healthcheck.probes.observe import Observer
from healthcheck.probes.structure import output_layers
from healthcheck.subject import kernels, path_of, value_of

NEGLIGIBLE_SLOPE = 0.05
"""A unit is saturated when its mean slope is below this share of the largest slope."""


def units(bench: Bench, observer: Observer) -> tuple[Units, ...]:
    """Measure the units as the model stands now."""
    makers = set(output_layers(bench.subject.model, bench.evaluated))
    sums = observer.observe(bench.evaluated_data[0], bench.few(1024) // 4)
    return tuple(
        Units(
            layer=path,
            units=len(of.largest),
            hidden=path not in makers,
            activation=observer.sites[path].activation,
            preactivation_rms=float(np.sqrt(of.square.sum() / (of.count * len(of.square)))),
            dead=_share(of.largest == 0.0, of.largest),
            saturated=_share(of.slope / of.count < NEGLIGIBLE_SLOPE * observer.slopes[path], of.slope),
        )
        for path, of in sums.items()
    )


def twins(bench: Bench) -> tuple[Twins, ...]:
    """Compare the units of every kernel among each other, as they were at the start and as they are."""
    return tuple(
        Twins(
            path_of(layer),
            variable.shape[-1],
            twin_share(bench.state.value(variable)),
            twin_share(value_of(variable)),
        )
        for layer, variable in kernels(bench.subject.model)
        if variable.shape[-1] > 1
    )


def twin_share(kernel: np.ndarray) -> float:
    """Return the share of units (last axis) whose incoming weights equal another unit's, bit by bit."""
    columns = np.ascontiguousarray(kernel.reshape(-1, kernel.shape[-1]).T)
    _, counts = np.unique(columns, axis=0, return_counts=True)
    return float(counts[counts > 1].sum() / len(columns))


def _share(units: np.ndarray, measured: np.ndarray) -> float:
    return float(units.mean()) if np.isfinite(measured).all() else float("nan")
