"""A child that runs below its warden: started, asked where it is, and stopped with all it has started."""

import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from healthcheck.ending import printable
from healthcheck.environment import MARKER
from healthcheck.errors import HealthcheckError
from healthcheck.warden import __file__ as warden_file
from healthcheck.warden import kill, marked

_WARDEN = (sys.executable, "-I", "-S", warden_file)
_MAX_EVENT = 1000
"""Bytes of one event of progress."""
_HEARTBEAT = 30.0
"""Seconds of silence after which it is said that the child still runs."""
_LAST = 15.0
"""Seconds in which the warden has to be done."""
_PATIENCE = 1.0
"""Seconds in which the last events have to arrive."""


class Running:
    """A child and its warden; see `warden.py`."""

    def __init__(self, warden: subprocess.Popen[bytes], status: FileIO, life: FileIO) -> None:
        self._warden, self._status, self._life = warden, status, life
        self._said = b""

    @property
    def root(self) -> int:
        """The process of which the child and all that it starts are descendants."""
        return self._warden.pid

    @property
    def pid(self) -> int | None:
        """The child itself, once it has started."""
        return self._told("started")

    @property
    def code(self) -> int | None:
        """The exit code of the child; None when it did not end by itself."""
        return self._told("ended")

    @property
    def failure(self) -> int | None:
        """The error number with which the child could not be started."""
        return self._told("failed")

    def goes_on(self) -> bool:
        """Whether the child still runs."""
        return self._warden.poll() is None

    def stop(self, marker: str) -> None:
        """Stop the child and all that it has started."""
        with suppress(BrokenPipeError):
            self._life.write(b"s")
        self._warden.send_signal(signal.SIGCONT)  # the target may have stopped it
        try:
            self._warden.wait(_LAST)
        except subprocess.TimeoutExpired:
            self._warden.kill()
            self._warden.wait()
        while self.code is None and (left := marked(marker.encode())):
            kill(left)  # the warden was killed, and could not do this

    def _told(self, what: str) -> int | None:
        while not self._status.closed and (more := self._status.read(4096)):
            self._said += more
        found = re.search(rf"^{what} (-?\d+)$", self._said.decode(), re.MULTILINE)
        return int(found[1]) if found else None


@contextmanager
def running(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    log: BinaryIO,
    progress: Callable[[str], None],
) -> Generator[Running]:
    """Start the child in a session of its own, `folder` for itself, its output in `log`.

    Inside the block it may be asked and stopped; at the end of the block it is stopped, and can still be
    asked how it ended.
    """
    with _pipe() as (status, tells), _pipe() as (lives, life), _pipe() as (events, event):
        os.set_blocking(status.fileno(), False)
        passed = [pipe.fileno() for pipe in (tells, lives, event)]
        words = [*_WARDEN, *map(str, passed[:2]), str(folder), *command, str(passed[2])]
        warden = subprocess.Popen(  # noqa: S603  running the user's script is what we are for
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=passed,
            start_new_session=True,
            env=environment,
        )
        for end in (event, tells, lives):
            end.close()
        listener = threading.Thread(target=_listen, args=(os.dup(events.fileno()), progress), daemon=True)
        listener.start()
        child = Running(warden, status, life)
        try:
            yield child
        finally:
            child.stop(f"{MARKER}={environment[MARKER]}")
            listener.join(timeout=_PATIENCE)
        if child.failure is not None:
            raise HealthcheckError(f"{command[0]!r} cannot be started: {os.strerror(child.failure)}")


@contextmanager
def _pipe() -> Generator[tuple[FileIO, FileIO]]:
    """Yield the two ends of a pipe; those still open are closed at the end."""
    reader, writer = os.pipe()
    with FileIO(reader) as reads, FileIO(writer, "w") as writes:
        yield reads, writes


def _listen(reader: int, progress: Callable[[str], None]) -> None:
    """Pass on what the child says of its progress, and that it still is at it when it is silent."""
    latest, since, unread = "starting", time.monotonic(), b""
    with os.fdopen(reader, "rb", buffering=0) as events:
        while True:
            if not select.select([events], [], [], _HEARTBEAT)[0]:
                progress(f"{latest} (for {time.monotonic() - since:.0f} s)")
                continue
            more = events.read(_MAX_EVENT)
            *lines, unread = (unread + more).split(b"\n")
            if len(unread) >= _MAX_EVENT or not more:
                lines, unread = [*lines, unread], b""
            for line in filter(None, lines):
                latest, since = printable(line.decode(errors="replace"))[:200], time.monotonic()
                progress(latest)
            if not more:
                return
