"""Probe: outputs, losses and targets, by behaviour. Inference mode; changes nothing."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Activation, Output, Structure
from healthcheck.keras_private import schedule_of
from healthcheck.probes.activation import describe
from healthcheck.probes.bench import Bench
from healthcheck.probes.observe import ACTIVATION_LAYERS
from healthcheck.probes.own_step import has_own_loss
from healthcheck.probes.tap import tapped
from healthcheck.subject import (
    Examples,
    each_array,
    has_moving_statistics,
    leaf_layers,
    path_of,
    targets_of,
)

PROBED = 256
"""Examples whose predictions are looked at."""
_L = keras.losses
KINDS: dict[str, tuple[Any, ...]] = {
    "binary": (
        _L.BinaryCrossentropy,
        _L.BinaryFocalCrossentropy,
        _L.binary_crossentropy,
        _L.binary_focal_crossentropy,
    ),
    "categorical": (
        _L.CategoricalCrossentropy,
        _L.CategoricalFocalCrossentropy,
        _L.categorical_crossentropy,
        _L.categorical_focal_crossentropy,
    ),
    "sparse": (_L.SparseCategoricalCrossentropy, _L.sparse_categorical_crossentropy),
    "squared": (_L.MeanSquaredError, _L.mean_squared_error),
    "absolute": (_L.MeanAbsoluteError, _L.Huber, _L.LogCosh, _L.mean_absolute_error, _L.huber, _L.log_cosh),
}


def probe(bench: Bench) -> Structure:
    """Describe each output together with its loss and its targets."""
    model = bench.subject.model
    is_known = bench.subject.callable and not has_own_loss(model, bench.subject.train.y)
    return Structure(
        outputs=tuple(_outputs(bench)) if is_known else (),
        normalizes=_normalizes(model),
        optimizer=type(model.optimizer).__name__,
        learning_rate=_constant_rate(model.optimizer),
        trainable=sum(int(np.prod(variable.shape)) for variable in model.trainable_variables),
    )


def _outputs(bench: Bench) -> Iterator[Output]:
    model, few = bench.subject.model, bench.evaluated.take(slice(0, bench.few(PROBED)))
    # Eagerly, because Keras attaches what a loss may take instead to the very tensor; a batch at a time,
    # because an eager pass keeps what every layer gives until its end.
    size = max(bench.subject.batch_size, 32)
    passes = [
        model(each_array(tf.convert_to_tensor, few.between(at, at + size).x), training=False)
        for at in range(0, few.count, size)
    ]
    prediction = passes[0]
    outputs = keras.tree.flatten(prediction)
    targets, losses = targets_of(prediction, bench.subject.train.y), _losses(model, prediction)
    if not len(outputs) == len(targets) == len(losses):
        return
    makers = output_layers(model, few)
    names = output_names(model, len(outputs))
    known = [_activation(model, maker) for maker in makers]
    parts = zip(*(map(np.asarray, keras.tree.flatten(one)) for one in passes), strict=True)
    wholes = [np.concatenate(arrays) if arrays[0].ndim else arrays[0] for arrays in parts]
    predicted = zip(outputs, wholes, strict=True)
    for row in zip(names, makers, known, predicted, targets, losses, strict=False):
        if row[-2] is not None and row[-1] is not None:
            yield _output(*row)


def _constant_rate(optimizer: Any) -> float:
    """Return the learning rate, or NaN for a schedule object, whose configuration is a mapping."""
    if optimizer is None or schedule_of(optimizer) is not None:
        return float("nan")
    given = optimizer.get_config().get("learning_rate")
    return float("nan") if given is None or isinstance(given, dict) else float(given)


def has_impossible_labels(structure: Structure) -> bool:
    """Return whether a class number lies outside the classes: on a CPU TensorFlow refuses the step."""
    return any(
        output.kind == "sparse" and not (output.target_minimum >= 0 and output.target_maximum < output.units)
        for output in structure.outputs
    )


def output_names(model: keras.Model, count: int) -> list[str]:
    """Return the names of the flat outputs; a subclassed model's are their numbers."""
    return list(getattr(model, "output_names", None) or map(str, range(count)))


