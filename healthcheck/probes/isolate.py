"""Make the scalar function whose gradient is checked: of a layer, a function, a loss, a training step."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.probes.problem import NotDifferentiableError, Part, Problem
from healthcheck.probes.promote import floating, promoted, substituted
from healthcheck.subject import value_of

Recorded = tuple[Any, tuple[Any, ...], dict[str, Any]]
"""A layer, and the arguments of one call of it."""


@dataclass(frozen=True)
class Call:
    """A call that is differentiated: what is called, with what, and with which variables."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    trainable: Sequence[Any] = ()
    others: Sequence[Any] = ()
    fixed: frozenset[int] = frozenset()
    """Flat positions of arguments that are not differentiated by."""


def layer_call(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Return the call of a layer in training mode."""
    if "training" in inspect.signature(layer.call).parameters:
        kwargs = {"training": True} | kwargs
    trainable = floating(layer.trainable_variables)
    known = {id(variable) for variable in trainable}
    others = [variable for variable in floating(layer.variables) if id(variable) not in known]
    return Call(layer, args, kwargs, trainable, others)


def problem_of(call: Call, seed: int, order: int = 1) -> Problem:
    """Return the call as a problem, in float64 where that is possible and in float32 where not."""
    # Code of the user's may not be computable in float64.
    with suppress(Exception), promoted():
        made = _problem(call, seed, "float64", order)
        # Some operations can be traced in float64 and have no kernel for it: AvgPool3D on a CPU.
        made.gradient(made.point(part.value for part in made.parts))
        return made
    try:
        return _problem(call, seed, "float32", order)
    except NotDifferentiableError:
        raise
    except Exception as error:
        told = str(error).strip().splitlines() or [""]
        raise NotDifferentiableError(f"{type(error).__name__}: {told[0][:200]}") from error


def _problem(call: Call, seed: int, precision: str, order: int) -> Problem:
    leaves = keras.tree.flatten((call.args, call.kwargs))
    inputs = [i for i, leaf in enumerate(leaves) if i not in call.fixed and _is_real(leaf)]
    shown = _names(call, leaves)
    # What is real but fixed (targets, weights) has to have the same precision.
    leaves = [tf.cast(leaf, precision) if _is_real(leaf) else leaf for leaf in leaves]
    variables = [Part(variable.path, value_of(variable)) for variable in call.trainable]
    parts = [Part(shown[i], np.asarray(leaves[i], "float64"), True) for i in inputs] + variables
    if not parts:
        raise NotDifferentiableError("there is nothing real-valued to differentiate by")
    others = [tf.constant(value_of(variable), precision) for variable in call.others]

    def function(values: list[Any]) -> Any:
        given = list(leaves)
        for position, value in zip(inputs, values, strict=False):
            given[position] = value
        args, kwargs = keras.tree.pack_sequence_as((call.args, call.kwargs), given)
        with substituted([*call.trainable, *call.others], [*values[len(inputs) :], *others]):
            result = call.function(*args, **kwargs)
        return _projected(result, seed)

    return Problem(_sloped(function, seed) if order == 2 else function, parts, precision)


def _projected(result: Any, seed: int) -> Any:
    """Return the inner product of all real outputs with fixed random numbers; a scalar is itself."""
    outputs = [tf.convert_to_tensor(leaf) for leaf in keras.tree.flatten(result) if leaf is not None]
    outputs = [output for output in outputs if output.dtype.is_floating]
    if not outputs:
        raise NotDifferentiableError("no output is real-valued")
    if len(outputs) == 1 and outputs[0].shape.rank == 0:
        return outputs[0]
    total = tf.zeros((), tf.float64)
    for number, output in enumerate(outputs):
        # Stateless, so that the second trace projects as the first one did, whatever the shape.
        random = tf.random.stateless_normal(tf.shape(output), (seed, number), dtype=tf.float64)
        total += tf.reduce_sum(random * tf.cast(output, tf.float64))
    return total


def _sloped(function: Callable[[list[Any]], Any], seed: int) -> Callable[[list[Any]], Any]:
    """Return the directional derivative of a function, whose own gradient holds second derivatives."""

    def slope(values: list[Any]) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(values)
            value = function(values)
        gradients = tape.gradient(value, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        total = tf.zeros((), tf.float64)
        for number, one in enumerate(map(tf.convert_to_tensor, gradients)):
            random = tf.random.stateless_normal(tf.shape(one), (seed, 100 + number), dtype=tf.float64)
            total += tf.reduce_sum(random * tf.cast(one, tf.float64))
        return total

    return slope


def _names(call: Call, leaves: list[Any]) -> list[str]:
    paths = [".".join(map(str, path)) for path, _ in _flattened((call.args, call.kwargs))]
    return [f"input {path}" for path in paths] if len(paths) == len(leaves) else ["input"] * len(leaves)


def _flattened(tree: tuple[tuple[Any, ...], dict[str, Any]]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    args, kwargs = tree
    flat = keras.tree.flatten_with_path(args)
    yield from ((tuple(path), leaf) for path, leaf in flat)
    yield from ((tuple(path), leaf) for path, leaf in keras.tree.flatten_with_path(kwargs))


def _is_real(leaf: Any) -> bool:
    return (tf.is_tensor(leaf) or isinstance(leaf, np.ndarray)) and tf.as_dtype(leaf.dtype).is_floating


class _Reached(BaseException):
    """The training step has come to its gradient; no `except Exception` of the user's may catch it."""

    def __init__(self, target: Any) -> None:
        self.target = target


def training_loss(model: Any) -> Callable[[Any, Any, Any], Any]:
    """Return the loss that the model's own `train_step` hands to its gradient tape."""

    def loss(x: Any, y: Any, weight: Any) -> Any:
        target = until_gradient(model, x, y, weight)
        return tf.add_n([tf.reduce_sum(part) for part in tf.nest.flatten(target)])

    return loss


def packed(x: Any, y: Any, weight: Any) -> Any:
    """Return a batch in the form in which Keras hands it to `train_step`."""
    if y is None and weight is None:
        return (x,) if isinstance(x, (tuple, list)) else x
    return (x, y) if weight is None else (x, y, weight)


def until_gradient(model: Any, x: Any, y: Any, weight: Any) -> Any:
    """Run the model's own `train_step` until it asks for the gradient, and return of what."""
    with _stopping():
        try:
            model.train_step(packed(x, y, weight))
        except _Reached as reached:
            return reached.target
    raise NotDifferentiableError("the model's `train_step` takes no gradient with a `tf.GradientTape`")


@contextmanager
def _stopping() -> Iterator[None]:
    gradient: Any = tf.GradientTape.gradient

    def stop(self: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        # A gradient by tensors is part of the loss: a gradient penalty, say.
        if all(isinstance(source, tf.Tensor) for source in tf.nest.flatten(sources)):
            return gradient(self, target, sources, *args, **kwargs)
        raise _Reached(target)

    tf.GradientTape.gradient = stop
    try:
        yield
    finally:
        tf.GradientTape.gradient = gradient


@contextmanager
def recorded_calls() -> Iterator[list[Recorded]]:
    """Record every call of every layer, those inside before those around them; run it eagerly."""
    calls: list[Recorded] = []
    layer_call: Any = keras.layers.Layer.__call__

    def recording(self: Any, *args: Any, **kwargs: Any) -> Any:
        output = layer_call(self, *args, **kwargs)
        calls.append((self, args, kwargs))
        return output

    keras.layers.Layer.__call__ = recording
    try:
        yield calls
    finally:
        keras.layers.Layer.__call__ = layer_call
