"""Run one target in a child process of its own and bring back what it found, whatever happens to it.

The child gets three arguments: the path of a `Request` to read, the path of an `Outcome` to write
(atomically, after every finished subject, at last with `done`), and the number of a file descriptor
that takes one line of UTF-8 per step of progress. What it prints goes to a log that only this module
reads. On `SIGUSR1` it should dump its stack with `faulthandler`, so that a target that hangs can be
told its line.
"""

import linecache
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from pydantic import BaseModel, ConfigDict, ValidationError

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source, Subject, not_checked
from healthcheck.target import parsed

CHILD = (sys.executable, "-P", "-c", "from healthcheck.child import main; main()")

_MAX_LOG = 50_000_000
"""Bytes a target may print."""
_TAIL = 64_000
"""Bytes at the end of the log that are read after a crash."""
_POLL = 0.05
_PATIENCE = 1.0
"""Seconds a stopped child gets to say where it is."""


class Request(BaseModel):
    """What the child is asked to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    arguments: list[str]
    settings: Settings


class Outcome(BaseModel):
    """What came of one target; what the child writes as its result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subjects: list[Subject] = []
    versions: dict[str, str] = {}
    device: str = ""
    done: bool = False
    """Whether the child came to its end; false while more subjects may follow."""


def supervise(
    target: str,
    arguments: list[str],
    settings: Settings,
    progress: Callable[[str], None],
    command: Sequence[str] = CHILD,
) -> Outcome:
    """Check `target` in a child process and return what it found, with the reason when it did not finish.

    `progress` is called from another thread. `command` is the program to start, before the three
    arguments of the protocol.
    """
    problem = _unusable(target)
    if problem:
        return Outcome(subjects=[not_checked(_printable(target), problem)])
    with tempfile.TemporaryDirectory(prefix="healthcheck-", ignore_cleanup_errors=True) as folder:
        request, result, log = (Path(folder) / name for name in ("request.json", "result.json", "log"))
        content = Request(target=target, arguments=arguments, settings=settings)
        request.write_text(content.model_dump_json(), encoding="utf-8")
        with _started([*command, str(request), str(result)], log, settings.seed, progress) as child:
            stopped = _wait(child, log, settings.time_limit)
            place = _place_of_hanging(child, log, target) if stopped else None
        outcome = _read_outcome(result)
        if outcome.done and outcome.subjects:
            return outcome
        place = place or _deepest_line(_tail(log), target)
        sentence = stopped or _ending(child.returncode, log)
        return _unfinished(outcome, target, sentence, place)


def _unusable(target: str) -> str | None:
    """Say why `target` is nothing that can be run, before a process is started for it."""
    file, _, attribute = parsed(target)
    if attribute is not None and not all(part.isidentifier() for part in attribute.split(".")):
        return f"{_printable(attribute)!r} in {_printable(target)!r} is not a Python name"
    return None if file is None else _unreadable(file)


def _unreadable(file: str) -> str | None:
    path = Path(file)
    shown = repr(_printable(file))
    try:
        if not S_ISREG(mode := path.stat().st_mode):
            return (
                f"{shown} is {'a directory' if S_ISDIR(mode) else 'no regular file'}, not a training script"
            )
        if path.suffix != ".py":
            return f"{shown} is not a Python file: its name does not end in .py"
        path.open("rb").close()
        file.encode()
    except (FileNotFoundError, NotADirectoryError):
        return f"{shown} does not exist"
    except OSError as error:
        return f"{shown} cannot be read: {error.strerror}"
    except UnicodeEncodeError:
        return f"{shown} cannot be checked: its name is not valid UTF-8"
    return None


