"""The door from Python: check a model that exists, in this process, and leave it as it was."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras

from healthcheck.assemble import assembled
from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.recorder import Recorder, initializers_of, recording
from healthcheck.config import Settings, configured_rules, read_settings
from healthcheck.errors import HealthcheckError
from healthcheck.probes.device import present
from healthcheck.probes.state import unchanged
from healthcheck.report import Report, Source
from healthcheck.run import check as check_subject
from healthcheck.sources import current_source
from healthcheck.subject import Subject
from healthcheck.supervisor import Outcome


def check(  # noqa: PLR0913 - the arguments of `fit` that matter, and the settings
    model: keras.Model,
    x: Any,
    y: Any = None,
    *,
    epochs: int = 20,
    batch_size: int | None = None,
    validation_data: Any = None,
    validation_split: float = 0.0,
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    shuffle: bool = True,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    settings: Settings | Mapping[str, object] = MappingProxyType({}),
    recorder: Recorder | None = None,
) -> Report:
    """Check whether a compiled model can learn, as `model.fit` with the same arguments would train it.

    Nothing is trained for good: weights, optimizer, metrics and the random states of Python, NumPy and
    the model's layers are afterwards as they were. The data may be whatever `fit` takes; what a Python
    generator yielded is gone, so give it anew to `fit`. `settings` override, by their names, those of
    `[tool.healthcheck]` in the closest pyproject.toml: `{"select": ["gradients"], "budget": "20s"}`.
    `recorder` is that of a recording in progress; it knows the line that made each layer.

    Raises `HealthcheckError` when the settings are wrong or the model cannot be checked.
    """
    if not isinstance(settings, Settings):
        settings = read_settings(Path.cwd(), settings)
    fit = {
        "x": x,
        "y": y,
        "epochs": epochs,
        "batch_size": batch_size,
        "validation_data": validation_data,
        "validation_split": validation_split,
        "sample_weight": sample_weight,
        "class_weight": class_weight,
        "callbacks": list(callbacks),
        "shuffle": shuffle,
        "initial_epoch": initial_epoch,
        "steps_per_epoch": steps_per_epoch,
        "validation_steps": validation_steps,
    }
    if recorder is not None:
        return check_recorded(recorder, model, fit, settings)
    with recording() as seen:
        return check_recorded(seen, model, fit, settings)


def check_recorded(
    recorder: Recorder, model: keras.Model, fit: Mapping[str, Any], settings: Settings
) -> Report:
    """Check a model of which `recorder` saw as much as it could."""
    started = time.monotonic()
    _refuse_what_is_no_model(model)
    device, versions = present()
    rules = configured_rules(settings)
    source = current_source()
    place = f"{source.file}:{source.line}" if source else "<interactive>"
    with unchanged(model):
        recorder.initializers = initializers_of(model) | recorder.initializers
        subject = _subject(recorder, source, model, dict(fit))
        checked = check_subject(subject, place, settings, rules, lambda _: None)
    outcome = Outcome(subjects=[checked.report], versions=versions, device=device, done=True)
    return assembled([outcome], settings, f"healthcheck.check, called at {place}", time.monotonic() - started)


def _refuse_what_is_no_model(model: object) -> None:
    if not isinstance(model, keras.Model):
        kind = f"{type(model).__module__.partition('.')[0]}.{type(model).__name__}"
        raise HealthcheckError(f"a model of Keras 3 was expected, but there is {kind!r}")
    if not getattr(model, "compiled", False):
        raise HealthcheckError("the model was not compiled: call `model.compile(...)` first")


def _subject(recorder: Recorder, source: Source | None, model: keras.Model, fit: dict[str, Any]) -> Subject:
    """Return the subject; what the model or its data raise becomes a sentence."""
    try:
        return subject_of_fit(recorder, source, model, (), fit)
    except HealthcheckError:
        raise
    except Exception as error:
        raise HealthcheckError(sentence(error)) from error
