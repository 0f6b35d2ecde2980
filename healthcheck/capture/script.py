"""Run an unmodified training script as `__main__`, with `fit` replaced."""

import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.loop import LoopStoppedError
from healthcheck.capture.recorder import recording
from healthcheck.capture.watch import watching
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.sources import current_source, raised_at
from healthcheck.subject import Subject

Curves = dict[str, list[float]]
"""As in `History.history`: one value an epoch."""


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
) -> list[str]:
    """Run the script, hand over each of its fits, and return notes on what came after them.

    A fit that cannot be checked goes to `on_fault`; the script goes on, as it would for a subject.
    Raises `NotCheckableError` when the script raises, or ends, before any fit.
    """
    fits = 0

    def check(source: Source | None, fit: tuple[Any, ...], arguments: dict[str, Any], *notes: str) -> Curves:
        model, *args = fit
        try:
            subject = subject_of_fit(recorder, source, model, tuple(args), arguments)
        except Exception as error:  # noqa: BLE001 - the user's model and data run in here
            on_fault(sentence(error), raised_at(error) or source)
            return {}
        return on_subject(replace(subject, notes=(*subject.notes, *notes)))

    def fit(model: keras.Model, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        nonlocal fits
        fits += 1
        with watcher.asleep():
            return _history(model, check(current_source(), (model, *args), kwargs))

    with recording() as recorder:
        with _as_main(file, arguments), _fit_replaced(fit), watching() as watcher:
            error = _run(file)
        for loop in watcher.loops.values():
            try:
                check(loop.source, (loop.model,), loop.fit(recorder), loop.note)
            except HealthcheckError as refusal:
                on_fault(str(refusal), loop.source)
    if not fits and not watcher.loops:
        raise error or NotCheckableError("the script ran to its end without training anything")
    return [f"after its fit {error}{_place(error.source)}"] if error and error.source else []


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


def _history(model: keras.Model, curves: Curves) -> keras.callbacks.History:
    history = keras.callbacks.History()
    history.set_model(model)
    history.history = curves
    epochs = max((len(values) for values in curves.values()), default=0)
    history.epoch = list(range(epochs))
    history.params = {"verbose": 0, "epochs": epochs, "steps": None}
    model.history = history
    return history


@contextmanager
def _fit_replaced(fit: Callable[..., Any]) -> Iterator[None]:
    keras.Model.fit = fit
    try:
        yield
    finally:
        del keras.Model.fit


@contextmanager
def _as_main(file: str, arguments: list[str]) -> Iterator[None]:
    argv, path = sys.argv, list(sys.path)
    sys.argv = [file, *arguments]
    sys.path.insert(0, os.fspath(Path(file).resolve().parent))
    try:
        yield
    finally:
        sys.argv, sys.path[:] = argv, path
