"""Which files of the repository are targets, found without importing any of them."""

import os
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from healthcheck.target import Target, parsed

Targets = dict[Path, list[tuple[str | None, str]]]
"""By file: the attribute, None for a script, and the name that the engine knows the target by."""


def configured_targets(config: pytest.Config) -> Targets:
    """Return the targets of the ini file and, with `--healthcheck`, those among the arguments."""
    targets: Targets = {}
    for name in config.getini("healthcheck_targets"):
        _add(targets, name, parsed(name), config.rootpath)
    if config.getoption("healthcheck"):
        for index, name in enumerate(config.args):
            target = _of_argument(name)
            if target.module:
                file = _add(targets, name, target, config.invocation_params.dir)
                config.args[index] = f"{file}::{target.attribute}"
            elif target.file and Path(target.file).suffix in (".py", ".ipynb", ".keras"):
                path = Path(os.path.abspath(config.invocation_params.dir / target.file))  # noqa: PTH100
                if path.is_file() and not is_test_file(config, path) and not _known(targets, path, target):
                    _add(targets, name, target, config.invocation_params.dir)
    return targets


def is_test_file(config: pytest.Config, path: Path) -> bool:
    """Whether pytest takes a file for a module of tests by its name."""
    patterns: Iterable[str] = config.getini("python_files")
    return any(fnmatch(str(path) if os.sep in pattern else path.name, pattern) for pattern in patterns)


def _of_argument(name: str) -> Target:
    """Read `train.py`, and the ids of our nodes: `train.py::healthcheck::dead-units`."""
    file, *parts = name.split("::")
    if not parts:
        return parsed(name)
    return Target(file, attribute=None if parts[0] == "healthcheck" else parts[0])


def _known(targets: Targets, path: Path, target: Target) -> bool:
    known = [attribute for attribute, _ in targets.get(path, [])]
    return bool(known) if target.attribute is None else target.attribute in known


def _add(targets: Targets, name: str, target: Target, folder: Path) -> Path:
    """Add a target and return its file; what is told apart by its spelling only is added once."""
    if target.module:
        path = _file_of(target.module, folder)
    else:
        path = Path(os.path.abspath(folder / (target.file or "")))  # noqa: PTH100 - links stay, as pytest has it
        shown = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
        name = f"{shown}::{target.attribute}" if target.attribute else shown
    if not path.is_file():
        raise pytest.UsageError(f"healthcheck: target {name!r} does not exist")
    of_file = targets.setdefault(path, [])
    if target.attribute not in [attribute for attribute, _ in of_file]:
        of_file.append((target.attribute, name))
    return path


def _file_of(module: str, folder: Path) -> Path:
    """Find a module's file; `importlib.util.find_spec` would import the packages around it."""
    places: list[str] = [str(folder), *sys.path]
    origin = None
    for end in range(1, len(parts := module.split(".")) + 1):
        spec = PathFinder.find_spec(".".join(parts[:end]), places)
        if spec is None:
            raise pytest.UsageError(
                f"healthcheck: there is no module {module!r} in {places[0]!r} or sys.path"
            )
        places, origin = list(spec.submodule_search_locations or []), spec.origin
    if origin is None:
        raise pytest.UsageError(f"healthcheck: module {module!r} has no file")
    return Path(origin)
