"""Models with the size of the batch built in, as `ops.reshape(x, (20, -1))` builds it in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf


@contextmanager
def in_batches(model: keras.Model, size: int | None) -> Iterator[None]:
    """Let the model take any number of examples: in batches of `size`, the last one filled up.

    Nothing is done where no size is built in.
    """
    if size is None:
        yield
        return
    kept = vars(keras.Model).get("__call__")

    def calling(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        def call(part: Any) -> Any:
            return keras.layers.Layer.__call__(self, part, *args, **kwargs)

        count = keras.tree.flatten(x)[0].shape[0]
        return call(x) if self is not model or count in (None, size) else _joined(call, x, count, size)

    patched: Any = keras.Model
    patched.__call__ = calling
    try:
        yield
    finally:
        if kept is None:
            del patched.__call__
        else:
            patched.__call__ = kept


def _joined(call: Any, x: Any, count: int, size: int) -> Any:
    missing = -count % size
    filled = keras.tree.map_structure(lambda leaf: tf.concat([leaf, tf.repeat(leaf[:1], missing, 0)], 0), x)
    parts = [
        call(keras.tree.map_structure(lambda leaf, at=at: leaf[at : at + size], filled))
        for at in range(0, count + missing, size)
    ]
    return keras.tree.map_structure(lambda *leaves: tf.concat(leaves, 0)[:count], *parts)
