"""Standardize the targets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Examples, Subject


@dataclass(frozen=True)
class StandardizeTargets(Remedy):
    """Zero mean and unit variance of the targets of a model with one output.

    Compared by R^2, which is the same for predictions on the original scale.
    """

    changes_loss: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return "standardize the targets"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return (
            "mean, std = y_train.mean(axis=0), y_train.std(axis=0)\n"
            "model.fit(x_train, (y_train - mean) / std)  # and model.predict(x) * std + mean"
        )

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject | None]":
        """Replace the targets, by the statistics of the training data; None for several outputs."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras
        import numpy as np  # noqa: PLC0415 - `--list-rules` imports this module and has to be instant

        targets = keras.tree.flatten(subject.train.y)
        if len(targets) != 1:
            yield None
            return
        mean, std = (pick(targets[0], axis=0, dtype="float64") for pick in (np.mean, np.std))
        std = np.where(std > 0, std, 1.0)

        def standardized(examples: "Examples") -> "Examples":
            (y,) = keras.tree.flatten(examples.y)
            scaled = ((y - mean) / std).astype("float32")
            return replace(examples, y=keras.tree.pack_sequence_as(examples.y, [scaled]))

        validation = standardized(subject.validation) if subject.validation else None
        yield replace(subject, train=standardized(subject.train), validation=validation)
