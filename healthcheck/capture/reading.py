"""Read what delivers batches: as much as the budget needs, and never more than the training would.

Reading ends at the planned number of batches, where the data comes round to what was read before, and
at a bound of bytes, of examples and of seconds. A second pass is begun, because a pipeline that augments
or draws gives other examples each time. Every example is held once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

import keras
import tensorflow as tf

from healthcheck.capture.data import Read, arrays_of, three_parts
from healthcheck.capture.joined import MAX_EXAMPLES, Joined
from healthcheck.errors import HealthcheckError

End = Literal["pass", "plan", "round", "bound"]
"""The data's pass ended, the plan did, known examples came, or a bound was reached."""


@dataclass(frozen=True)
class Bounds:
    """How much is read at most; a batch that takes longer than the seconds is waited for."""

    megabytes: int
    seconds: float


TRAINING = Bounds(192, 10.0)
VALIDATION = Bounds(32, 5.0)


@dataclass
class _Reading:
    data: Any
    what: str
    steps: int | None
    epochs: int
    bounds: Bounds
    joined: Joined
    began: float
    batches: int = 0
    size: int = 0
    """Examples in the first batch."""

    @property
    def planned(self) -> float:
        """Batches that the training reads until its end."""
        return float("inf") if self.steps is None else self.steps * self.epochs

    @property
    def at_a_bound(self) -> bool:
        spent, joined = time.monotonic() - self.began, self.joined
        is_full = joined.nbytes >= self.bounds.megabytes * 2**20 or joined.count >= MAX_EXAMPLES
        return is_full or spent >= self.bounds.seconds

    def read_pass(self, batches: Iterator[Any], number: int) -> End:
        """Read on until something ends it."""
        known = cardinality(self.data)
        for batch in batches:
            if _is_generator(self.data) and not isinstance(batch, tuple):
                kind = type(batch).__name__
                raise HealthcheckError(f"{self.what} gives a {kind} where Keras expects a tuple (x, y)")
            parts, rows = _unpacked(batch, self.what)
            if not rows:
                continue
            if self._may_come_round(number) and self.joined.has_come_round(parts, rows):
                return "round"
            self.joined.add(parts, rows, self.what)
            self.size = self.size or rows
            self.batches += 1
            if self.batches >= self.planned:
                return "plan"
            if self.at_a_bound and self.batches != known:
                return "bound"
        return "pass"

    def _may_come_round(self, number: int) -> bool:
        return number > 0 or self.epochs > 1 or self.steps is not None


def from_batches(data: Any, what: str, steps: int | None, epochs: int, bounds: Bounds) -> Read:
    """Read batches of `x`, `(x, y)` or `(x, y, weight)`; without `steps` an epoch is a pass."""
    if steps is None and _is_endless(data):
        raise HealthcheckError(f"{what} never ends, and `fit` says no number of steps: no epoch would end")
    reading = _Reading(data, what, steps, epochs, bounds, Joined(bounds.megabytes * 2**20), time.monotonic())
    first_pass: int | None = None
    for number in count():
        before = reading.batches
        end = reading.read_pass(_batches(data, number), number)
        if end != "pass":
            break
        first_pass = first_pass or reading.batches
        is_slow = time.monotonic() - reading.began > bounds.seconds / 2
        is_last = steps is None and number + 1 >= epochs
        if reading.batches == before or is_last or is_slow or reading.at_a_bound or _is_generator(data):
            break
    if not reading.batches:
        raise HealthcheckError(f"{what} is empty: it gives not one batch")
    return _read(reading, end, first_pass)


def _read(reading: _Reading, end: End, first_pass: int | None) -> Read:
    steps = min((n for n in (reading.steps, first_pass, cardinality(reading.data)) if n), default=None)
    examples, notes, epochs = reading.joined.examples(), [], None
    if end == "bound":
        notes.append(f"only the first {examples.count:,} examples of {reading.what} were read")
        if steps is None:
            notes.append(
                f"how many batches {reading.what} has is not known: {reading.batches:,} were assumed"
            )
    if reading.joined.padded:
        notes.append(f"batches of different lengths in {reading.what} were padded to the longest")
    if end == "pass" and _is_generator(reading.data) and reading.epochs > 1:
        epochs = max(1, reading.batches // (reading.steps or reading.batches))
        if epochs < reading.epochs:
            notes.append(f"the generator ends after {reading.batches:,} batches, and the training with it")
    seconds = time.monotonic() - reading.began
    return Read(
        examples, reading.size, steps or reading.batches, end != "bound", epochs, seconds, tuple(notes)
    )


def cardinality(data: Any) -> int | None:
    """Return the number of batches of a pass when the data tells."""
    if isinstance(data, tf.data.Dataset):
        known = int(data.cardinality())
        return known if known >= 0 else None
    return data.num_batches if isinstance(data, keras.utils.PyDataset) else None


def _is_endless(data: Any) -> bool:
    if isinstance(data, tf.data.Dataset):
        return int(data.cardinality()) == tf.data.INFINITE_CARDINALITY
    return isinstance(data, keras.utils.PyDataset) and data.num_batches is None


def _is_generator(data: Any) -> bool:
    return not isinstance(data, (tf.data.Dataset, keras.utils.PyDataset))


def _batches(data: Any, number: int) -> Iterator[Any]:
    """Begin a pass, the first or another one; without the workers of a `PyDataset`."""
    if not isinstance(data, keras.utils.PyDataset):
        return iter(data)
    if number:
        data.on_epoch_end()
    begin = getattr(data, "on_epoch_begin", None)
    if begin:
        begin()
    known = data.num_batches
    return (data[at] for at in (count() if known is None else range(known)))


def _unpacked(batch: Any, what: str) -> tuple[tuple[Any, Any, Any], int]:
    """Return x, y and weight as trees of arrays, and the number of examples."""
    x, y, weight = three_parts(batch, what)
    parts = (arrays_of(x, what), arrays_of(y, what), arrays_of(weight, what))
    counts = {len(leaf) for leaf in keras.tree.flatten(parts) if leaf is not None}
    if len(counts) != 1:
        raise HealthcheckError(
            f"{what} gives a batch with {sorted(counts)} rows in its parts: is `.batch(...)` missing?"
        )
    return parts, counts.pop()
