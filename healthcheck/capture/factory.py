"""Take a subject from a name: a model, or a function that returns one, and the data beside it."""

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.recorder import recording
from healthcheck.capture.script import Curves, NotCheckableError
from healthcheck.config import did_you_mean
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.sources import raised_at, source_at
from healthcheck.subject import Subject
from healthcheck.target import Target

ASSUMED_EPOCHS = 20
"""Planned epochs of a model that comes without a plan."""
DATA = "load_data"
"""Name of the function that a module offers its data by."""


def run_factory(target: Target, on_subject: Callable[[Subject], Curves]) -> list[str]:
    """Import what holds the target, make the model, and hand over the subject.

    Raises `NotCheckableError` when one of these does not work. Returns notes, as `run_script` does.
    """
    with recording() as recorder, _importable(target):
        try:
            module = _module(target)
            value, source = _made(module, target.attribute or "")
            model, arguments = fit_of(value, module)
            subject = subject_of_fit(recorder, source, model, (), {"epochs": ASSUMED_EPOCHS} | arguments)
        except HealthcheckError as error:
            raise NotCheckableError(str(error), getattr(error, "source", None) or raised_at(error)) from error
        except Exception as error:
            raise NotCheckableError(sentence(error), raised_at(error)) from error
        assumed = () if "epochs" in arguments else (f"no epochs were given: {ASSUMED_EPOCHS} are assumed",)
        on_subject(replace(subject, notes=(*subject.notes, *assumed)))
    return []


def fit_of(made: Any, module: ModuleType) -> tuple[keras.Model, dict[str, Any]]:
    """Return the model and the arguments of its `fit`.

    Taken are `model`, `(model, x, y)`, and `(model, arguments)` with the arguments of `fit` in a
    dictionary. A model alone is trained on what `load_data()` of its module returns.
    """
    parts = made if isinstance(made, tuple) else (made,)
    model, *data = parts
    if not isinstance(model, keras.Model):
        raise HealthcheckError(
            f"a Keras model was expected, alone, as (model, x, y) or as (model, arguments of fit), "
            f"but there is {type(model).__name__!r}"
        )
    if not data:
        load_data = getattr(module, DATA, None)
        if not callable(load_data):
            raise HealthcheckError(
                f"there is no data for the model: return (model, x, y), or define `{DATA}()` beside it"
            )
        loaded = load_data()
        data = list(loaded) if isinstance(loaded, tuple) else [loaded]
    return model, _fit_arguments(data)


def _fit_arguments(data: list[Any]) -> dict[str, Any]:
    """Understand `x, y`; `(x, y), (x, y)` as in `keras.datasets`; a pipeline; and arguments of `fit`."""
    if len(data) == 1 and isinstance(data[0], Mapping):
        return dict(data[0])
    if len(data) == 1:
        return {"x": data[0]}
    if len(data) == 2 and all(isinstance(part, tuple) for part in data):
        (x, y), validation = data
        return {"x": x, "y": y, "validation_data": validation}
    if len(data) == 2:
        return {"x": data[0], "y": data[1]}
    raise HealthcheckError(f"the data should be (x, y) or ((x, y), (x, y)), but it has {len(data)} parts")


def _made(module: ModuleType, attribute: str) -> tuple[Any, Source | None]:
    """Return what the attribute is or, when it is a function, returns, and the line of that function."""
    try:
        found: Any = attrgetter(attribute)(module)
    except AttributeError as error:
        known = [name for name in vars(module) if not name.startswith("_")]
        place = Source(file=source_at(module.__file__, 1).file, line=1) if module.__file__ else None
        message = f"{module.__name__!r} has no {attribute!r}{did_you_mean(attribute, known)}"
        raise NotCheckableError(message, place) from error
    if isinstance(found, keras.Model) or not callable(found):
        return found, None
    code = getattr(inspect.unwrap(found), "__code__", None)
    return found(), source_at(code.co_filename, code.co_firstlineno) if code else None


def _module(target: Target) -> ModuleType:
    if target.module:
        return importlib.import_module(target.module)
    path = Path(target.file or "").resolve()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise HealthcheckError(f"{str(path)!r} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(target: Target) -> Iterator[None]:
    """Put the target's folder, or the working directory, where `import` looks first."""
    kept, modules = list(sys.path), dict(sys.modules)
    sys.path.insert(0, os.fspath(Path(target.file).resolve().parent if target.file else Path.cwd()))
    try:
        yield
    finally:
        sys.path[:] = kept
        if target.file:
            name = Path(target.file).stem
            sys.modules.pop(name, None)
            sys.modules.update({name: modules[name]} if name in modules else {})
