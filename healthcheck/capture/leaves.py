"""Single arrays as `fit` takes them: NumPy, tensors, pandas; and one sentence for all others."""

from typing import Any

import numpy as np

from healthcheck.errors import HealthcheckError
from healthcheck.subject import as_keras_casts

MAX_CAST = 256 * 2**20
"""Bytes up to which an array is cast as a whole; a larger one is cast batch by batch."""
NO_ARRAYS = {
    "SparseTensor": "convert it by `tf.sparse.to_dense`",
    "RaggedTensor": "pad it by `.to_tensor()`, or in the pipeline by `.padded_batch(...)`",
    "scipy": "convert it by `.toarray()`",
}
"""What Keras takes and cannot be checked yet, and what to do."""


def array_of(leaf: Any, name: str) -> np.ndarray:
    """Return one array in the type in which Keras hands it to the model.

    Raises `HealthcheckError` for what no model can be trained on, or what cannot be checked yet.
    """
    _refuse_what_is_no_array(leaf, name)
    array = _of_pandas(leaf, name) if hasattr(leaf, "to_numpy") else np.asarray(leaf)
    if not array.ndim:
        raise HealthcheckError(
            f"{name} holds single values, not batches of examples: is `.batch(...)` missing?"
        )
    if array.dtype.kind in "UST" or (array.dtype == object and _is_text(array)):
        return array.astype(object)  # as TensorFlow takes text
    if array.dtype == object:
        raise HealthcheckError(
            f"{name} holds Python objects (shape {array.shape}), which no model can be trained on"
        )
    if array.dtype.kind not in "biuf" and str(array.dtype) != "bfloat16":
        raise HealthcheckError(f"{name} is of type {array.dtype}, which cannot be checked: use real numbers")
    return array if array.nbytes > MAX_CAST else as_keras_casts(array)


def _is_text(array: np.ndarray) -> bool:
    return all(isinstance(entry, (str, bytes)) for entry in array.flat)


def _refuse_what_is_no_array(leaf: Any, name: str) -> None:
    kind = type(leaf).__name__
    known = "scipy" if hasattr(leaf, "tocsr") else kind
    if known in NO_ARRAYS:
        raise HealthcheckError(f"{name} is a {kind}, which cannot be checked yet: {NO_ARRAYS[known]}")
    if isinstance(leaf, (bool, int, float, complex, str, bytes)):
        raise HealthcheckError(
            f"{name} is a list of Python values, which `fit` does not take: use `np.array(...)`"
        )
    if not (hasattr(leaf, "__array__") or hasattr(leaf, "to_numpy")):
        raise HealthcheckError(f"{name} is of type {kind!r}, which `fit` does not take")


def _of_pandas(leaf: Any, name: str) -> np.ndarray:
    """Return a table's values; a column of its own has the shape (n, 1), as in Keras."""
    array = np.asarray(leaf.to_numpy())
    if array.dtype == object and not _is_text(array) and hasattr(leaf, "columns"):
        odd = [
            f"{column!r} ({leaf[column].dtype})" for column in leaf.columns if not _is_number(leaf[column])
        ]
        kinds = sorted({str(kind) for kind in leaf.dtypes})
        raise HealthcheckError(
            f"{name} has columns that are no plain numbers, {', '.join(odd[:3])}: encode them first"
            if odd
            else f"{name} is a table of mixed types ({', '.join(kinds)}): convert it by `.astype('float32')`"
        )
    return array[:, None] if array.ndim == 1 and hasattr(leaf, "index") else array


def _is_number(column: Any) -> bool:
    return isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf"
