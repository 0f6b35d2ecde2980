"""Probe: the trained model's outputs as functions of its inputs, in inference mode.

A hundred training examples pass through the model four times: as they are, again as they
are, with the second half of the batch replaced, and once per input with its rows in another
order. What a stateful layer keeps and where random numbers stand is put back before each pass.
Cost: one trace of the forward pass, and another where examples mix. Changes nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import HiddenFeatures, Influence, Response, Responses, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.probes.score import constant_score, predicted_classes, score
from healthcheck.probes.state import State
from healthcheck.probes.tap import Call, tapped
from healthcheck.subject import Examples, path_of

PROBED = 128
"""Examples that are looked at."""


def probe(bench: Bench) -> Responses | Skipped:
    """Describe every output, every input, and whether examples of one batch mix."""
    # Drawn, because the first ones of data sorted by class are all of one class.
    drawn = np.random.default_rng([bench.seed, 19]).permutation(bench.evaluated.count)
    few = bench.evaluated.take(np.sort(drawn[: 2 * (min(bench.few(PROBED), len(drawn)) // 2)]))
    if few.count < 4:
        return Skipped(f"{few.count} examples are too few to compare", inconclusive=True)
    with np.errstate(invalid="ignore", over="ignore"):  # a training that diverged
        return _describe(Forward(bench.subject.model), few)


def _describe(forward: "Forward", few: Examples) -> Responses:
    outputs, features = forward.pass_through(few.x)
    targets = keras.tree.flatten(few.y) if few.y is not None else []
    targets = targets if len(targets) == len(outputs) else [None] * len(outputs)
    mixing, repeatability = _mixing(forward, few, outputs)
    rows = zip(forward.names, forward.makers, forward.takers, outputs, targets, features, strict=True)
    return Responses(
        examples=few.count,
        outputs=tuple(_response(*row) for row in rows),
        inputs=tuple(_influences(forward, few, outputs, features)),
        mixing=mixing,
        repeatability=repeatability,
        mixing_layer=_where_mixed(forward, few) if mixing > repeatability else None,
    )


class Forward:
    """A traced forward pass that returns the outputs and what the layers that make them are fed."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.names: list[str] = []
        self.makers: list[str | None] = []
        self.takers: list[str | None] = []
        self._kept = State(model.non_trainable_variables)
        self._call = tf.function(self._traced, autograph=False)

    def pass_through(self, x: Any) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
        """Return outputs and last hidden features, None for an output that has none."""
        self._kept.restore()
        given = keras.tree.map_structure(tf.convert_to_tensor, x)
        outputs, features = self._call(given)
        self._kept.restore()
        return [np.asarray(leaf, "float64") for leaf in outputs], [
            np.asarray(leaf, "float64") if taker else None
            for leaf, taker in zip(features, self.takers, strict=True)
        ]

    def _traced(self, x: Any) -> Any:
        with tapped() as tap:
            predicted = self.model(x, training=False)
        outputs = real_outputs(predicted)
        made = {id(call.output): call for call in tap.calls}
        makers = [made.get(id(output)) for output in outputs]
        takers = [_with_hidden_features(maker, tap.calls) for maker in makers]
        names: list[str] = list(getattr(self.model, "output_names", None) or [])
        self.names = names if len(names) == len(outputs) else list(map(str, range(len(outputs))))
        self.makers = [path_of(call.layer) if call else None for call in makers]
        self.takers = [path_of(call.layer) if call else None for call in takers]
        return outputs, [call.inputs[0] if call else tf.zeros(()) for call in takers]


def real_outputs(predicted: Any) -> list[Any]:
    """Return the real-valued tensors among what a model returns, which may hold names and counts as well."""
    leaves = keras.tree.flatten(predicted)
    return [leaf for leaf in leaves if tf.is_tensor(leaf) and leaf.dtype.is_floating]


def has_kernel(call: Call) -> bool:
    """Return whether the layer has a weight of rank two or more."""
    return any(len(variable.shape) >= 2 for variable in call.layer.weights)


def _with_hidden_features(maker: Call | None, calls: list[Call]) -> Call | None:
    """Go back from the layer that makes an output to the last one with a kernel; None if it is the first.

    None too where branches meet on the way: what enters one of them is not all that counts.
    """
    made = {id(call.output): call for call in calls}
    call, passed = maker, set[int]()
    # A layer that returns what it was given is the maker of its own input.
    while call is not None and not has_kernel(call) and id(call) not in passed:
        passed.add(id(call))
        taken = [tensor for tensor in call.inputs if tensor.dtype.is_floating]
        call = made.get(id(taken[0])) if len(taken) == 1 else None
    if call is None or id(call) in passed or not call.inputs or not call.inputs[0].dtype.is_floating:
        return None
    earlier = calls[: calls.index(call)]
    return call if any(has_kernel(one) for one in earlier) else None


def _response(  # noqa: PLR0913, PLR0917 - one row of a table, column by column
    name: str, maker: str | None, taker: str | None, predicted: np.ndarray, target: Any, features: Any
) -> Response:
    known = target is not None
    return Response(
        output=name,
        layer=maker,
        varies=relative(np.ptp(predicted, axis=0), predicted),
        value=float(predicted.flat[0]) if predicted.size else float("nan"),
        classes=predicted_classes(target, predicted) if known else 0,
        score=score(target, predicted) if known else float("nan"),
        constant_score=constant_score(target, predicted) if known else float("nan"),
        target_varies=known and bool(np.any(np.asarray(target) != np.asarray(target)[:1])),
        features=None if features is None else features_of(str(taker), features),
    )


