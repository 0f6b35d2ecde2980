"""Join batches as they come, each example once in memory: a buffer grows with what was read.

A buffer is reserved for as many rows as may come; the system gives it memory only where rows are written.
"""

from typing import Any

import keras
import numpy as np

from healthcheck.errors import HealthcheckError
from healthcheck.subject import Examples

MAX_EXAMPLES = 1_000_000
"""Rows for which a buffer is reserved at first; it grows where more come."""
KNOWN = 0.9
"""Share of a batch that was seen before from which data is taken to have come round."""


class Joined:
    """Batches, joined."""

    def __init__(self, max_bytes: int) -> None:
        self.count = 0
        self.nbytes = 0
        self.padded = False
        """Whether batches of different lengths were padded to the longest."""
        self._max_bytes = max_bytes
        self._structure: Any = None
        self._buffers: list[Any] = []
        self._keys: set[int] = set()

    def add(self, parts: tuple[Any, ...], rows: int, what: str) -> None:
        """Append a batch, a tree of arrays or None with `rows` rows each."""
        leaves = keras.tree.flatten(parts)
        if self._structure is None:
            self._structure = parts
            size = sum(leaf.nbytes for leaf in leaves if leaf is not None) / rows
            capacity = rows + min(MAX_EXAMPLES, int(self._max_bytes / max(size, 1.0)))
            self._buffers = [None if leaf is None else _like(leaf, capacity) for leaf in leaves]
        if [leaf is None for leaf in leaves] != [buffer is None for buffer in self._buffers]:
            raise HealthcheckError(f"{what} gives batches of different structure")
        for at, leaf in enumerate(leaves):
            if leaf is not None:
                self._write(at, leaf, what)
                self.nbytes += leaf.nbytes
        self.count += rows

    def examples(self) -> Examples:
        """Return all that was added."""
        leaves = [None if buffer is None else buffer[: self.count] for buffer in self._buffers]
        return Examples(*keras.tree.pack_sequence_as(self._structure, leaves))

    def has_come_round(self, parts: tuple[Any, ...], rows: int) -> bool:
        """Whether a batch is made of examples seen before, among examples that are distinct otherwise.

        What it sees is remembered. Data of few different examples never comes round.
        """
        keys = keys_of(parts, rows)
        is_distinct = len(self._keys) >= KNOWN * self.count > 0
        known = is_distinct and sum(key in self._keys for key in keys) >= KNOWN * rows
        self._keys.update(keys)
        return known

    def _write(self, at: int, leaf: np.ndarray, what: str) -> None:
        buffer = self._buffers[at]
        end = self.count + len(leaf)
        if leaf.ndim != buffer.ndim:
            raise HealthcheckError(f"{what} gives batches of different rank: {buffer.ndim} and {leaf.ndim}")
        shape = tuple(np.maximum(buffer.shape[1:], leaf.shape[1:]).tolist())
        self.padded |= leaf.shape[1:] != shape or buffer.shape[1:] != shape
        if end > len(buffer) or buffer.shape[1:] != shape:
            grown = _like(leaf, max(end, len(buffer)), shape)
            grown[: self.count] = _fill(leaf)
            grown[(slice(self.count), *map(slice, buffer.shape[1:]))] = buffer[: self.count]
            self._buffers[at] = buffer = grown
        if leaf.shape[1:] != shape:
            buffer[self.count : end] = _fill(leaf)
        buffer[(slice(self.count, end), *map(slice, leaf.shape[1:]))] = leaf


def _like(leaf: np.ndarray, rows: int, shape: tuple[int, ...] | None = None) -> np.ndarray:
    return np.empty((rows, *(leaf.shape[1:] if shape is None else shape)), leaf.dtype)


def _fill(leaf: np.ndarray) -> Any:
    return "" if leaf.dtype == object else 0


def keys_of(parts: tuple[Any, ...], rows: int) -> list[int]:
    """Return one key for every example: a hash of all that belongs to it."""
    leaves = [leaf for leaf in keras.tree.flatten(parts) if leaf is not None]
    return [hash(row) for row in zip(*(_contents(leaf, rows) for leaf in leaves), strict=True)]


def _contents(leaf: np.ndarray, rows: int) -> list[Any]:
    """Return what is in each row, numbers as bytes."""
    if leaf.dtype == object:
        return [tuple(np.ravel(row)) for row in leaf]
    flat = np.ascontiguousarray(leaf).reshape(rows, -1)
    return flat.view(f"V{flat.shape[1] * flat.itemsize}").ravel().tolist() if flat.size else [b""] * rows
