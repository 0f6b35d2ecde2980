"""The few private touches of Keras and TensorFlow, each with the reason why no public way serves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
from keras.src.backend.common.global_state import get_global_attribute
from tensorflow.python.framework.ops import _gradient_registry


def sublayers(layer: Any) -> list[Any]:
    """Return the layers directly inside a layer.

    `Model.layers` is public but stops at models: what a `MultiHeadAttention`, a
    `Bidirectional` or a user's own composite layer holds is only in `_layers`.
    """
    return list(layer._layers)


def every_layer(model: Any) -> list[Any]:
    """Return all layers of a model, at every depth, parents before children, without the model itself."""
    return list(model._flatten_layers(include_self=False, recursive=True))


def schedule_of(optimizer: Any) -> Any:
    """Return the schedule object that an optimizer was given, None where it has a rate.

    The public `learning_rate` is the number that the schedule has come to.
    """
    given = getattr(optimizer, "_learning_rate", None)
    is_schedule = callable(given) and hasattr(given, "get_config") and not hasattr(given, "assign")
    return given if is_schedule else None


def settings_of(optimizer: Any) -> dict[str, Any]:
    """Return an optimizer's configuration, with a schedule as the object itself.

    `get_config` asks a schedule for its own, and many that users write have none.
    """
    schedule = schedule_of(optimizer)
    if schedule is None:
        return optimizer.get_config()
    optimizer._learning_rate = 0.0
    try:
        config = optimizer.get_config()
    finally:
        optimizer._learning_rate = schedule
    return config | {"learning_rate": schedule}


def shared_seeds() -> list[Any]:
    """Return the state of the generator that serves all random numbers drawn without a seed, if there is one.

    The public door, `keras.random`, would make one, and take a number from Python's generator for it.
    """
    generator = get_global_attribute("global_seed_generator")
    return [] if generator is None else [generator.state]


@contextmanager
def undistributed(model: Any, variables: Iterable[Any], single: Any) -> Iterator[None]:
    """Let what was built under a `tf.distribute` strategy compute with the copies on its first device.

    Outside the strategy's own `run` no gradient is taken by a distributed variable, and inside it
    every device works in a thread of its own. So the Keras variables hold one plain variable each for
    the time of the block; who gives back a value afterwards gives it to all devices. `single` is
    TensorFlow's strategy for one device, which Keras offers no way to go back to.
    """
    strategy = getattr(model, "distribute_strategy", None)
    if strategy is None or type(strategy) is type(single):
        yield
        return
    optimizer = model.optimizer
    optimizers = [one for one in (optimizer, getattr(optimizer, "inner_optimizer", None)) if one is not None]
    held = [(variable, "_value", variable._value) for variable in variables]
    of_optimizers = [(one, "_distribution_strategy", one._distribution_strategy) for one in optimizers]
    for variable, name, value in held:
        setattr(variable, name, strategy.experimental_local_results(value)[0])
    for one, name, _ in of_optimizers:
        setattr(one, name, single)
    try:
        yield
    finally:
        for owner, name, value in held + of_optimizers:
            setattr(owner, name, value)


def registered_gradients() -> frozenset[str]:
    """Return the names under which TensorFlow knows functions with gradients of their own."""
    return frozenset(_gradient_registry._registry)


def forget_gradients(known: frozenset[str]) -> None:
    """Forget the gradients of the functions that were traced since these were known.

    Keras' optimizers sum over the replicas by such a function, and TensorFlow keeps it for ever, with
    the whole graph in which it was traced: some megabytes for every step that is traced. Only for
    functions through which nobody will take a gradient, as those that follow on the gradient.
    """
    for name in registered_gradients() - known:
        del _gradient_registry._registry[name]


@contextmanager
def read_once(optimizer: Any) -> Iterator[None]:
    """Let Keras' own optimizer, in a step that is traced inside the block, read count and rate once for all.

    The update of every variable reads both anew, and computes anew of them what is the same for all, a
    dozen operations each; read once, they are one and the same to TensorFlow, which then computes them
    once: a sixth of a small model's step, to the same bits. `update_step` is public, and cannot be given a
    count. An optimizer with code of the user's own is left alone.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not type(inner).__module__.startswith("keras."):
        yield
        return
    count, apply, update = inner._iterations, inner.apply, inner.update_step
    read: dict[int, tuple[Any, Any]] = {}

    def applying(*args: Any, **kwargs: Any) -> Any:
        read.clear()  # each application changes the count
        return apply(*args, **kwargs)

    def updating(gradient: Any, variable: Any, learning_rate: Any) -> None:
        graph = id(tf.compat.v1.get_default_graph())
        if graph not in read:
            read[graph] = tf.convert_to_tensor(count), tf.convert_to_tensor(learning_rate)
        held = count._value
        count._value, rate = read[graph]
        try:
            update(gradient, variable, rate)
        finally:
            count._value = held

    vars(inner).update(apply=applying, update_step=updating)
    try:
        yield
    finally:
        del vars(inner)["apply"], vars(inner)["update_step"]
