"""The limits of a running target: time, memory, processes and output, watched from outside."""

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from healthcheck.config import Settings
from healthcheck.ending import size_of
from healthcheck.warden import Process, family

_MAX_LOG = 50_000_000
"""Bytes a target may print."""
_ROUND = 0.25
"""Seconds between two looks at the processes."""
_BUSY = 0.05
"""Share of one processor from which on a family of processes counts as at work: more than a tick a round."""


class Watch:
    """What has been seen of one target; asked again and again while it runs."""

    def __init__(self, root: int, log: BinaryIO, settings: Settings) -> None:
        """Begin to watch the descendants of the process `root`."""
        self._root, self._log, self._settings = root, log, settings
        self._started = self._looked = self._busy = time.monotonic()
        self._ticks, self._sees = 0, False
        self._max_memory = bytes_of(settings.memory_limit, machine_memory())

    def exceeded(self) -> str | None:
        """Say which limit the target has exceeded, if any."""
        now = time.monotonic()
        if now - self._looked >= _ROUND:
            members = family(self._root)
            self._note_work(members, now)
            self._looked = now
            if reason := self._too_many(members) or self._too_large(members):
                return reason
        if now - self._started >= self._settings.time_limit:
            return self._too_long(now)
        if size_of(self._log) > _MAX_LOG:
            return f"the target printed more than {_MAX_LOG // 1_000_000} MB and was stopped"
        return None

    def _note_work(self, members: list[Process], now: float) -> None:
        ticks = sum(process.ticks for process in members)
        # Below zero when a process has ended, which is work as well.
        used = abs(ticks - self._ticks) / os.sysconf("SC_CLK_TCK")
        if used > _BUSY * (now - self._looked):
            self._busy = now
        self._ticks, self._sees = ticks, bool(members)  # outside Linux there is nothing to see

    def _too_many(self, members: list[Process]) -> str | None:
        limit = self._settings.process_limit
        if len(members) <= limit:
            return None
        return f"the target ran more than {limit:,} processes at once, the process limit, and was stopped"

    def _too_large(self, members: list[Process]) -> str | None:
        # Pages that processes share count in each of them, so this is an upper bound, and cheap.
        if sum(process.pages for process in members) * os.sysconf("SC_PAGE_SIZE") <= self._max_memory:
            return None
        size = sum(_proportional_size(process) for process in members)
        if size <= self._max_memory:
            return None
        return (
            f"the target used {_gigabytes(size)} of memory, more than its limit of "
            f"{_gigabytes(self._max_memory)} (memory-limit), and was stopped"
        )

    def _too_long(self, now: float) -> str:
        limit = self._settings.time_limit
        idle = now - max(self._busy, self._started)
        waiting = (
            f"; for the last {idle:.0f} seconds it only waited, as in a deadlock"
            if idle >= min(10.0, limit / 2) and self._sees
            else ""
        )
        return (
            f"the target was still running after {limit:g} seconds, the time limit, and was stopped{waiting}"
        )


def bytes_of(memory: str, whole: int) -> int:
    """Read "4GB", "512MB" or "90%" of `whole`."""
    number, unit = re.fullmatch(r"([\d.]+)(%|[KMGT]B)", memory).groups()  # pyright: ignore - the settings hold it
    factors = {"%": whole / 100, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
    return int(float(number) * factors[unit])


def machine_memory() -> int:
    """Return the bytes of memory that this process may hope for: the machine's, or its container's."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_container_limits()])


def _container_limits() -> Iterable[int]:
    for file in _group_files("memory.max"):
        text = file.read_text(encoding="ascii").strip()
        if text.isdecimal():
            yield int(text)


def _group_files(name: str) -> Iterable[Path]:
    """Return the files of that name of our control group and of those it is part of."""
    try:
        groups = Path("/proc/self/cgroup").read_text(encoding="utf-8")
    except OSError:
        return
    own = re.search(r"^0::/(.*)$", groups, re.MULTILINE)
    root = Path("/sys/fs/cgroup")
    folder = root / (own[1] if own else "")
    for group in (folder, *folder.parents):
        if group.is_relative_to(root) and os.access(file := group / name, os.R_OK):
            yield file


def kills_for_memory() -> int:
    """Return how many processes the kernel has killed so far, here, because memory ran out."""
    files = [Path("/proc/vmstat"), *_group_files("memory.events")]
    found = 0
    for file in files:
        if os.access(file, os.R_OK):
            count = re.search(r"^oom_kill (\d+)$", file.read_text(encoding="ascii"), re.MULTILINE)
            found += int(count[1]) if count else 0
    return found


def _proportional_size(process: Process) -> int:
    """Return the memory of a process, of what it shares only its part."""
    try:
        content = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    size = re.search(r"^Pss: +(\d+) kB$", content, re.MULTILINE)
    return int(size[1]) * 1024 if size else 0


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.3g} GB"
