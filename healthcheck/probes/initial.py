"""Probe: gradients and signals before the first update, in training mode, over several batches.

Each batch is one step from the same start, with the trace of the training probe;
the start is put back. Cost: one trace and `BATCHES` steps.
"""

from collections import defaultdict

import numpy as np

from healthcheck.evidence import Initial, Inputs, Kernel, Signal, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.probes.first import first_inputs
from healthcheck.subject import kernels, path_of, value_of

BATCHES = 8


def probe(bench: Bench) -> Initial:
    """Measure every kernel and every layer call on each of the first batches."""
    schedule = bench.schedule(0)
    batches = min(BATCHES, schedule.steps_per_epoch)
    losses, of_kernels, of_calls = [], [], []
    for batch in range(batches):
        bench.begin(0)
        steps = bench.measure(schedule.epochs(0, 1).part(batch, batch + 1))
        losses.append(steps.losses[0])
        of_kernels.append(steps.kernels[0])
        of_calls.append(steps.calls[0])
    bench.begin(0)
    return Initial(
        batches=batches,
        loss=float(np.mean(losses)),
        constant_loss=bench.constant_loss,
        kernels=_kernels(bench, np.array(of_kernels)),
        signals=_signals(bench, np.array(of_calls)),
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
    relative = np.divide(flow, largest, out=np.full_like(flow, np.nan), where=largest > 0)
    stds = np.sqrt(np.maximum(moments[0, :, 3] - moments[0, :, 2] ** 2, 0.0))
    return tuple(
        Kernel(path_of(layer), variable.path, float(norm), float(share), float(std))
        for (layer, variable), norm, share, std in zip(
            owned, np.median(norms, axis=0), np.median(relative, axis=0), stds, strict=True
        )
    )


def _signals(bench: Bench, moments: np.ndarray) -> tuple[Signal, ...]:
    rms = np.sqrt(np.median(moments[:, :, 1:], axis=0))
    return tuple(
        Signal(path, float(forward), float(backward))
        for path, forward, backward in zip(bench.traced.call_paths, rms[:, 0], rms[:, 1], strict=True)
    )


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
