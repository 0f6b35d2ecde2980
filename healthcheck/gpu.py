"""How busy a GPU is while something runs, as NVIDIA's management library, NVML, tells.

Source: NVML API Reference, `nvmlDeviceGetUtilizationRates`. The driver counts what all processes do, over
the last sixth of a second to second. Whatever fails, nothing is known, and nothing else happens.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import fmean
from typing import Any

LIBRARY = "libnvidia-ml.so.1"
EVERY = 0.2
"""Seconds between two looks."""


class _Rates(ctypes.Structure):
    """`nvmlUtilization_t`: percent of the time in which a kernel ran, and in which memory was used."""

    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


@contextmanager
def watched(number: int | None, environment: Mapping[str, str]) -> Iterator[Callable[[], float | None]]:
    """Look at a GPU during the block; yield what tells the mean of its utilization in percent, if known.

    `number` counts the GPUs that CUDA shows to this process: None, and there is none to look at.
    """
    seen: list[int] = []
    done = threading.Event()
    look = None if number is None else _look(_name(number, environment))

    def sample() -> None:
        while look is not None and not done.wait(EVERY):
            rate = look()
            if rate is not None:
                seen.append(rate)

    thread = threading.Thread(target=sample, daemon=True)
    if look is not None:
        thread.start()
    try:
        yield lambda: round(fmean(seen), 1) if seen else None
    finally:
        done.set()


def _name(number: int, environment: Mapping[str, str]) -> str:
    """Return what the driver calls this GPU: its number, or the UUID by which CUDA was told of it."""
    listed = [name.strip() for name in environment.get("CUDA_VISIBLE_DEVICES", "").split(",")]
    return listed[number] if number < len(listed) and listed[number] else str(number)


def _look(name: str) -> Callable[[], int | None] | None:
    """Return what tells the utilization of one GPU, None where it cannot be told."""
    try:
        library: Any = ctypes.CDLL(LIBRARY)
        device = ctypes.c_void_p()
        rates_of = library.nvmlDeviceGetUtilizationRates  # an old library may lack a function
        if library.nvmlInit_v2() != 0:
            return None
        if name.isdigit():
            failed = library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(int(name)), ctypes.byref(device))
        else:
            failed = library.nvmlDeviceGetHandleByUUID(name.encode(), ctypes.byref(device))
    except (OSError, AttributeError):
        return None

    def look() -> int | None:
        rates = _Rates()
        unknown = rates_of(device, ctypes.byref(rates))
        return None if unknown else rates.gpu

    return None if failed else look
