"""Take a subject from a saved model, without running code that the file may hold."""

import zipfile
from collections.abc import Callable
from dataclasses import replace

import keras

from healthcheck.capture.factory import assumed, assumptions, checkable, given_data
from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.recorder import Recorder, initializers_of
from healthcheck.capture.script import Curves
from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.subject import Subject

_INSTEAD = "check the function that makes the model instead, `train.py::build_model`"


def run_saved(file: str, settings: Settings, on_subject: Callable[[Subject], Curves]) -> list[str]:
    """Load the model in Keras' safe mode and hand over the subject.

    Raises `NotCheckableError` when it cannot be loaded, or comes without data. Returns no notes.
    """
    with checkable():
        fit = given_data(settings)
        if not fit:
            raise HealthcheckError(
                f"there is no data for the saved model: name it with `--data data.npz`, arrays x and y, "
                f"or `--data train.py`, whose `load_data()` returns them; {file!r} holds none"
            )
        model = _loaded(file)
        recorder = Recorder(initializers=initializers_of(model))
        subject = subject_of_fit(recorder, None, model, (), assumed(settings) | fit)
    notes = (*subject.notes, *assumptions(settings, fit), "the training goes on from the saved weights")
    on_subject(replace(subject, notes=notes))
    return []


def _loaded(file: str) -> keras.Model:
    if not zipfile.is_zipfile(file):
        raise HealthcheckError(
            f"{file!r} is no saved model: `model.save({file!r})` would write a zip archive"
        )
    try:
        model = keras.saving.load_model(file, safe_mode=True)
    except Exception as error:
        raise HealthcheckError(_refusal(file, str(error)) or f"{file!r}: {sentence(error)}") from error
    if not isinstance(model, keras.Model):
        raise HealthcheckError(f"{file!r} holds {type(model).__name__!r}, and no Keras model")
    if not getattr(model, "compiled", False):
        raise HealthcheckError(
            f"{file!r} was saved without its loss and optimizer: save the compiled model, or {_INSTEAD}"
        )
    return model


def _refusal(file: str, message: str) -> str | None:
    if "unsafe" in message.lower():
        return f"{file!r} holds Python code (a Lambda layer), which is never run from a file: {_INSTEAD}"
    if "Could not locate" in message or "registered" in message:
        return f"{file!r} needs classes or functions of your own, which the file does not hold: {_INSTEAD}"
    return None