def relative(change: np.ndarray, values: np.ndarray) -> float:
    """Return the largest change relative to the largest value; 0 where all values are 0, NaN where one is."""
    if not np.isfinite(values).all():
        return float("nan")
    largest = float(np.abs(values).max(initial=0.0))
    return float(np.abs(change).max(initial=0.0)) / largest if largest else 0.0


def features_of(layer: str, values: np.ndarray) -> HiddenFeatures:
    """Describe features over examples and positions; width is their last axis."""
    rows = values.reshape(-1, values.shape[-1])
    # The products of some rows with each other have the eigenvalues of the covariance of them.
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), PROBED)).astype(int)]
    centered = rows - rows.mean(axis=0)
    square, gram = float(np.sum(rows**2)), centered @ centered.T
    traces = float(np.trace(gram)), float(np.sum(gram**2))
    share = traces[0] / square if square else 0.0
    return HiddenFeatures(layer, rows.shape[-1], share, traces[0] ** 2 / traces[1] if traces[1] else 0.0)


def _influences(forward: Forward, few: Examples, outputs: list[Any], features: list[Any]) -> Any:
    """Yield for each input what happens when its rows change places and the other inputs stay."""
    leaves = keras.tree.flatten(few.x)
    for number, (path, leaf) in enumerate(keras.tree.flatten_with_path(few.x)):
        moved = keras.tree.pack_sequence_as(
            few.x, [np.roll(a, 1, axis=0) if i == number else a for i, a in enumerate(leaves)]
        )
        new_outputs, new_features = forward.pass_through(moved)
        # An output may be saturated, and what enters its layer may be one branch of several.
        pairs = list(zip(new_outputs, outputs, strict=True))
        pairs += [pair for pair in zip(new_features, features, strict=True) if pair[0] is not None]
        yield Influence(
            name="x" + "".join(f"[{key!r}]" for key in path),
            varies=bool(np.any(leaf != leaf[:1])),
            change=max((relative(new - old, old) for new, old in pairs), default=0.0),
        )


def _mixing(forward: Forward, few: Examples, outputs: list[Any]) -> tuple[float, float]:
    """Return how far the first half's predictions move when the second half is replaced, and when not."""
    half = few.count // 2
    same, _ = forward.pass_through(few.x)
    other, _ = forward.pass_through(_second_half_replaced(few.x))
    if any(len(output) != few.count for output in outputs):
        return float("nan"), float("nan")
    moved, repeated = (
        max(
            (_of_range(new[:half] - old[:half], old) for new, old in zip(news, outputs, strict=True)),
            default=0.0,
        )
        for news in (other, same)
    )
    return moved, repeated


def _of_range(change: np.ndarray, predicted: np.ndarray) -> float:
    spread, largest = float(np.ptp(predicted)), float(np.abs(change).max(initial=0.0))
    return largest / spread if spread else (0.0 if largest == 0.0 else float("inf"))


def _second_half_replaced(x: Any) -> Any:
    """Put the first example in the place of all of the second half: no statistic of the batch stays."""

    def replaced(leaf: np.ndarray) -> np.ndarray:
        half = len(leaf) // 2
        return np.concatenate([leaf[:half], np.repeat(leaf[:1], len(leaf) - half, axis=0)])

    return keras.tree.map_structure(lambda leaf: replaced(np.asarray(leaf)), x)


def _where_mixed(forward: Forward, few: Examples) -> str | None:
    """Return the first layer whose output depends on other examples while its input does not."""
    layers: list[str] = []

    def traced(x: Any) -> Any:
        with _called() as calls:
            forward.model(x, training=False)
        rowwise = [call for call in calls if call.inputs and call.layer is not forward.model]
        layers.extend(path_of(call.layer) for call in rowwise)
        return [(call.inputs[0], call.output) for call in rowwise]

    call = tf.function(traced, autograph=False)
    kept = State(forward.model.non_trainable_variables)
    old, new = (
        call(keras.tree.map_structure(tf.convert_to_tensor, x)) for x in (few.x, _second_half_replaced(few.x))
    )
    kept.restore()
    for layer, before, after in zip(layers, old, new, strict=False):
        entered, left = (_half_differs(a, b, few.count) for a, b in zip(before, after, strict=True))
        if left:
            return None if entered else layer
    return None


@contextmanager
def _called() -> Iterator[list[Call]]:
    """Record the layers called in the graph that is built, those made of layers after what is in them."""
    graph: Any = tf.compat.v1.get_default_graph()
    calls: list[Call] = []
    layer_call: Any = keras.layers.Layer.__call__

    def recording(self: Any, *args: Any, **kwargs: Any) -> Any:
        output = layer_call(self, *args, **kwargs)
        if tf.compat.v1.get_default_graph() is graph and tf.is_tensor(output):
            given = tuple(leaf for leaf in tf.nest.flatten((args, kwargs)) if tf.is_tensor(leaf))
            calls.append(Call(self, given, output))
        return output

    keras.layers.Layer.__call__ = recording
    try:
        yield calls
    finally:
        keras.layers.Layer.__call__ = layer_call


def _half_differs(one: Any, other: Any, count: int) -> bool:
    old, new = (np.asarray(part, "float64") for part in (one, other))
    if old.ndim == 0 or len(old) != count:
        return False
    half = count // 2
    return relative(new[:half] - old[:half], old) > 1e-4
