"""Probe: how the layers are put together, by one eager pass in inference mode. Changes nothing.

The path of the data is followed from layer to layer by the tensors themselves; an operation
that is not a layer ends it, so that nothing is said about what cannot be seen. Cost: the
pass, and one call each of the layers around a kernel.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import BatchNorm, Dropped, Layers
from healthcheck.probes.affine import is_affine
from healthcheck.probes.bench import Bench
from healthcheck.probes.tap import Call, tapped
from healthcheck.subject import each_array, kernels, path_of

PROBED = 16
"""Examples passed: two halves that are mixed."""
_L = keras.layers
CONVOLUTIONS = (_L.Conv1D, _L.Conv2D, _L.Conv3D)
DROPOUTS = (
    _L.Dropout,
    _L.SpatialDropout1D,
    _L.SpatialDropout2D,
    _L.SpatialDropout3D,
    _L.GaussianDropout,
    _L.AlphaDropout,
)


@dataclass(frozen=True)
class Graph:
    """Calls of leaf layers, and for each the calls whose output it takes."""

    calls: list[Call]
    sources: list[list[int]]
    outputs: frozenset[int]
    """Calls that make an output of the model."""
    kernels: dict[int, list[Any]]
    """Trainable kernels by `id` of the layer."""

    @cached_property
    def consumers(self) -> list[list[int]]:
        """For each call, the calls that take its output."""
        return [[at for at, of in enumerate(self.sources) if index in of] for index in range(len(self.calls))]

    def reached(self, index: int) -> Iterator[int]:
        """Yield every call downstream of one."""
        seen: set[int] = set()
        waiting = list(self.consumers[index])
        while waiting:
            at = waiting.pop(0)
            if at not in seen:
                seen.add(at)
                yield at
                waiting += self.consumers[at]


def probe(bench: Bench) -> Layers:
    """Pass some examples through the model and follow them."""
    model, few = bench.subject.model, bench.evaluated.take(slice(0, PROBED))
    x = each_array(tf.convert_to_tensor, few.x)
    graph = _graph(model, x)
    slots = bench.schedule(0).epochs(0, 1)
    sizes = slots.ends - slots.starts
    return Layers(
        affine=_is_affine_map(model, graph, x),
        weight_layers=sum(id(call.layer) in graph.kernels for call in graph.calls),
        stretches=tuple(_stretches(graph)),
        batch_norms=tuple(_batch_norms(graph, int(sizes.max()), int(sizes.min()))),
        dropouts=tuple(_dropouts(graph)),
        batch_size=int(sizes.max()),
        last_batch=int(sizes.min()),
    )


def _graph(model: keras.Model, x: Any) -> Graph:
    with tapped() as tap:
        outputs = keras.tree.flatten(model(x, training=False))
    made: dict[int, int] = {}
    sources: list[list[int]] = []
    for index, call in enumerate(tap.calls):
        sources.append([made[id(tensor)] for tensor in call.inputs if id(tensor) in made])
        # A dropout that drops nothing returns the very tensor it took: from here on it is the maker.
        made[id(call.output)] = index
    owned: dict[int, list[Any]] = {}
    for layer, variable in kernels(model):
        owned.setdefault(id(layer), []).append(variable)
    makers = frozenset(made[id(output)] for output in outputs if id(output) in made)
    return Graph(tap.calls, sources, makers, owned)


def _is_affine_map(model: keras.Model, graph: Graph, x: Any) -> bool:
    """Whether the whole model is affine, when the layers that make the outputs have no activation."""
    if not tf.is_tensor(x) or not (x.dtype.is_floating or x.dtype.is_integer):
        return False
    makers = [graph.calls[index].layer for index in graph.outputs]
    kept = [(layer, layer.activation) for layer in makers if callable(getattr(layer, "activation", None))]
    for layer, _ in kept:
        layer.activation = keras.activations.linear
    try:
        return is_affine(lambda rows: _joined(model(rows, training=False)), tf.cast(x, tf.float32))
    finally:
        for layer, activation in kept:
            layer.activation = activation


def _joined(outputs: Any) -> Any:
    flat = [tf.reshape(tf.cast(one, tf.float32), (len(one), -1)) for one in keras.tree.flatten(outputs)]
    return tf.concat(flat, axis=-1)


def _stretches(graph: Graph) -> Iterator[tuple[str, ...]]:
    """Yield the longest chains of weight layers that could be one layer."""
    following = {index: _next_kernel(graph, index) for index in range(len(graph.calls))}
    followed = {after for after in following.values() if after is not None}
    for index, after in following.items():
        if after is None or index in followed:
            continue
        chain = [index]
        while (at := following.get(chain[-1])) is not None:
            chain.append(at)
        yield tuple(path_of(graph.calls[at].layer) for at in chain)


def _next_kernel(graph: Graph, index: int) -> int | None:
    """Return the next weight layer if nothing nonlinear stands between and one layer could do for both."""
    if not _mixes(graph, index) or not _is_affine_call(graph, index):
        return None
    at = index
    while len(graph.consumers[at]) == 1 and at not in graph.outputs:
        at = graph.consumers[at][0]
        if id(graph.calls[at].layer) in graph.kernels:
            return at if _mixes(graph, at) and not _narrows(graph, index, at) else None
        if not _is_affine_call(graph, at):
            return None
    return None


def _mixes(graph: Graph, index: int) -> bool:
    """Whether the layer multiplies by one full matrix: no depthwise, grouped or factorized kernel."""
    layer, call = graph.calls[index].layer, graph.calls[index]
    owned = graph.kernels.get(id(layer), [])
    if len(owned) != 1 or len(_floats(call)) != 1:
        return False
    return (len(owned[0].shape) == 2 or isinstance(layer, CONVOLUTIONS)) and getattr(layer, "groups", 1) == 1


def _narrows(graph: Graph, index: int, after: int) -> bool:
    """Whether the pair is a low-rank factorization, which one layer of full rank is not."""
    first, second = (graph.kernels[id(graph.calls[at].layer)][0].shape for at in (index, after))
    return first[-1] < min(int(np.prod(first[:-1])), second[-1])


def _is_affine_call(graph: Graph, index: int) -> bool:
    taken = _floats(graph.calls[index])
    return len(taken) == 1 and is_affine(graph.calls[index].layer, taken[0])


def _floats(call: Call) -> list[Any]:
    return [tensor for tensor in call.inputs if tensor.dtype.is_floating]


def _batch_norms(graph: Graph, batch: int, last: int) -> Iterator[BatchNorm]:
    for call in graph.calls:
        layer = call.layer
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable:
            shape: Any = call.output.shape
            positions = math.prod(shape[1:]) // shape[layer.axis]
            yield BatchNorm(path_of(layer), batch * positions, last * positions)


def _dropouts(graph: Graph) -> Iterator[Dropped]:
    for index, call in enumerate(graph.calls):
        if isinstance(call.layer, DROPOUTS):
            norms = [
                graph.calls[at].layer
                for at in graph.reached(index)
                if isinstance(graph.calls[at].layer, keras.layers.BatchNormalization)
            ]
            paths = tuple(dict.fromkeys(path_of(layer) for layer in norms))
            yield Dropped(path_of(call.layer), float(call.layer.rate), index in graph.outputs, paths)
