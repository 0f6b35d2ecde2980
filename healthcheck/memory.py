"""How much memory this process has used, and what it can give back."""

import ctypes
import gc
from pathlib import Path

STATUS = Path("/proc/self/status")
MUCH = 1500.0
"""MiB from which it is worth a fifth of a second to look for what only points at itself, as graphs do."""
GROWN = 32.0
"""MiB that have to have come since the last time: what was not freed then will not be freed now."""


def peak_memory() -> float:
    """Return the largest resident memory of this process so far, in MiB; 0 where the system does not tell."""
    return _status("VmHWM")


def give_back() -> None:
    """Return freed memory to the system, which the C library keeps for itself, where much has come."""
    used = _status("VmRSS")
    if used < _left[-1] + GROWN:
        return
    if used > MUCH:
        gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)
    _left[:] = [_status("VmRSS")]


_left = [0.0]
"""MiB that were left the last time."""


def _status(name: str) -> float:
    if not STATUS.exists():
        return 0.0
    fields = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines())
    return round(int(fields[name].split()[0]) / 1024, 1) if name in fields else 0.0
