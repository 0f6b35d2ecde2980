"""How a target ended that did not finish, and where it was: told from its exit code and its last words."""

import linecache
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from healthcheck.report import Source
from healthcheck.target import parsed

_TAIL = 64_000
"""Bytes at the end of the log that are read after a crash."""
_POLL = 0.05
_PATIENCE = 1.0
"""Seconds a stopped child gets to say where it is."""

_SIGNALS = {
    signal.SIGSEGV: "crashed with a segmentation fault",
    signal.SIGBUS: "crashed with a bus error",
    signal.SIGABRT: "aborted itself",
    signal.SIGFPE: "crashed with an arithmetic error",
    signal.SIGILL: "ran an instruction that this processor does not know",
    signal.SIGXCPU: "was killed at the limit of processor time that this shell sets",
    signal.SIGXFSZ: "wrote a file larger than this shell allows",
    signal.SIGTRAP: "stopped at a breakpoint",
}
"""What it means when one of these ends a process."""


def place_of_hanging(pid: int, runs: Callable[[], bool], log: BinaryIO, target: str) -> Source | None:
    """Ask the child for its stack, which it prints to the log, and find the target's line in it."""
    known = size_of(log)
    try:
        os.kill(pid, signal.SIGUSR1)
    except ProcessLookupError:
        return None
    deadline = time.monotonic() + _PATIENCE
    place = None
    while place is None and runs() and time.monotonic() < deadline:
        time.sleep(_POLL)
        place = place_in(log, target, known)
    return place


def place_in(log: BinaryIO, target: str, start: int = 0) -> Source | None:
    """Find the innermost frame of `target` in what `faulthandler` wrote of the current thread."""
    *_, stack = re.split(
        r"^(?:Current thread .*|Stack) \(most recent call first\):$", _tail(log, start), flags=re.MULTILINE
    )
    file = parsed(target).file
    if file is None:
        return None
    path = Path(file)
    own = {_as_dumped(spelling) for spelling in (path, path.absolute(), path.resolve())}
    for place, line in re.findall(
        r'^  File "(.*)", line (\d+) in .*\n', stack.partition("\n\n")[0], re.MULTILINE
    ):
        script, _, cell = place.partition("#cell-")
        if script in own:
            code = "" if cell else linecache.getline(str(path), int(line)).strip()
            return Source(file=str(path), line=int(line), code=code, cell=int(cell) if cell else None)
    return None


def _as_dumped(path: Path) -> str:
    return str(path).encode("ascii", "backslashreplace").decode()


def size_of(log: BinaryIO) -> int:
    """Return the bytes printed so far."""
    return os.fstat(log.fileno()).st_size


def _tail(log: BinaryIO, start: int = 0) -> str:
    return os.pread(log.fileno(), _TAIL, max(start, size_of(log) - _TAIL)).decode(errors="replace")


def ending(code: int | None, log: BinaryIO, kills_for_memory: int) -> str:
    """Say how a child ended that did not finish, with its last words.

    `kills_for_memory` is how many processes the kernel has killed meanwhile because memory ran out.
    """
    words = _last_words(_tail(log))
    manner = _manner(code, kills_for_memory)
    return f"the target {manner} before the check was finished" + (f": {words}" if words else "")


def _manner(code: int | None, kills_for_memory: int) -> str:
    if code is None:
        return "killed the process that watches over it"
    if code >= 0:
        return f"ended its process with exit status {code}"
    known = {item.value: item.name for item in signal.Signals}
    name = known.get(-code, f"signal {-code}")
    if -code == signal.SIGKILL:
        sure = "by the kernel because" if kills_for_memory else "by SIGKILL, which often means that"
        return f"was killed {sure} memory ran out{' (SIGKILL)' if kills_for_memory else ''}"
    if -code in _SIGNALS:
        return f"{_SIGNALS[signal.Signals(-code)]} ({name})"
    return f"was killed by {name}"


def _last_words(tail: str) -> str:
    """Return the last line that says something; after a fatal error that line stands before the stack."""
    lines = [text for line in tail.splitlines() if (text := printable(line).strip())]
    # TensorFlow's own log lines look like "I0000 00:00:1795347303.810445".
    lines = [line for line in lines if not re.match(r"[IWEF]\d{4} |WARNING: All log messages", line)]
    fatal = [line for line in lines if line.startswith("Fatal Python error: ")]
    return (fatal or lines or [""])[-1][:200]


def printable(text: str) -> str:
    """Drop terminal escapes and control characters: whatever a target says is data."""
    plain = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    return "".join(character for character in plain if character.isprintable())
