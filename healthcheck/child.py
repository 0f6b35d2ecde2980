"""The process that runs the user's script, and TensorFlow with it; see `supervisor.py` for the protocol."""

import faulthandler
import importlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from healthcheck import __version__
from healthcheck.capture.faults import sentence
from healthcheck.capture.legacy import refuse_libraries
from healthcheck.config import configured_rules
from healthcheck.errors import HealthcheckError
from healthcheck.registry import installed_rules
from healthcheck.report import Source, Subject, not_checked
from healthcheck.silence import unused
from healthcheck.sources import raised_at
from healthcheck.supervisor import Outcome, Request
from healthcheck.target import parsed


def main() -> None:
    """Check the target of the request named on the command line and write what was found."""
    request_file, result_file, progress_fd = sys.argv[1:]
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)
    request = Request.model_validate_json(Path(request_file).read_text(encoding="utf-8"))
    events = os.fdopen(int(progress_fd), "w", encoding="utf-8", buffering=1)

    def progress(event: str) -> None:
        try:
            events.write(event.replace("\n", " ") + "\n")
        except BrokenPipeError:
            os._exit(2)  # nobody is left to report to
        except OSError:
            return  # the script has closed what is not its own

    found = Found(Path(result_file), progress)
    try:
        check_target(request, found)
    except HealthcheckError as error:
        found.fault(request.target, str(error), error.source)
    found.write(done=True)
    # Threads and processes that the script left behind must not keep a finished check waiting.
    sys.stdout.flush()
    os._exit(0)


class Found:
    """What was found so far; every finished subject is safe on disk before the next one starts."""

    def __init__(self, file: Path, progress: Callable[[str], object]) -> None:
        self.progress = progress
        self._file = file
        self._outcome = Outcome(versions={"healthcheck": __version__, "python": sys.version.split()[0]})

    @property
    def subjects(self) -> list[Subject]:
        """The finished subjects."""
        return self._outcome.subjects

    def on(self, device: str, versions: dict[str, str]) -> None:
        """Note where the check runs."""
        update = {"device": device, "versions": self._outcome.versions | versions}
        self._outcome = self._outcome.model_copy(update=update)

    def drop(self, subject: Subject | None) -> None:
        """Take back a subject that another one includes."""
        kept = [other for other in self._outcome.subjects if other is not subject]
        self._outcome = self._outcome.model_copy(update={"subjects": kept})

    def subject(self, subject: Subject) -> Subject:
        """Add a finished subject; a second one of the same name gets a number."""
        names = [other.name for other in self._outcome.subjects]
        if subject.name in names:
            number = sum(name.split(" #")[0] == subject.name for name in names) + 1
            subject = subject.model_copy(update={"name": f"{subject.name} #{number}"})
        self._outcome = self._outcome.model_copy(update={"subjects": [*self._outcome.subjects, subject]})
        self.write(done=False)
        return subject

    def fault(self, target: str, message: str, source: Source | None) -> None:
        """Add something that could not be checked."""
        self.subject(not_checked(target, message, source))

    def note(self, notes: list[str]) -> None:
        """Add notes to the last subject."""
        if not notes:
            return
        *others, last = self._outcome.subjects
        last = last.model_copy(update={"notes": [*last.notes, *notes]})
        self._outcome = self._outcome.model_copy(update={"subjects": [*others, last]})

    def write(self, *, done: bool) -> None:
        """Write the result as a whole."""
        whole = self._file.with_suffix(".new")
        whole.write_text(self._outcome.model_copy(update={"done": done}).model_dump_json(), encoding="utf-8")
        whole.replace(self._file)


def check_target(request: Request, found: Found) -> None:
    """Run the target and add every subject and every fault to what was found.

    Raises `HealthcheckError` when there is nothing to check.
    """
    refuse_libraries(os.environ)
    settings, rules = request.settings, configured_rules(request.settings)
    target = parsed(request.target)
    if target.file and target.file.endswith(".py"):
        _require_syntax(target.file)
    found.progress("importing TensorFlow")
    _require_tensorflow()
    from healthcheck.capture.cache import cache_of  # noqa: PLC0415 - loads TensorFlow
    from healthcheck.capture.factory import run_factory  # noqa: PLC0415
    from healthcheck.capture.program import program_of  # noqa: PLC0415
    from healthcheck.capture.saved import run_saved  # noqa: PLC0415
    from healthcheck.capture.script import Curves, run_program  # noqa: PLC0415
    from healthcheck.probes import device  # noqa: PLC0415
    from healthcheck.run import check  # noqa: PLC0415

    _write_no_bytecode()
    found.on(*device.prepare(settings))
    cache = cache_of(request, rules.values())

    reported: dict[int, Subject] = {}

    def on_subject(subject: Any) -> Curves:
        def progress(event: str) -> None:
            found.progress(f"{subject.name}: {event}")

        try:
            measure = partial(check, subject, request.target, settings, rules, progress)
            checked = cache.checked(subject, measure)
        except Exception as error:  # noqa: BLE001 - the user's model runs in here
            found.fault(request.target, sentence(error), raised_at(error) or subject.sources.fit)
            return {}
        if subject.instead_of is not None:
            found.drop(reported.get(id(subject.instead_of)))
        reported[id(subject)] = found.subject(checked.report)
        if checked.trained:
            # The script's later lines evaluate, save or go on training this model.
            checked.trained.restore()
        return checked.curves

    def on_fault(message: str, source: Source | None) -> None:
        found.fault(request.target, message, source)

    found.progress(f"running {request.target}")
    if target.form == "function":
        notes = run_factory(target, request.arguments, settings, on_subject)
    elif target.form == "saved model":
        notes = run_saved(target.file or "", settings, on_subject)
    else:
        notes = run_program(program_of(target), request.arguments, on_subject, on_fault, settings.max_fits)
    found.note([*notes, *unused(found.subjects, settings.per_layer_ignores, installed_rules())])


def _require_syntax(file: str) -> None:
    """Refuse what is no Python before TensorFlow is loaded, which takes seconds."""
    try:
        compile(Path(file).read_bytes(), str(Path(file).absolute()), "exec", dont_inherit=True)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        refusal = HealthcheckError(f"the script raised {reason}".rstrip(": "))
        refusal.source = raised_at(error)
        raise refusal from error


def _require_tensorflow() -> None:
    """Load it, once."""
    try:
        importlib.import_module("healthcheck.run")
    except Exception as error:
        raise HealthcheckError(f"TensorFlow cannot be imported: {sentence(error)}") from error


def _write_no_bytecode() -> None:
    """Leave no `__pycache__` beside the user's files, and let no process of the script do so."""
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
