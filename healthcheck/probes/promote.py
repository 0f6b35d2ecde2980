"""Compute a model in float64 without copying it, and without moving any of its state.

A copy needs `get_config` from every layer of the user's, and is then not the object that is
trained. So the object itself computes: for the time of a trace, every layer, loss, symbolic
tensor and variable says that it is float64, and `keras.StatelessScope` puts float64 tensors in
the place of the variables. Updates (moving statistics, random states, metrics) go into the scope
and vanish with it, so that dropout draws the same noise in every evaluation.

What is not promoted: casts that the user wrote down, and variables that Keras does not know.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import tensorflow as tf

NARROW = (tf.float16, tf.bfloat16, tf.float32)
_FLOATS = ("float16", "bfloat16", "float32", "float64")


@contextmanager
def promoted() -> Iterator[None]:
    """Let everything of Keras that has a dtype say float64; nothing is changed afterwards."""
    policy, before = keras.DTypePolicy("float64"), keras.config.floatx()

    def says(of: type, name: str) -> Any:
        inherited = getattr(of, name).fget
        return property(lambda self: "float64" if inherited(self) in _FLOATS else inherited(self))

    layer: dict[str, Any] = {
        name: property(lambda _: "float64") for name in ("compute_dtype", "variable_dtype", "input_dtype")
    }
    layer["dtype_policy"] = property(lambda _: policy)
    with ExitStack() as stack:
        for name, value in layer.items():
            stack.enter_context(_patched(keras.layers.Layer, name, value))
        for of in (keras.layers.InputLayer, keras.losses.Loss, keras.KerasTensor, keras.Variable):
            stack.enter_context(_patched(of, "dtype", says(of, "dtype")))
        keras.config.set_floatx("float64")
        try:
            yield
        finally:
            keras.config.set_floatx(before)


@contextmanager
def substituted(variables: Sequence[keras.Variable], values: Sequence[Any]) -> Iterator[None]:
    """Let `variables` have `values`; what is assigned meanwhile does not reach any variable."""
    scope = keras.StatelessScope(collect_losses=True)
    for variable, value in zip(variables, values, strict=True):
        # The scope's own argument would cast the value to the variable's dtype.
        scope.add_update((variable, value))
    with scope:
        yield


@contextmanager
def shielded(layer: keras.layers.Layer) -> Iterator[None]:
    """Let nothing that a layer assigns reach its variables, which keep their values."""
    # Keras asks the scope for what it regularizes, and gets None of what is not there.
    variables = layer.trainable_variables
    with substituted(variables, [variable.value for variable in variables]):
        yield


def floating(variables: Sequence[keras.Variable]) -> list[keras.Variable]:
    """Return the variables with real values, each once."""
    unique = {id(variable): variable for variable in variables}
    return [variable for variable in unique.values() if variable.dtype in _FLOATS]


def is_narrow(concrete: Any, target: Any) -> bool:
    """Return whether a float64 value is rounded to fewer bits on the way to `target`."""
    waiting, seen = [target.op], set[int]()
    while waiting:
        operation = waiting.pop()
        if id(operation) in seen:
            continue
        seen.add(id(operation))
        # Casts, and operations that know only float32 as their result: resizing an image.
        if any(tensor.dtype == tf.float64 for tensor in operation.inputs) and any(
            tensor.dtype in NARROW for tensor in operation.outputs
        ):
            return True
        waiting += [tensor.op for tensor in operation.inputs]
    # What a loop runs is looked at whole, be it on the way or not.
    bodies = concrete.graph.as_graph_def().library.function
    kinds = {kind.as_datatype_enum for kind in NARROW}
    return any(
        node.op == "Cast"
        and node.attr["SrcT"].type == tf.float64.as_datatype_enum
        and node.attr["DstT"].type in kinds
        for body in bodies
        for node in body.node_def
    )


@contextmanager
def _patched(of: Any, name: str, value: Any) -> Iterator[None]:
    is_own = name in vars(of)
    before = vars(of).get(name)
    setattr(of, name, value)
    try:
        yield
    finally:
        if is_own:
            setattr(of, name, before)
        else:
            delattr(of, name)
