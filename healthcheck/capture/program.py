"""The programs that can be run as `__main__`: scripts, modules and notebooks, each as Python runs it."""

import importlib.util
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from healthcheck.capture.notebook import run_notebook
from healthcheck.errors import HealthcheckError
from healthcheck.sources import shown_from
from healthcheck.target import Target


class Program(NamedTuple):
    """What is run, and how it is called in a sentence."""

    what: str
    name: str
    """What stands in `sys.argv[0]`."""
    folder: Path
    """Where `import` looks first."""
    run: Callable[[], list[str]]
    """Runs it to its end and returns notes."""
    file: str
    """Its file as stack frames name it; for a module its name."""


def program_of(target: Target) -> Program:
    """Return the program that a target names."""
    if target.module:
        name = target.module
        return Program("module", name, Path.cwd(), partial(_run_module, name), name)
    name, path = target.file or "", Path(target.file or "").absolute()
    what, run = ("notebook", run_notebook) if target.form == "notebook" else ("script", _run_file)
    return Program(what, name, path.resolve().parent, partial(run, path), str(path))


@contextmanager
def as_main(program: Program, arguments: list[str]) -> Iterator[None]:
    """Arrange arguments, import path and working directory as Python does for a program."""
    argv, path, folder = sys.argv, list(sys.path), Path.cwd()
    sys.argv = [program.name, *arguments]
    sys.path.insert(0, os.fspath(program.folder))
    try:
        with shown_from(folder):
            yield
    finally:
        sys.argv, sys.path[:] = argv, path
        os.chdir(folder)


def _run_file(file: Path) -> list[str]:
    runpy.run_path(str(file), run_name="__main__")
    return []


def _run_module(name: str) -> list[str]:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        # A package on the way, unless it is one of its own imports that is missing.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        spec = None
    except ValueError:
        spec = None
    if spec is None:
        raise HealthcheckError(f"there is no module {name!r} in the working directory or on sys.path")
    if spec.submodule_search_locations is not None and not importlib.util.find_spec(f"{name}.__main__"):
        raise HealthcheckError(f"{name!r} is a package without `__main__.py`: name the module to run")
    runpy.run_module(name, run_name="__main__", alter_sys=True)
    return []


def beside(program: Program, message: str) -> str:
    """Say where the file lies that a relative path in `message` did not find, if it lies by the program."""
    words = message.replace("'", " ").replace('"', " ").replace(";", " ").split()
    for word in words:
        path = Path(word.rstrip(".,:"))
        if path.name and not path.is_absolute() and not path.exists() and (program.folder / path).exists():
            return (
                f" (it lies beside the {program.what}, but relative names start from the working "
                f"directory: run the command in {str(program.folder)!r})"
            )
    return ""
