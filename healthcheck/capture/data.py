"""The data of a `fit`: arrays as they are; what delivers batches is read by `reading.py`."""

import types
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from healthcheck.capture.leaves import array_of
from healthcheck.errors import HealthcheckError
from healthcheck.subject import Examples, each_array

NOT_YET = {
    "torch.utils.data": "a torch DataLoader",
    "grain.": "a Grain data set",
    "tensorflow.python.distribute": "a distributed data set",
}
"""Where the classes live whose batches Keras takes and that cannot be checked yet."""


@dataclass(frozen=True)
class Read:
    """What was read of a data set."""

    examples: Examples
    batch_size: int
    steps: int | None
    """Batches of one epoch, when that is known."""
    complete: bool = True
    """Whether `examples` are all that the planned training would see."""
    epochs: int | None = None
    """Epochs until the data ends, where it ends before the plan does."""
    seconds: float = 0.0
    """What reading took."""
    notes: tuple[str, ...] = ()


def from_arrays(x: Any, y: Any, weight: Any, what: str) -> Examples:
    """Check and convert arrays, tables and nested structures of them."""
    examples = Examples(*(arrays_of(part, what) for part in (x, y, weight)))
    counts = {len(leaf) for part in examples.parts for leaf in keras.tree.flatten(part) if leaf is not None}
    if len(counts) > 1:
        raise HealthcheckError(f"{what} has inputs and targets of different lengths: {sorted(counts)}")
    if counts == {0} or not counts:
        raise HealthcheckError(f"{what} is empty: there is not one example to train on")
    return examples


def arrays_of(part: Any, what: str) -> Any:
    """Return a tree of arrays in the types in which Keras delivers them."""
    return each_array(lambda leaf: array_of(leaf, what), part)


def three_parts(given: Any, what: str) -> tuple[Any, Any, Any]:
    """Return x, y and weight of `x`, `(x,)`, `(x, y)` or `(x, y, weight)`, None for what is missing."""
    parts = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    if not 1 <= len(parts) <= 3:
        raise HealthcheckError(f"{what} has {len(parts)} parts where (x, y) or (x, y, weight) is expected")
    x, y, weight = (*parts, None, None)[:3]
    return x, y, weight


def delivers_batches(x: Any) -> bool:
    """Whether `x` delivers batches by itself. Raises `HealthcheckError` for what cannot be read yet."""
    for parent in type(x).__mro__:
        for home, name in NOT_YET.items():
            if f"{parent.__module__}.".startswith(home) and not isinstance(x, tf.Tensor):
                raise HealthcheckError(f"the data is {name}, which cannot be checked yet: use `tf.data`")
    return isinstance(x, (tf.data.Dataset, keras.utils.PyDataset, types.GeneratorType))
