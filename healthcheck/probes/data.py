"""Probe: the data as it is delivered to the model. Reads every entry once; changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from healthcheck.evidence import Array, Data
from healthcheck.passes import blocks
from healthcheck.probes.bench import Bench
from healthcheck.subject import Examples


def probe(bench: Bench) -> Data:
    """Describe every input, target and weight array."""
    subject = bench.subject
    arrays = [*_arrays(subject.train, "")]
    if subject.validation:
        arrays += _arrays(subject.validation, "validation ")
    return Data(
        arrays=tuple(arrays),
        examples=subject.train.count,
        validation_examples=subject.validation.count if subject.validation else 0,
    )


def _arrays(examples: Examples, prefix: str) -> Iterator[Array]:
    for name, part in zip(("x", "y", "sample_weight"), examples.parts, strict=True):
        leaves = [leaf for leaf in keras.tree.flatten_with_path(part) if leaf[1] is not None]
        for path, leaf in leaves:
            suffix = "".join(f"[{key!r}]" for key in path) if len(leaves) > 1 else ""
            yield _describe(f"{prefix}{name}{suffix}", leaf)


def _describe(name: str, array: Any) -> Array:
    if array.dtype.kind not in "biuf":
        nan = float("nan")
        return Array(name, array.shape, str(array.dtype), nan, nan, nan, nan, 0, None)
    total = _Total()
    for block in blocks(array):
        total.add(array[block])
    return Array(
        name=name,
        shape=tuple(int(size) for size in array.shape),
        dtype=str(array.dtype),
        minimum=total.minimum,
        maximum=total.maximum,
        mean=total.mean,
        std=float(np.sqrt(total.squares / total.count)) if total.count else float("nan"),
        non_finite=total.non_finite,
        first_bad_row=total.first_bad_row,
    )


@dataclass
class _Total:
    """What is known of the finite entries of the blocks so far."""

    minimum: float = float("nan")
    maximum: float = float("nan")
    mean: float = float("nan")
    squares: float = 0.0
    """Sum of the squared deviations from the mean."""
    count: int = 0
    rows: int = 0
    non_finite: int = 0
    first_bad_row: int | None = None

    def add(self, block: np.ndarray) -> None:
        """Add some rows; their moments by the method of Chan, Golub and LeVeque (1979)."""
        good = self._finite(block)
        self.rows += len(block)
        if not good.size:
            return
        wide = good.astype("float64")
        mean = float(wide.mean())
        with np.errstate(over="ignore"):
            squares = float(np.square(wide - mean).sum())
        shift, both = (mean - self.mean if self.count else 0.0), self.count + good.size
        self.squares += squares + shift**2 * self.count * good.size / both
        self.mean = self.mean + shift * good.size / both if self.count else mean
        self.count = both
        self.minimum = float(np.fmin(self.minimum, wide.min()))
        self.maximum = float(np.fmax(self.maximum, wide.max()))

    def _finite(self, block: np.ndarray) -> np.ndarray:
        """Return the finite entries, and note the others."""
        bad = ~np.isfinite(block) if block.dtype.kind == "f" else None
        if bad is None or not bad.any():
            return block
        self.non_finite += int(bad.sum())
        if self.first_bad_row is None:
            row = np.flatnonzero(bad.reshape(len(bad), -1).any(axis=1))[0]
            self.first_bad_row = self.rows + int(row)
        return block[~bad]
