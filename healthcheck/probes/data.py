"""Probe: the data as it is delivered to the model. Reads every entry once; changes nothing."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from healthcheck.evidence import Array, Data
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
    bad = ~np.isfinite(array) if array.dtype.kind == "f" else np.zeros(1, bool)
    rows = np.flatnonzero(bad.reshape(len(bad), -1).any(axis=1)) if bad.any() else np.array([], int)
    good = array[~bad] if bad.any() else array
    empty = good.size == 0
    return Array(
        name=name,
        shape=tuple(int(size) for size in array.shape),
        dtype=str(array.dtype),
        minimum=float("nan") if empty else float(good.min()),
        maximum=float("nan") if empty else float(good.max()),
        mean=float("nan") if empty else float(good.mean(dtype="float64")),
        std=float("nan") if empty else float(good.std(dtype="float64")),
        non_finite=int(bad.sum()),
        first_bad_row=int(rows[0]) if len(rows) else None,
    )
