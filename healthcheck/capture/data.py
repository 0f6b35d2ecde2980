"""Bring the data of a `fit` into memory: arrays as they are, pipelines up to a bound."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.errors import HealthcheckError
from healthcheck.subject import Examples, each_array

MAX_BYTES = 512 * 2**20
"""How much of a pipeline is read."""


@dataclass(frozen=True)
class Read:
    """What was read of a data set."""

    examples: Examples
    batch_size: int
    steps: int | None
    """Batches in the whole data set, when that is known."""
    complete: bool
    """Whether `examples` are all there is."""


def from_arrays(x: Any, y: Any, weight: Any, what: str) -> Examples:
    """Check and convert arrays, lists and nested structures of them."""
    examples = Examples(*(_arrays(part) for part in (x, y, weight)))
    counts = {len(leaf) for part in examples.parts for leaf in keras.tree.flatten(part) if leaf is not None}
    if len(counts) > 1:
        raise HealthcheckError(f"{what} has inputs and targets of different lengths: {sorted(counts)}")
    if counts == {0} or not counts:
        raise HealthcheckError(f"{what} is empty: there is not one example to train on")
    return examples


def _arrays(part: Any) -> Any:
    if part is None:
        return None
    if isinstance(part, list) and part and not _has_arrays(part):
        part = np.asarray(part)
    return each_array(_array, part)


def _has_arrays(part: list[Any]) -> bool:
    return any(hasattr(leaf, "shape") or isinstance(leaf, (dict, tuple)) for leaf in part)


def _array(leaf: Any) -> np.ndarray:
    array = leaf.to_numpy() if hasattr(leaf, "to_numpy") else np.asarray(leaf)
    if array.dtype.kind in "US" or (
        array.dtype == object and all(isinstance(s, (str, bytes)) for s in array.flat)
    ):
        return array.astype(object)  # as TensorFlow takes text
    if array.dtype == object:
        raise HealthcheckError(
            f"the data holds Python objects (shape {array.shape}), which no model can be trained on"
        )
    # Keras casts every floating array to its float type, so do we.
    return array.astype(keras.config.floatx()) if array.dtype == np.float64 else array


def from_batches(batches: Iterable[Any], what: str, limit: int | None = None) -> Read:
    """Read batches of `x`, `(x, y)` or `(x, y, weight)` until they end or the bound is reached."""
    read: list[tuple[Any, ...]] = []
    size, complete = 0, True
    for batch in batches:
        if size > MAX_BYTES or (limit is not None and len(read) >= limit):
            complete = limit is not None and len(read) >= limit
            break
        read.append(_unpack(batch))
        size += sum(leaf.nbytes for leaf in keras.tree.flatten(read[-1]) if leaf is not None)
    if not read:
        raise HealthcheckError(f"{what} is empty: it gives not one batch")
    whole: Any = keras.tree.map_structure(
        lambda *leaves: None if leaves[0] is None else np.concatenate(leaves), *read
    )
    examples = from_arrays(*whole, what=what)
    return Read(examples, len(keras.tree.flatten(read[0][0])[0]), len(read) if complete else None, complete)


def _unpack(batch: Any) -> tuple[Any, ...]:
    parts = tuple(batch) if isinstance(batch, tuple) else (batch,)
    parts = (*parts, None, None)[:3]
    return tuple(each_array(lambda leaf: _array(keras.ops.convert_to_numpy(leaf)), part) for part in parts)


def cardinality(dataset: Any) -> int | None:
    """Return the number of batches of a pipeline when it tells."""
    if isinstance(dataset, tf.data.Dataset):
        count = int(dataset.cardinality())
        return count if count >= 0 else None
    return len(dataset) if hasattr(dataset, "__len__") else None


def is_batches(x: Any) -> bool:
    """Whether `x` delivers batches by itself."""
    return isinstance(x, (tf.data.Dataset, keras.utils.PyDataset)) or (
        hasattr(x, "__next__") and not hasattr(x, "shape")
    )
