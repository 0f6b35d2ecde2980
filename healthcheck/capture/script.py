"""Run an unmodified training script as `__main__`, with `fit` replaced."""

import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.recorder import recording
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

    def fit(model: keras.Model, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        nonlocal fits
        fits += 1
        source = current_source()
        try:
            subject = subject_of_fit(recorder, source, model, args, kwargs)
        except Exception as error:  # noqa: BLE001 - the user's model and data run in here
            on_fault(sentence(error), raised_at(error) or source)
            return _history(model, {})
        return _history(model, on_subject(subject))

    with recording() as recorder, _as_main(file, arguments), _fit_replaced(fit):
        try:
            runpy.run_path(str(Path(file).absolute()), run_name="__main__")
        except SystemExit as stop:
            if not fits:
                raise NotCheckableError(
                    f"the script ended with sys.exit({stop.code!r}) before any `model.fit`"
                ) from stop
        except Exception as error:
            if not fits:
                raise NotCheckableError(f"the script raised {sentence(error)}", raised_at(error)) from error
            return [f"after its fit the script raised {sentence(error)}{_place(raised_at(error))}"]
    if not fits:
        raise NotCheckableError("the script ran to its end without calling `model.fit`")
    return []


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
