"""Run an unmodified training script as `__main__`, with `fit` replaced."""

import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.fits import Curves, Fits, fits_replaced
from healthcheck.capture.loop import Loop, LoopStoppedError
from healthcheck.capture.recorder import Recorder, recording
from healthcheck.capture.watch import watching
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.sources import raised_at
from healthcheck.subject import Subject

MAX_FITS = 8
"""Configurations that are checked where nothing else was set."""


class NotCheckableError(HealthcheckError):
    """The script gave us nothing to check; knows the line at fault."""

    def __init__(self, message: str, source: Source | None = None) -> None:
        super().__init__(message)
        self.source = source


def run_script(
    file: str,
    arguments: list[str],
    on_subject: Callable[[Subject], Curves],
    on_fault: Callable[[str, Source | None], None],
    max_fits: int = MAX_FITS,
) -> list[str]:
    """Run the script, hand over each of its trainings, and return notes on what came after them.

    A fit that cannot be checked goes to `on_fault`; the script goes on, as it would for a subject.
    At most `max_fits` configurations are handed over, the first of each.
    Raises `NotCheckableError` when the script raises, or ends, before any fit.
    """
    with recording() as recorder:
        fits = Fits(recorder, on_subject, on_fault, max_fits)
        with _as_main(file, arguments), watching() as watcher:
            fits.asleep = watcher.asleep
            with fits_replaced(fits):
                error = _run(file)
        for loop in watcher.loops.values():
            _check_loop(loop, recorder, fits)
        notes = fits.finish()
    if not fits.count and not watcher.loops:
        raise error or NotCheckableError("the script ran to its end without training anything")
    if error and error.source:
        notes.append(f"after its fit {error}{_place(error.source)}")
    return notes


def _check_loop(loop: Loop, recorder: Recorder, fits: Fits) -> None:
    try:
        subject = subject_of_fit(recorder, loop.source, loop.model, (), loop.fit(recorder))
    except Exception as error:  # noqa: BLE001 - the user's model and data run in here
        fits.on_fault(sentence(error), getattr(error, "source", None) or raised_at(error) or loop.source)
        return
    fits.check(replace(subject, notes=(*subject.notes, loop.note)))


def _run(file: str) -> NotCheckableError | None:
    """Run the script to its end; return how it ended when it did not end well."""
    try:
        runpy.run_path(str(Path(file).absolute()), run_name="__main__")
    except LoopStoppedError:
        return None
    except SystemExit as stop:
        return NotCheckableError(f"the script ended with sys.exit({stop.code!r}) before any `model.fit`")
    except Exception as error:  # noqa: BLE001 - the user's script
        raised = NotCheckableError(f"the script raised {sentence(error)}", raised_at(error))
        raised.__cause__ = error
        return raised
    return None


def _place(source: Source | None) -> str:
    return f" ({source.file}:{source.line})" if source else ""


@contextmanager
def _as_main(file: str, arguments: list[str]) -> Iterator[None]:
    argv, path = sys.argv, list(sys.path)
    sys.argv = [file, *arguments]
    sys.path.insert(0, os.fspath(Path(file).resolve().parent))
    try:
        yield
    finally:
        sys.argv, sys.path[:] = argv, path
