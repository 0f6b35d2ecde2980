"""The data in an .npz file as arguments of `fit`: looked at before they are loaded, and no pickles."""

import math
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from healthcheck.config import did_you_mean
from healthcheck.errors import HealthcheckError

MAX_BYTES = 2 * 2**30
"""How much a file may hold when it is unpacked."""
_SPELLED = {"x_train": "x", "y_train": "y", "x_test": "x_val", "y_test": "y_val"}
"""As Keras' own data sets name them."""
_KEYS = ("x", "y", "x_val", "y_val", "sample_weight", "sample_weight_val")


def read_npz(file: str) -> dict[str, Any]:
    """Read `x`, `y`, `x_val`, `y_val` and `sample_weight` of a file that `numpy.savez` wrote.

    Raises `HealthcheckError` when the file cannot be read, is too large, or holds something else.
    """
    shown = f"the data file {file!r}"
    if Path(file).suffix != ".npz":
        raise HealthcheckError(f"{shown} is no .npz file: write it with `numpy.savez({file!r}, x=x, y=y)`")
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_what_is_in(archive, shown)
        with np.load(file, allow_pickle=False) as content:
            arrays = {_SPELLED.get(key, key): content[key] for key in map(str, content.files)}
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        raise HealthcheckError(f"{shown} is not a readable .npz file: {error}") from error
    except OSError as error:
        raise HealthcheckError(f"{shown} cannot be read: {error.strerror or error}") from error
    return _fit_arguments(arrays)


def _refuse_what_is_in(archive: zipfile.ZipFile, shown: str) -> None:
    """Look at names, types and sizes, as the heads of the arrays tell them."""
    total = 0
    names = [info.filename.removesuffix(".npy") for info in archive.infolist()]
    for name in names:
        known = sorted({*_KEYS, *_SPELLED})
        if name not in known:
            close = did_you_mean(name, known)
            raise HealthcheckError(f"{shown} holds an array {name!r}, which has no meaning{close}")
    for name in ("x", "y"):
        if names.count(name) + names.count(f"{name}_train") > 1:
            raise HealthcheckError(f"{shown} holds {name!r} twice")
    if not {"x", "x_train"} & set(names):
        raise HealthcheckError(f"{shown} holds no array 'x'; it has {', '.join(sorted(names)) or 'none'}")
    for info in archive.infolist():
        with archive.open(info) as stream:
            shape, dtype = _head(stream)
        if dtype.hasobject:
            raise HealthcheckError(f"{shown}: {info.filename!r} holds Python objects, which are not loaded")
        total += math.prod(shape) * dtype.itemsize
    if total > MAX_BYTES:
        raise HealthcheckError(
            f"{shown} holds {total / 2**30:.1f} GiB, more than the {MAX_BYTES / 2**30:g} GiB that are taken: "
            "give a part of it"
        )


def _head(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    return shape, dtype


def _fit_arguments(arrays: dict[str, Any]) -> dict[str, Any]:
    fit = {key: arrays[key] for key in ("x", "y", "sample_weight") if key in arrays}
    if "x_val" in arrays:
        parts = [arrays.get(key) for key in ("x_val", "y_val", "sample_weight_val")]
        fit["validation_data"] = tuple(parts if parts[2] is not None else parts[:2])
    elif "y_val" in arrays:
        raise HealthcheckError("the data file holds 'y_val' without 'x_val'")
    return fit
