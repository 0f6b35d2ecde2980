"""Standardize the inputs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    import numpy as np

    from healthcheck.subject import Examples, Subject


MAX_BYTES = 2**30
"""Bytes of training data up to which a standardized copy is made."""


@dataclass(frozen=True)
class StandardizeInputs(Remedy):
    """Zero mean and unit variance per feature, by the statistics of the training data.

    Per last axis where the input is a table or has channels; constant features stay zero.
    Every floating or wide integer input is standardized.
    """

    @property
    def name(self) -> str:
        """What to do."""
        return "standardize the inputs"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return (
            "normalization = keras.layers.Normalization()\n"
            "normalization.adapt(x_train)  # then make it the first layer of the model"
        )

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Replace the data; the model stays as it is. None for data too large to hold twice."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        if subject.train.nbytes > MAX_BYTES:
            yield None
            return
        scales = [_scale(leaf) for leaf in keras.tree.flatten(subject.train.x)]
        if not any(scales):
            yield None
            return

        def standardized(examples: "Examples") -> "Examples":
            leaves = zip(keras.tree.flatten(examples.x), scales, strict=True)
            return replace(
                examples,
                x=keras.tree.pack_sequence_as(examples.x, [_apply(a, *s) if s else a for a, s in leaves]),
            )

        validation = standardized(subject.validation) if subject.validation else None
        yield replace(subject, train=standardized(subject.train), validation=validation)


def _scale(array: Any) -> "tuple[np.ndarray, np.ndarray] | None":
    if array.dtype == object:
        return None  # text
    from healthcheck.passes import mean_and_std  # noqa: PLC0415 - loads NumPy

    return mean_and_std(array, array.shape[-1] if array.ndim > 1 else 1)


def _apply(array: Any, mean: "np.ndarray", std: "np.ndarray") -> Any:
    import numpy as np  # noqa: PLC0415 - `--list-rules` imports this module and has to be instant

    from healthcheck.passes import blocks  # noqa: PLC0415

    scaled = np.empty(array.shape, "float32")
    for block in blocks(array):
        scaled[block] = (array[block] - mean) / np.where(std > 0, std, 1.0)
    return scaled
