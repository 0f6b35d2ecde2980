"""Run one target in a child process of its own and bring back what it found, whatever happens to it.

The child gets three arguments: the path of a `Request` to read, the path of an `Outcome` to write
(atomically, after every finished subject, at last with `done`), and the number of a file descriptor
that takes one line of UTF-8 per step of progress. What it prints goes to a log that only this module
reads. On `SIGUSR1` it should dump its stack with `faulthandler`, so that a target that hangs can be
told its line.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG

from pydantic import BaseModel, ConfigDict, ValidationError

from healthcheck.config import Settings
from healthcheck.ending import ending, place_in, place_of_hanging, printable
from healthcheck.environment import child_environment
from healthcheck.errors import HealthcheckError
from healthcheck.limits import Watch, kills_for_memory
from healthcheck.report import Source, Subject, not_checked
from healthcheck.running import Running, running
from healthcheck.target import unusable
from healthcheck.warden import family

CHILD = (sys.executable, "-P", "-c", "from healthcheck.child import main; main()")

INTERRUPTED = "the check was interrupted"
_POLL = 0.05
_MAX_RESULT = 500_000_000
"""Bytes of a result that are read."""


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


class Interrupted(KeyboardInterrupt):
    """The user stopped the check; `outcome` has what was found by then."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(INTERRUPTED)
        self.outcome = outcome


def supervise(  # noqa: PLR0913 - all that one run is made of
    target: str,
    arguments: list[str],
    settings: Settings,
    progress: Callable[[str], None],
    command: Sequence[str] = CHILD,
    *,
    environment: Mapping[str, str] = os.environ,
    stop: threading.Event | None = None,
) -> Outcome:
    """Check `target` in a child process and return what it found, with the reason when it did not finish.

    `progress` is called from another thread. `command` is the program to start, before the three
    arguments of the protocol; it gets what may be passed on of `environment`. Raises `Interrupted`
    when the user, or `stop`, wants no more of it.
    """
    problem = unusable(target)
    if problem:
        return Outcome(subjects=[not_checked(printable(target), problem)])
    with _temporary_folder() as folder, tempfile.TemporaryFile(dir=folder, buffering=0) as log:
        request, result = folder / "request.json", folder / "result.json"
        _prepare(request, Request(target=target, arguments=arguments, settings=settings))
        passed_on = child_environment(environment, settings, folder)
        kills, place = kills_for_memory(), None
        words = [*command, str(request), str(result)]
        with running(words, folder, passed_on, log, progress) as child:
            try:
                stopped = _wait(child, Watch(child.root, log, settings), stop)
            except KeyboardInterrupt as interrupt:
                outcome = _read_outcome(result)
                found = outcome if outcome.done else _unfinished(outcome, target, INTERRUPTED)
                raise Interrupted(found) from interrupt
            if stopped and child.pid and len(family(child.root)) <= settings.process_limit:
                place = place_of_hanging(child.pid, child.goes_on, log, target)
        outcome = _read_outcome(result)
        if outcome.done and outcome.subjects:
            return _missed(outcome, passed_on)
        sentence = stopped or ending(child.code, log, kills_for_memory() - kills)
        return _missed(_unfinished(outcome, target, sentence, place or place_in(log, target)), passed_on)


def interrupted(target: str) -> Outcome:
    """Return what is said of a target whose check the user stopped before it began."""
    return _unfinished(Outcome(), target, INTERRUPTED)


@contextmanager
def _temporary_folder() -> Generator[Path]:
    """Make a folder for one run, the target's temporary files included, and remove it afterwards."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="healthcheck-", ignore_cleanup_errors=True)
    except OSError as error:
        raise HealthcheckError(f"no temporary folder can be made: {error.strerror}") from error
    with folder as name:
        yield Path(name)


def _missed(outcome: Outcome, environment: Mapping[str, str]) -> Outcome:
    """Tell a target that failed for a variable which we withhold how to get it."""

    def noted(subject: Subject) -> Subject:
        named = {name for name in os.environ.keys() - environment.keys() if name in subject.summary}
        notes = [
            f"{name} is withheld from the target: `--pass-env {name}` passes it on" for name in sorted(named)
        ]
        return subject.model_copy(update={"notes": [*subject.notes, *notes]}) if notes else subject

    subjects = [noted(one) if one.verdict == "not_checked" else one for one in outcome.subjects]
    return outcome.model_copy(update={"subjects": subjects})


def _prepare(file: Path, request: Request) -> None:
    try:
        file.write_text(request.model_dump_json(), encoding="utf-8")
        (file.parent / "tmp").mkdir()
    except OSError as error:
        shown = f"the temporary folder {str(file.parent)!r}"
        raise HealthcheckError(f"{shown} cannot be used: {error.strerror}") from error


def _wait(child: Running, watch: Watch, stop: threading.Event | None) -> str | None:
    """Wait for the child; return why it has to be stopped, or None when it ended by itself."""
    while child.goes_on():
        if stop and stop.is_set():
            raise KeyboardInterrupt
        if reason := watch.exceeded():
            return reason
        time.sleep(_POLL)
    return None


def _read_outcome(result: Path) -> Outcome:
    """Read what the child has written; a target can put anything there, such as a pipe without an end."""
    try:
        fd = os.open(result, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        with os.fdopen(fd, "rb") as file:
            if not S_ISREG(os.fstat(fd).st_mode):
                return Outcome()
            return Outcome.model_validate_json(file.read(_MAX_RESULT))
    except (OSError, ValidationError):
        return Outcome()


def _unfinished(outcome: Outcome, target: str, sentence: str, place: Source | None = None) -> Outcome:
    cell = f"cell {place.cell}, " if place and place.cell is not None else ""
    where = f" (at {cell}line {place.line})" if place else ""
    missing = not_checked(target, f"{sentence}{where}", place)
    return outcome.model_copy(update={"subjects": [*outcome.subjects, missing]})
