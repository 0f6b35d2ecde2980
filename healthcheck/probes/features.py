"""Probe: the inputs column by column. Reads every entry; changes nothing.

The condition number is that of the correlation matrix in float64, over the columns that
vary and are not copies of others, of at most `MAX_ROWS` rows and `MAX_COLUMNS` columns. Cost: one
sort of each table's columns by their content and one eigenvalue problem.
"""

from typing import Any

import keras
import numpy as np

from healthcheck.evidence import Features, Table
from healthcheck.passes import blocks
from healthcheck.probes.bench import Bench
from healthcheck.subject import leaf_layers

MAX_ROWS = 20_000
MAX_BYTES = 512 * 2**20
MAX_COLUMNS = 256
"""A wider table is rather an image or a text, whose neighbours are rightly alike."""


def probe(bench: Bench) -> Features:
    """Describe the inputs of the training data."""
    leaves = keras.tree.flatten_with_path(bench.subject.train.x)
    embeds = any(isinstance(layer, keras.layers.Embedding) for layer in leaf_layers(bench.subject.model))
    tables = [
        _table("x" + "".join(f"[{key!r}]" for key in path), leaf)
        for path, leaf in leaves
        if leaf.ndim == 2 and leaf.dtype.kind in "iuf" and not (embeds and _is_whole(leaf))
    ]
    return Features(
        examples=bench.subject.train.count,
        identical=all(_is_identical(leaf) for _, leaf in leaves),
        tables=tuple(tables),
    )


def _is_identical(array: Any) -> bool:
    return all(bool((array[block] == array[:1]).all()) for block in blocks(array))


def _is_whole(array: Any) -> bool:
    """Whether the numbers may be tokens."""
    return array.dtype.kind in "iu" or bool(np.all(np.mod(array, 1) == 0))


def _table(name: str, rows: Any) -> Table:
    # Of a table too large to hold twice, rows at equal distances.
    rows = rows[:: 1 + rows.nbytes // MAX_BYTES]
    columns = np.ascontiguousarray(rows.T)
    constant = (columns == columns[:, :1]).all(axis=1)
    first: dict[bytes, int] = {}
    copies = np.array([first.setdefault(column.tobytes(), at) != at for at, column in enumerate(columns)])
    copies &= ~constant
    useless = np.flatnonzero(constant | copies)
    kept = np.flatnonzero(~(constant | copies))
    condition, correlation, pair = _correlations(columns[kept, :MAX_ROWS])
    return Table(
        name=name,
        rows=len(rows),
        columns=len(columns),
        constant=int(constant.sum()),
        duplicate=int(copies.sum()),
        example=int(useless[0]) if len(useless) else -1,
        distinct=len(kept),
        condition=condition,
        correlation=correlation,
        pair=(int(kept[pair[0]]), int(kept[pair[1]])) if len(kept) else (0, 0),
    )


def _correlations(columns: np.ndarray) -> tuple[float, float, tuple[int, int]]:
    """Return the condition number, the largest absolute correlation, and whose it is."""
    if not 2 <= len(columns) <= MAX_COLUMNS or columns.shape[1] < 2:
        return float("nan"), float("nan"), (0, 0)
    centred = columns.astype("float64")
    centred -= centred.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    centred = np.divide(centred, norms, out=np.zeros_like(centred), where=norms > 0)
    matrix = centred @ centred.T
    values = np.linalg.eigvalsh(matrix)
    # Below the rounding of the inputs themselves nothing can be told from an exact dependence.
    smallest = values[0] if values[0] > np.finfo("float32").eps * values[-1] else 0.0
    condition = float(values[-1] / smallest) if smallest > 0 else float("inf")
    aside = np.abs(matrix - np.diag(np.diag(matrix)))
    row, column = np.unravel_index(int(aside.argmax()), aside.shape)
    return condition, float(aside.max()), (int(min(row, column)), int(max(row, column)))
