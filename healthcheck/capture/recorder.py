"""Watch a script build its model: which line made each layer, which initializer drew each weight."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import keras

from healthcheck.capture.replaced import defining, replaced
from healthcheck.keras_private import sublayers
from healthcheck.report import Source
from healthcheck.sources import current_source
from healthcheck.subject import Draw, Sources, leaf_layers, path_of


@dataclass
class Recorder:
    """What was seen so far of layers, weights and `compile` calls."""

    layers: "WeakKeyDictionary[keras.layers.Layer, Source]" = field(default_factory=WeakKeyDictionary)
    compiles: "WeakKeyDictionary[keras.Model, Source]" = field(default_factory=WeakKeyDictionary)
    initializers: dict[int, tuple[keras.Variable, Any]] = field(default_factory=dict)

    def sources(self, model: keras.Model, fit: Source | None) -> Sources:
        """Return where the parts of a model were written."""
        return Sources(layers=dict(self._lines(model, None)), compile=self.compiles.get(model), fit=fit)

    def _lines(self, parent: Any, line: Source | None) -> Iterator[tuple[str, Source]]:
        """Give each layer its line; what a layer of Keras makes inside itself stands on that layer's."""
        for layer in sublayers(parent):
            own = (
                line if line and type(parent).__module__.startswith("keras.") else None
            ) or self.layers.get(layer)
            if own and not isinstance(layer, keras.layers.InputLayer):
                yield path_of(layer), own
            yield from self._lines(layer, None if isinstance(layer, keras.Model) else own)

    def restart(self, model: keras.Model) -> None:
        """Give every weight the value that its initializer drew, where that can be known."""
        for variable in model.weights:
            _, initializer = self.initializers.get(id(variable), (None, None))
            if isinstance(initializer, keras.initializers.Initializer) and not _is_random(initializer):
                variable.assign(initializer(tuple(variable.shape), dtype=variable.dtype))

    def draws(self, model: keras.Model) -> tuple[Draw, ...]:
        """Return the weights that still hold what their initializer drew, and may be drawn anew.

        Keras 3 initializers are stateless: calling one again gives the same values. So a weight
        that was loaded or trained in the meantime is told from a fresh one by comparing, and is
        never drawn anew; nor is a fresh one before it, to whose values it was trained.
        """
        groups: dict[int, int] = {}
        draws: list[Draw] = []
        for variable in model.weights:
            _, initializer = self.initializers.get(id(variable), (None, None))
            if not isinstance(initializer, keras.initializers.Initializer) or _is_random(initializer):
                continue
            if _is_fresh(variable, initializer):
                draws.append(Draw(variable, initializer, groups.setdefault(id(initializer), len(groups))))
            elif variable.trainable and len(variable.shape) >= 2:
                draws.clear()
        return tuple(draws)


def _is_random(initializer: Any) -> bool:
    """Whether it has a seed generator, so that every call draws something else."""
    return hasattr(initializer, "seed") and not isinstance(initializer.seed, int)


def _is_fresh(variable: keras.Variable, initializer: Any) -> bool:
    drawn = initializer(tuple(variable.shape), dtype=variable.dtype)
    return bool(keras.ops.all(keras.ops.equal(drawn, variable.value)))


def _with_instance(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any], Any]:
    """Put the initializer's instance in place of its name, so that we hold the one that draws."""
    if len(args) > 1:
        initializer = keras.initializers.get(args[1])
        return (args[0], initializer, *args[2:]), kwargs, initializer
    if kwargs.get("initializer") is None:
        return args, kwargs, None
    initializer = keras.initializers.get(kwargs["initializer"])
    return args, kwargs | {"initializer": initializer}, initializer


def initializers_of(model: keras.Model) -> dict[int, tuple[keras.Variable, Any]]:
    """Return what by its name drew each weight of a model whose making was not recorded.

    The layer's attribute `kernel_initializer` belongs to `kernel`, `recurrent_initializer` to
    `recurrent_kernel`. A wrong guess does no harm: `draws` compares values.
    """
    found: dict[int, tuple[keras.Variable, Any]] = {}
    for layer in leaf_layers(model):
        for variable in layer.weights:
            names = (variable.name, variable.name.removesuffix("_kernel"))
            known = [getattr(layer, f"{name}_initializer", None) for name in names]
            found[id(variable)] = (variable, next((one for one in known if one is not None), None))
    return found


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record everything that is built inside the block; leave no patch behind."""
    recorder = Recorder()
    new = keras.layers.Layer.__new__
    add_weight = keras.layers.Layer.add_weight
    compile_model = keras.Model.compile

    def recording_new(cls: type, *args: Any, **kwargs: Any) -> Any:
        layer = new(cls, *args, **kwargs)
        source = current_source()
        if source:
            recorder.layers[layer] = source
        return layer

    def recording_add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs, initializer = _with_instance(args, kwargs)
        variable = add_weight(self, *args, **kwargs)
        recorder.initializers[id(variable)] = (variable, initializer)
        return variable

    def recording_compile(self: Any, *args: Any, **kwargs: Any) -> Any:
        source = current_source()
        if source:
            recorder.compiles[self] = source
        return compile_model(self, *args, **kwargs)

    keras.layers.Layer.__new__ = recording_new
    keras.layers.Layer.add_weight = recording_add_weight
    try:
        with replaced(defining(keras.Model, "compile"), "compile", recording_compile):
            yield recorder
    finally:
        keras.layers.Layer.__new__ = new
        keras.layers.Layer.add_weight = add_weight