def output_layers(model: keras.Model, examples: Examples) -> list[str | None]:
    """Return for each output the path of the layer whose output it is, or None."""
    few = keras.tree.map_structure(tf.convert_to_tensor, examples.take(slice(0, 2)).x)
    makers: list[str | None] = []

    @tf.function(autograph=False)
    def traced(x: Any) -> Any:
        with tapped() as tap:
            outputs = keras.tree.flatten(model(x, training=False))
        made_by = {id(call.output): path_of(call.layer) for call in tap.calls}
        makers.extend(made_by.get(id(output)) for output in outputs)
        return outputs

    traced.get_concrete_function(few)
    return makers


def _is_bypassed(loss: Any, target: Any, output: Any) -> bool:
    few = tf.convert_to_tensor(target[: len(output)])
    taken, plain = (float(tf.reduce_mean(loss(few, tensor))) for tensor in (output, tf.identity(output)))
    return not np.isclose(taken, plain, rtol=1e-3, equal_nan=True)


def _output(  # noqa: PLR0913, PLR0917 - one row of a table, column by column
    name: str, maker: str | None, activation: Activation | None, given: Any, target: Any, loss: Any
) -> Output:
    of_first_pass, predicted = given
    kind = next((kind for kind, known in KINDS.items() if _is_one_of(loss, known)), "other")
    from_logits = _from_logits(loss)
    possible = kind != "sparse" or (np.min(target) >= 0 and np.max(target) < predicted.shape[-1])
    bypassed = from_logits and possible and _is_bypassed(loss, target, of_first_pass)
    target = np.asarray(target)
    rows = target.reshape(-1, target.shape[-1] if target.ndim > 1 else 1)
    integers = target.dtype.kind in "iub" or bool(np.all(np.equal(np.mod(target[np.isfinite(target)], 1), 0)))
    sums = rows.sum(axis=1)
    return Output(
        name=name,
        layer=maker,
        units=int(predicted.shape[-1]) if predicted.ndim > 1 else 1,
        loss=_name(loss),
        kind=kind,
        from_logits=from_logits,
        bypassed=bypassed,
        activation=activation,
        minimum=float(predicted.min()),
        maximum=float(predicted.max()),
        sums_to_one=_sums_to_one(predicted),
        target_minimum=float(target.min()),
        target_maximum=float(target.max()),
        target_integers=integers,
        target_classes=len(np.unique(target)) if integers else 0,
        target_row_sums=(float(sums.min()), float(sums.max())),
        target_std=float(target.std()),
        target_size=int(np.prod(target.shape[1:])),
    )


def _sums_to_one(predicted: Any) -> bool:
    # Rounding to float16 leaves a softmax over a thousand classes within 0.005 of one.
    sums = predicted.astype("float64").sum(axis=-1)
    return bool((predicted >= 0).all() and np.allclose(sums, 1.0, atol=5e-3))


def _losses(model: keras.Model, prediction: Any) -> list[Any]:
    """Return the compiled loss of each output, in the order of the outputs."""
    given = getattr(model, "loss", None)
    count = len(keras.tree.flatten(prediction))
    if isinstance(given, dict):
        names = getattr(model, "output_names", None) or list(given)
        given = [given.get(name) for name in names]
    listed = list(given) if isinstance(given, (list, tuple)) else [given] * count
    return [keras.losses.get(loss) if isinstance(loss, str) else loss for loss in listed]


def _is_one_of(loss: Any, known: tuple[Any, ...]) -> bool:
    classes = tuple(item for item in known if isinstance(item, type))
    return isinstance(loss, classes) or any(loss is item for item in known)


def _from_logits(loss: Any) -> bool:
    return isinstance(loss, keras.losses.Loss) and bool(loss.get_config().get("from_logits", False))


def _name(loss: Any) -> str:
    return getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__)


def _activation(model: keras.Model, maker: str | None) -> Activation | None:
    layer = next((layer for layer in leaf_layers(model) if path_of(layer) == maker), None)
    if isinstance(layer, (keras.layers.Softmax, *ACTIVATION_LAYERS)):
        return describe(layer.call)
    function = getattr(layer, "activation", None)
    return describe(function) if callable(function) else None


def _normalizes(model: keras.Model) -> bool:
    """Whether a layer normalizes: it keeps a `moving_mean`, or normalizes each example by itself."""
    norms = (keras.layers.LayerNormalization, keras.layers.GroupNormalization, keras.layers.UnitNormalization)
    return has_moving_statistics(model) or any(isinstance(layer, norms) for layer in leaf_layers(model))
