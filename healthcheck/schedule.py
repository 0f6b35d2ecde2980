"""Which examples make up which step: the order of a training, from a seed."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Slots:
    """Consecutive steps: step `i` takes `rows[starts[i]:ends[i]]`."""

    rows: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def part(self, first: int, last: int) -> "Slots":
        """Return the steps `first` to `last - 1`."""
        return Slots(self.rows, self.starts[first:last], self.ends[first:last])

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.starts)


@dataclass(frozen=True)
class Schedule:
    """The batches of every epoch, as Keras would draw them: without replacement, the last one short."""

    examples: int
    batch_size: int
    steps_per_epoch: int
    shuffle: bool
    seed: int

    def epochs(self, first: int, last: int) -> Slots:
        """Return the steps of the epochs `first` to `last - 1`."""
        rows = np.concatenate([self._rows(epoch) for epoch in range(first, last)])
        length = len(rows) // (last - first)
        starts = np.minimum(np.arange(self.steps_per_epoch) * self.batch_size, length - 1)
        ends = np.minimum(starts + self.batch_size, length)
        offsets = np.arange(last - first)[:, None] * length
        return Slots(
            rows, (offsets + starts).ravel().astype("int32"), (offsets + ends).ravel().astype("int32")
        )

    def _rows(self, epoch: int) -> np.ndarray:
        wanted = self.steps_per_epoch * self.batch_size
        if wanted - self.batch_size < self.examples <= wanted:
            return self._order(epoch)
        # Epochs are no passes: each goes on in the examples where the one before it ended.
        first, last = (at // self.examples for at in (epoch * wanted, (epoch + 1) * wanted - 1))
        rows = np.concatenate([self._order(number) for number in range(first, last + 1)])
        start = epoch * wanted - first * self.examples
        return rows[start : start + wanted]

    def _order(self, number: int) -> np.ndarray:
        order = np.arange(self.examples, dtype="int32")
        if self.shuffle:
            np.random.default_rng([self.seed, number]).shuffle(order)
        return order