@contextmanager
def _started(
    command: list[str], log: Path, seed: int, progress: Callable[[str], None]
) -> Generator[subprocess.Popen[bytes]]:
    """Start the child in a process group of its own; on exit no process of that group is left."""
    reader, writer = os.pipe()
    with log.open("ab") as output, os.fdopen(writer, "wb"):
        try:
            child = subprocess.Popen(  # noqa: S603  running the user's script is what we are for
                [*command, str(writer)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=[writer],
                start_new_session=True,
                env=child_environment(os.environ, seed),
            )
        except OSError as error:
            os.close(reader)
            raise HealthcheckError(f"{command[0]!r} cannot be started: {error.strerror}") from error
    listener = threading.Thread(target=_listen, args=(reader, progress), daemon=True)
    listener.start()
    try:
        yield child
    finally:
        # macOS refuses to signal a group of which only the dead leader is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        listener.join(timeout=_PATIENCE)


def child_environment(inherited: Mapping[str, str], seed: int) -> dict[str, str]:
    """Return the child's environment: ours, without the tokens of continuous integration."""
    withheld = {"GITHUB_TOKEN", "GH_TOKEN"}
    kept = {k: v for k, v in inherited.items() if k not in withheld and not k.startswith("ACTIONS_")}
    return kept | {
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": str(seed),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def _listen(reader: int, progress: Callable[[str], None]) -> None:
    with os.fdopen(reader, encoding="utf-8", errors="replace") as lines:
        for line in iter(partial(lines.readline, 1000), ""):
            progress(_printable(line)[:200])


def _wait(child: subprocess.Popen[bytes], log: Path, limit: float) -> str | None:
    """Wait for the child; return why it has to be stopped, or None when it ended by itself."""
    deadline = time.monotonic() + limit
    while child.poll() is None:
        if time.monotonic() >= deadline:
            return f"the target was still running after {limit:g} seconds, the time limit, and was stopped"
        if log.stat().st_size > _MAX_LOG:
            return f"the target printed more than {_MAX_LOG // 1_000_000} MB and was stopped"
        time.sleep(_POLL)
    return None


def _place_of_hanging(child: subprocess.Popen[bytes], log: Path, target: str) -> Source | None:
    """Ask the child for its stack, which it prints to the log, and find the target's line in it."""
    known = log.stat().st_size
    child.send_signal(signal.SIGUSR1)
    deadline = time.monotonic() + _PATIENCE
    place = None
    while place is None and child.poll() is None and time.monotonic() < deadline:
        time.sleep(_POLL)
        place = _deepest_line(_tail(log, known), target)
    return place


def _deepest_line(dump: str, target: str) -> Source | None:
    """Find the innermost frame of `target` in what `faulthandler` wrote of the current thread."""
    *_, stack = re.split(
        r"^(?:Current thread .*|Stack) \(most recent call first\):$", dump, flags=re.MULTILINE
    )
    file = parsed(target).file
    if file is None:
        return None
    path = Path(file)
    own = {_as_dumped(spelling) for spelling in (path, path.absolute(), path.resolve())}
    for place, line in re.findall(
        r'^  File "(.*)", line (\d+) in .*\n', stack.partition("\n\n")[0], re.MULTILINE
    ):
        if place in own:
            return Source(
                file=str(path), line=int(line), code=linecache.getline(str(path), int(line)).strip()
            )
    return None


def _as_dumped(path: Path) -> str:
    return str(path).encode("ascii", "backslashreplace").decode()


def _tail(log: Path, start: int = 0) -> str:
    with log.open("rb") as content:
        content.seek(max(start, log.stat().st_size - _TAIL))
        return content.read(_TAIL).decode(errors="replace")


def _read_outcome(result: Path) -> Outcome:
    try:
        return Outcome.model_validate_json(result.read_bytes())
    except (FileNotFoundError, ValidationError):
        return Outcome()


def _ending(status: int, log: Path) -> str:
    """Say how a child ended that did not finish, with its last words."""
    words = _last_words(_tail(log))
    return f"the target {_manner(status)} before the check was finished" + (f": {words}" if words else "")


def _manner(status: int) -> str:
    if status >= 0:
        return f"exited with status {status}"
    known = {item.value: item.name for item in signal.Signals}
    reason = " (often: out of memory)" if -status == signal.SIGKILL else ""
    return f"was killed by signal {known.get(-status, -status)}{reason}"


def _last_words(tail: str) -> str:
    """Return the last line that says something; after a fatal error that line stands before the stack."""
    lines = [text for line in tail.splitlines() if (text := _printable(line).strip())]
    # TensorFlow's own log lines look like "I0000 00:00:1795347303.810445".
    lines = [line for line in lines if not re.match(r"[IWEF]\d{4} |WARNING: All log messages", line)]
    fatal = [line for line in lines if line.startswith("Fatal Python error: ")]
    return (fatal or lines or [""])[-1][:200]


def _unfinished(outcome: Outcome, target: str, sentence: str, place: Source | None) -> Outcome:
    where = f" (at line {place.line})" if place else ""
    missing = not_checked(target, f"{sentence}{where}", place)
    return outcome.model_copy(update={"subjects": [*outcome.subjects, missing]})


def _printable(text: str) -> str:
    """Drop terminal escapes and control characters: whatever a target says is data."""
    plain = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    return "".join(character for character in plain if character.isprintable())
