"""How much memory this process has used, and what it can give back."""

import ctypes
import gc
from pathlib import Path

STATUS = Path("/proc/self/status")
MUCH = 1500.0
"""MiB from which it is worth a fifth of a second to look for what only points at itself, as graphs do."""


def peak_memory() -> float:
    """Return the largest resident memory of this process so far, in MiB; 0 where the system does not tell."""
    return _status("VmHWM")


def give_back() -> None:
    """Return freed memory to the system, which the C library keeps for itself; takes milliseconds."""
    if _status("VmRSS") > MUCH:
        gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim is not None:
        trim(0)


def _status(name: str) -> float:
    if not STATUS.exists():
        return 0.0
    fields = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines())
    return round(int(fields[name].split()[0]) / 1024, 1) if name in fields else 0.0
