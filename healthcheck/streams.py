"""Standard output and standard error: results on the one, progress and errors on the other."""
# ruff: noqa: PLC0415 - what `--help` does not need is imported where it is used

import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from healthcheck.errors import HealthcheckError

if TYPE_CHECKING:
    from rich.console import Console

_HEARTBEAT = 60.0
"""Seconds between two signs of life where nobody watches."""


def open_standard_streams() -> None:
    """Make up for streams that were closed, so that no file or pipe of ours takes the place of one."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        continue
    os.close(fd)
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(fd, "w" if fd else "r", encoding="utf-8", closefd=False))


def put(text: str) -> None:
    """Write to standard output, whatever its encoding, and mind no reader who has left."""
    try:
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, errors="replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _forget_standard_output()
    except OSError as error:
        _forget_standard_output()
        raise HealthcheckError(f"standard output cannot be written: {error.strerror}") from error


def _forget_standard_output() -> None:
    """Keep Python from writing once more, at its end, what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Write one line to standard error; what a target or a file has named in it is data."""
    from healthcheck.render.phrasing import one_line

    line = one_line(text).replace("##[", "# #[")  # a command to Azure's and GitHub's runners
    sys.stderr.write(line.encode(sys.stderr.encoding, "replace").decode(sys.stderr.encoding) + "\n")


def console_of(color: str, *, stderr: bool = False) -> "Console":
    """Return a console of rich, colored as asked."""
    from rich.console import Console

    if color == "always":
        return Console(stderr=stderr, force_terminal=True, color_system="standard")
    return Console(stderr=stderr, color_system=None if color == "never" else "auto")


@contextmanager
def progress_shown(color: str, *, quiet: bool) -> Generator[Callable[[str, str], None]]:
    """Yield what shows a target and its latest event: on a terminal, and else a line a minute."""
    from rich.text import Text

    if quiet:
        yield lambda target, event: None
    elif sys.stderr.isatty():
        with console_of(color, stderr=True).status(Text("starting")) as status:
            yield lambda target, event: status.update(Text(f"{target}: {event}"))
    else:
        yield _once_a_minute(say)


def _once_a_minute(write: Callable[[str], None]) -> Callable[[str, str], None]:
    """Return what lets an event through when a minute has passed: whoever reads a log sees that we live."""
    latest = time.monotonic()

    def show(target: str, event: str) -> None:
        nonlocal latest
        if time.monotonic() - latest >= _HEARTBEAT:
            latest = time.monotonic()
            write(f"healthcheck: {target}: {event}")

    return show
