"""Another loss."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from healthcheck.remedies.base import Remedy

if TYPE_CHECKING:
    from healthcheck.subject import Subject

NAMES = {
    "binary": "BinaryCrossentropy",
    "categorical": "CategoricalCrossentropy",
    "sparse": "SparseCategoricalCrossentropy",
    "squared": "MeanSquaredError",
}
"""Class of each kind of loss."""


@dataclass(frozen=True)
class FittingLoss(Remedy):
    """The loss that fits the targets of a model with one output."""

    kind: str
    """`binary`, `categorical`, `sparse` or `squared`."""
    from_logits: bool
    """Whether the output is not a probability yet."""
    retraces: ClassVar[bool] = True
    changes_loss: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return f"use the loss {NAMES[self.kind]}"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return f"loss=keras.losses.{NAMES[self.kind]}({'from_logits=True' if self.from_logits else ''})"

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Compute this loss instead while the step is traced."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        options = {"from_logits": True} if self.from_logits else {}
        loss = getattr(keras.losses, NAMES[self.kind])(**options)

        def compute(y: Any, y_pred: Any, sample_weight: Any) -> Any:
            return loss(y, y_pred, sample_weight=sample_weight)

        with _loss(subject.model, compute):
            yield subject


@dataclass(frozen=True)
class MeanLoss(Remedy):
    """The mean over the examples of a batch instead of their sum."""

    retraces: ClassVar[bool] = True
    changes_loss: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """What to do."""
        return "take the mean over the batch"

    @property
    def code(self) -> str:
        """How a user would write it."""
        return 'reduction="sum_over_batch_size"  # an argument of the loss, and its default'

    @contextmanager
    def applied(self, subject: "Subject") -> "Iterator[Subject]":
        """Divide the user's own loss by the number of examples while the step is traced."""
        import keras  # noqa: PLC0415 - rules import this module and must not load Keras

        own = subject.model.compute_loss

        def compute(y: Any, y_pred: Any, sample_weight: Any) -> Any:
            total: Any = own(y=y, y_pred=y_pred, sample_weight=sample_weight)
            shape: Any = keras.ops.shape(keras.tree.flatten(y)[0])
            return (total - _penalties(subject.model)) / keras.ops.cast(shape[0], total.dtype)

        with _loss(subject.model, compute):
            yield subject


@contextmanager
def _loss(model: Any, compute: Callable[[Any, Any, Any], Any]) -> Iterator[None]:
    """Put a data loss in place of the compiled one; penalties stay."""

    def compute_loss(
        x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: Any = True
    ) -> Any:
        del x, training
        return compute(y, y_pred, sample_weight) + _penalties(model)

    model.compute_loss = compute_loss
    try:
        yield
    finally:
        del model.compute_loss


def _penalties(model: Any) -> Any:
    import keras  # noqa: PLC0415 - rules import this module and must not load Keras

    total: Any = 0.0
    for extra in model.losses:
        total += keras.ops.sum(extra)
    return total
