"""Run an unmodified training program as `__main__`, with `fit` replaced."""

import argparse
import os
import sys
from collections.abc import Callable
from traceback import walk_tb

import keras

from healthcheck.capture.bounds import within_bounds
from healthcheck.capture.faults import sentence
from healthcheck.capture.fits import Curves, Fits, fits_replaced
from healthcheck.capture.legacy import refuse_other_keras
from healthcheck.capture.loop import Loop, LoopStoppedError
from healthcheck.capture.program import Program, as_main, beside
from healthcheck.capture.recorder import Recorder, recording
from healthcheck.capture.watch import watching
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.sources import raised_at
from healthcheck.subject import Subject

MAX_FITS = 8
"""Configurations that are checked where nothing else was set."""


class NotCheckableError(HealthcheckError):
    """The program gave us nothing to check; knows the line at fault."""

    def __init__(self, message: str, source: Source | None = None) -> None:
        super().__init__(message)
        self.source = source


def run_program(
    program: Program,
    arguments: list[str],
    on_subject: Callable[[Subject], Curves],
    on_fault: Callable[[str, Source | None], None],
    max_fits: int = MAX_FITS,
) -> list[str]:
    """Run the program, hand over each of its trainings, and return notes on what came after them.

    A fit that cannot be checked goes to `on_fault`; the program goes on, as it would for a subject.
    At most `max_fits` configurations are handed over, the first of each.
    Raises `NotCheckableError` when it raises, or ends, before any fit.
    """
    with recording() as recorder:
        fits, train = Fits(recorder, on_subject, on_fault, max_fits), keras.Model.fit
        with as_main(program, arguments), watching() as watcher:
            fits.asleep = watcher.asleep
            with fits_replaced(fits), within_bounds(program.file, train):
                error, notes = _run(program)
        if not fits.count:
            refuse_other_keras(os.environ, program.file)
        for loop in watcher.loops.values():
            _check_loop(loop, recorder, watcher.trained(), fits)
        notes += fits.finish()
    if not fits.count and not watcher.loops:
        raise error or _trained_nothing(program, recorder)
    if error and error.source:
        notes.append(f"after its fit {error}{_place(error.source)}")
    return notes


def _check_loop(loop: Loop, recorder: Recorder, trained: set[int], fits: Fits) -> None:
    try:
        subject = loop.subject(recorder, trained)
    except Exception as error:  # noqa: BLE001 - the user's model and data run in here
        fits.on_fault(sentence(error), getattr(error, "source", None) or raised_at(error) or loop.source)
        return
    fits.check(subject)


def _run(program: Program) -> tuple[NotCheckableError | None, list[str]]:
    """Run the program to its end; return how it ended when it did not end well, and its notes."""
    try:
        return None, program.run()
    except LoopStoppedError:
        return None, []
    except SystemExit as stop:
        return _stopped(program, stop), []
    except HealthcheckError as error:
        return NotCheckableError(str(error), getattr(error, "source", None) or raised_at(error)), []
    except Exception as error:  # noqa: BLE001 - the user's program
        said = sentence(error)
        raised = NotCheckableError(
            f"the {program.what} raised {said}{beside(program, said)}", raised_at(error)
        )
        raised.__cause__ = error
        return raised, []


def _stopped(program: Program, stop: SystemExit) -> NotCheckableError:
    """Say that a program ended itself, and why if its arguments were wrong."""
    said = [
        frame.f_locals["message"]
        for frame, _ in walk_tb(stop.__traceback__)
        if frame.f_code.co_filename == argparse.__file__ and "message" in frame.f_locals
    ]
    why = f": {said[0]}; its arguments follow `--`" if said else ""
    return NotCheckableError(
        f"the {program.what} ended with sys.exit({stop.code!r}) before any `model.fit`{why}",
        raised_at(stop) if said else None,
    )


def _trained_nothing(program: Program, recorder: Recorder) -> NotCheckableError:
    message = f"the {program.what} ran to its end without training anything"
    if "torch" in sys.modules and not recorder.layers:
        message += " in Keras; it imports torch, whose models cannot be checked"
    elif "multiprocessing.popen_fork" in sys.modules or "multiprocessing.popen_spawn_posix" in sys.modules:
        message += " in this process; what it does in others is not seen"
    return NotCheckableError(message)


def _place(source: Source | None) -> str:
    return f" ({source.file}:{source.line})" if source else ""
