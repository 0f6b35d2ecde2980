"""Probe: gradients over the first steps, in training mode.

The first steps of the planned training, each measured, with the trace of the
training probe; the start is put back. A layer that starts at zero blocks the gradient
in the first step and not in the next, so one step would not do. Cost: one trace and
eight steps.
"""

from collections import defaultdict

import numpy as np

from healthcheck.evidence import Initial, Inputs, Kernel, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.probes.first import first_inputs
from healthcheck.subject import kernels, path_of, value_of


def probe(bench: Bench) -> Initial:
    """Measure every kernel in each of the first steps."""
    steps = bench.first_steps
    return Initial(
        batches=len(steps.losses),
        loss=float(steps.losses[0]),
        constant_loss=bench.constant_loss,
        kernels=_kernels(bench, steps.kernels),
        shared=_shared(bench),
    )


def inputs(bench: Bench) -> Inputs | Skipped:
    """Measure what arrives at the first layer with a kernel."""
    measured = first_inputs(bench.subject.model, bench.evaluated_data[0])
    bench.begin(0)
    return measured


def _kernels(bench: Bench, moments: np.ndarray) -> tuple[Kernel, ...]:
    owned = kernels(bench.subject.model)
    sizes = np.array([float(np.prod(variable.shape)) for _, variable in owned])
    norms = np.sqrt(moments[:, :, 1] * sizes)
    flow = norms * np.sqrt(moments[:, :, 3] * sizes)
    largest = flow.max(axis=1, keepdims=True) if len(owned) else flow
    with np.errstate(invalid="ignore"):  # a training that diverges at once
        relative = np.divide(flow, largest, out=np.full_like(flow, np.nan), where=largest > 0)
    stds = np.sqrt(np.maximum(moments[0, :, 3] - moments[0, :, 2] ** 2, 0.0))
    return tuple(
        Kernel(path_of(layer), variable.path, float(norm), float(share), float(std))
        for (layer, variable), norm, share, std in zip(
            owned, np.median(norms, axis=0), _median_of_numbers(relative), stds, strict=True
        )
    )


def _median_of_numbers(shares: np.ndarray) -> np.ndarray:
    """Take the median over the steps in which any gradient flowed; NaN when there was none."""
    flowing = shares[~np.isnan(shares).any(axis=1)]
    return np.median(flowing, axis=0) if len(flowing) else np.full(shares.shape[1], np.nan)


def _shared(bench: Bench) -> tuple[tuple[str, ...], ...]:
    """Group the layers whose kernels one initializer instance drew to equal values.

    Layers of other shapes get other values from the same instance, so they do not count.
    """
    owners = {id(variable): path_of(layer) for layer, variable in kernels(bench.subject.model)}
    groups: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for draw in bench.subject.draws:
        if id(draw.variable) in owners and hasattr(draw.initializer, "seed"):
            groups[draw.group, value_of(draw.variable).tobytes()].append(owners[id(draw.variable)])
    return tuple(tuple(paths) for paths in groups.values() if len(paths) > 1)
