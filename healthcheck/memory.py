"""How much memory this process has used."""

from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_memory() -> float:
    """Return the largest resident memory of this process so far, in MiB; 0 where the system does not tell."""
    if not STATUS.exists():
        return 0.0
    fields = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines())
    return round(int(fields["VmHWM"].split()[0]) / 1024, 1) if "VmHWM" in fields else 0.0
