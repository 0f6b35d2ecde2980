"""Passes over large arrays, a block of rows at a time, so that no copy of the whole is made."""

from collections.abc import Iterator

import numpy as np

BLOCK_BYTES = 8 * 2**20
ROUNDING = 8 * np.finfo("float64").eps
"""A deviation below this share of the mean is what rounding leaves of a constant."""


def blocks(array: np.ndarray) -> Iterator[slice]:
    """Yield slices that cut the rows of an array into blocks, in order."""
    size = max(1, BLOCK_BYTES // max(1, array.nbytes // max(1, len(array))))
    for at in range(0, len(array), size):
        yield slice(at, min(at + size, len(array)))


def mean_and_std(array: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation, each [columns] in float64, of interleaved columns.

    By the method of Chan, Golub and LeVeque (1979): deviations are taken from each block's own mean,
    so that nothing cancels. NaN for no rows.
    """
    count, mean, squares = 0, np.zeros(columns), np.zeros(columns)
    with np.errstate(over="ignore", invalid="ignore"):
        for block in blocks(array):
            rows = array[block].reshape(-1, columns).astype("float64")
            if not len(rows):
                continue
            own = rows.mean(axis=0)
            rows -= own
            both = count + len(rows)
            shift = own - mean
            squares += np.square(rows, out=rows).sum(axis=0) + shift**2 * (count * len(rows) / both)
            mean += shift * (len(rows) / both)
            count = both
    if not count:
        return np.full(columns, np.nan), np.full(columns, np.nan)
    std = np.sqrt(squares / count)
    return mean, np.where(std <= ROUNDING * np.abs(mean), 0.0, std)
