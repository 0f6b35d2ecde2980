"""Take a subject from a name: a model, or a function that returns one, and the data beside it."""

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import keras

from healthcheck.capture.data_file import read_npz
from healthcheck.capture.faults import sentence
from healthcheck.capture.fit import subject_of_fit
from healthcheck.capture.recorder import recording
from healthcheck.capture.script import Curves, NotCheckableError
from healthcheck.config import Settings, did_you_mean
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source
from healthcheck.sources import raised_at, shown_from, source_at
from healthcheck.subject import Subject
from healthcheck.target import Target, parsed, unusable

DATA = "load_data"
"""Name of the function that a module offers its data by."""


def run_factory(
    target: Target, arguments: list[str], settings: Settings, on_subject: Callable[[Subject], Curves]
) -> list[str]:
    """Import what holds the target, make the model, and hand over the subject.

    Raises `NotCheckableError` when one of these does not work. Returns notes, as `run_program` does.
    """
    with recording() as recorder, importable(target, arguments), checkable():
        module = _module(target)
        value, source = _made(module, target.attribute or "")
        model, plan = fit_of(value, module, given_data(settings))
        subject = subject_of_fit(recorder, source, model, (), assumed(settings) | plan)
    on_subject(replace(subject, notes=(*subject.notes, *assumptions(settings, plan))))
    return []


@contextmanager
def checkable() -> Iterator[None]:
    """Turn whatever the user's code raises inside the block into `NotCheckableError`."""
    try:
        yield
    except HealthcheckError as error:
        raise NotCheckableError(str(error), getattr(error, "source", None) or raised_at(error)) from error
    except SystemExit as stop:
        raise NotCheckableError(f"importing it ended with sys.exit({stop.code!r})", raised_at(stop)) from stop
    except Exception as error:
        raise NotCheckableError(sentence(error), raised_at(error)) from error


def assumed(settings: Settings) -> dict[str, Any]:
    """Return the plan of a model that comes without one."""
    return {"epochs": settings.epochs, "batch_size": settings.batch_size}


def assumptions(settings: Settings, plan: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what was assumed, if anything was."""
    return () if "epochs" in plan else (f"no plan was given: {settings.epochs} epochs are assumed",)


def given_data(settings: Settings) -> dict[str, Any]:
    """Return the arguments of `fit` that the data of the settings amount to; none without any.

    They are an .npz file, or a Python file whose `load_data`, or the function named after `::`, returns them.
    """
    if not settings.data:
        return {}
    target = parsed(settings.data)
    if target.form == "script" and not settings.data.endswith(".py"):
        return read_npz(settings.data)
    problem = unusable(settings.data)
    if problem or target.form not in ("script", "function"):
        raise HealthcheckError(
            f"the data: {problem or f'{settings.data!r} is neither an .npz file nor a Python file'}"
        )
    target = target._replace(attribute=target.attribute or DATA)
    with importable(target, []):
        loaded, _ = _made(_module(target), target.attribute or "")
    return _fit_arguments(list(loaded) if isinstance(loaded, tuple) else [loaded])


def fit_of(
    made: Any, module: ModuleType, data_given: Mapping[str, Any] = MappingProxyType({})
) -> tuple[keras.Model, dict[str, Any]]:
    """Return the model and the arguments of its `fit`.

    Taken are `model`, `(model, x, y)`, and `(model, arguments)` with the arguments of `fit` in a
    dictionary. A model alone is trained on what `load_data()` of its module returns; data that are
    given come before all of these.
    """
    parts = made if isinstance(made, tuple) else (made,)
    model, *data = parts
    if not isinstance(model, keras.Model):
        raise HealthcheckError(
            f"a Keras model was expected, alone, as (model, x, y) or as (model, arguments of fit), "
            f"but there is {type(model).__name__!r}"
        )
    if data_given:
        plan = data[0] if len(data) == 1 and isinstance(data[0], Mapping) else {}
        return model, {**plan, **data_given}
    if not data:
        load_data = getattr(module, DATA, None)
        if not callable(load_data):
            raise HealthcheckError(
                f"there is no data for the model: return (model, x, y), define `{DATA}()` beside it, "
                "or name a file with `--data data.npz`"
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
    place = source_at(code.co_filename, code.co_firstlineno) if code else None
    with suppress(ValueError):  # something of Keras or C that shows no signature
        _refuse_arguments(attribute, inspect.signature(found), place)
    return found(), place


def _refuse_arguments(name: str, signature: inspect.Signature, place: Source | None) -> None:
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [one.name for one in signature.parameters.values() if one.default is one.empty]
    needed = [one for one in needed if signature.parameters[one].kind not in kinds]
    if needed:
        message = (
            f"{name!r} cannot be called without arguments: give {', '.join(needed)} a default, "
            "or name a function that needs none"
        )
        raise NotCheckableError(message, place)


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
def importable(target: Target, arguments: list[str]) -> Iterator[None]:
    """Put the target's folder, or the working directory, where `import` looks first."""
    kept, modules, argv, folder = list(sys.path), dict(sys.modules), sys.argv, Path.cwd()
    sys.path.insert(0, os.fspath(Path(target.file).resolve().parent if target.file else folder))
    sys.argv = [target.file or target.module or "", *arguments]
    try:
        with shown_from(folder):
            yield
    finally:
        sys.path[:], sys.argv = kept, argv
        os.chdir(folder)
        if target.file:
            name = Path(target.file).stem
            sys.modules.pop(name, None)
            sys.modules.update({name: modules[name]} if name in modules else {})
