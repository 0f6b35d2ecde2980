"""The batches that a loop feeds to its model, until it comes round to the first ones again."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from healthcheck.capture.joined import keys_of
from healthcheck.capture.reading import TRAINING
from healthcheck.subject import Examples

KNOWN = 0.9
"""Share of a batch that has to be known to end a pass: a step may have been missed, or drawn at random."""

LOOKED_AT = 64
"""Examples by which a whole data set is recognised."""


@dataclass
class Batches:
    """The batches of one pass over the data, in order."""

    kept: list[Examples] = field(default_factory=list)
    complete: bool = False
    """Whether the pass ended: a batch came of which nearly all was known, or there is no more room."""
    shuffled: bool = False
    """Whether the second pass began with another batch than the first."""
    _known: set[int] = field(default_factory=set)
    _bytes: int = 0

    def __len__(self) -> int:
        return len(self.kept)

    @property
    def count(self) -> int:
        """Number of examples."""
        return sum(batch.count for batch in self.kept)

    @property
    def size(self) -> int:
        """The usual number of examples in a batch."""
        return Counter(batch.count for batch in self.kept).most_common(1)[0][0]

    def add(self, x: Any, y: Any, weight: Any) -> None:
        """Add the batch of one step."""
        batch = Examples(x, y, weight)
        rows = _rows(batch)
        if sum(row in self._known for row in rows) >= KNOWN * len(rows):
            self.complete = True
            self.shuffled = rows != _rows(self.kept[0])
            return
        self._known.update(rows)
        self.kept.append(batch)
        self._bytes += sum(array.nbytes for array in _arrays(batch))
        self.complete = self._bytes > TRAINING.megabytes * 2**20

    def knows(self, examples: Examples) -> bool:
        """Whether these examples came before, judging by the first of them."""
        rows = _rows(examples.take(slice(0, LOOKED_AT)))
        return sum(row in self._known for row in rows) >= KNOWN * len(rows)

    def examples(self) -> Examples:
        """Return all examples in the order of the pass."""
        parts = zip(*(batch.parts for batch in self.kept), strict=True)
        return Examples(*(_joined(list(part)) for part in parts))


def _joined(trees: list[Any]) -> Any:
    if trees[0] is None:
        return None
    return keras.tree.map_structure(lambda *leaves: np.concatenate(leaves), *trees)


def _arrays(batch: Examples) -> list[np.ndarray]:
    return [leaf for part in batch.parts for leaf in keras.tree.flatten(part) if leaf is not None]


def _rows(batch: Examples) -> list[int]:
    """Return one key for every example, or, of more than can be kept, for the first ones."""
    seen = batch if batch.nbytes <= TRAINING.megabytes * 2**20 else batch.between(0, LOOKED_AT)
    return keys_of(seen.parts, seen.count)
