"""Which targets a run has: patterns become files, and what a pull request leaves alone is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from glob import glob, has_magic
from pathlib import Path

from github_action.imports import local_files, module_files

SETTINGS = "pyproject.toml"
"""The settings of healthcheck stand there, so a change of it touches every target."""

_IN_MODULE = re.compile(r"(?P<module>[^\W\d][\w.]*):(?P<attribute>[^\W\d][\w.]*)")
_AS_MAIN = re.compile(r"-m (?P<module>[^\W\d][\w.]*)")


def expanded(lines: Iterable[str]) -> list[str]:
    """Replace patterns by the files they match, sorted; each target stays once.

    A pattern without a match stays as it is: the command says that there is no such file, and
    nothing looks as if it had been checked.
    """
    return list(dict.fromkeys(target for line in lines for target in _expanded(line)))


def _expanded(line: str) -> list[str]:
    pattern, colons, attribute = line.partition("::")
    if _IN_MODULE.fullmatch(line) or not has_magic(pattern):
        return [line]
    return [f"{file}{colons}{attribute}" for file in sorted(glob(pattern, recursive=True))] or [line]


def as_argument(target: str) -> str:
    """Spell a target so that the command takes it neither for an option nor for a subcommand."""
    if _AS_MAIN.fullmatch(target):
        return target
    return f"./{target}" if target.startswith("-") or target == "compare" else target


def touched(targets: Iterable[str], changed: set[Path], folder: Path) -> list[str]:
    """Return the targets that read one of the changed files: their own, what they import, the settings."""
    settings = {parent / SETTINGS for parent in (folder, *folder.parents)}
    if settings & changed:
        return list(targets)
    return [target for target in targets if _files(target, folder) & changed]


def _files(target: str, folder: Path) -> set[Path]:
    match = _IN_MODULE.fullmatch(target) or _AS_MAIN.fullmatch(target)
    if match:
        folders = [folder, folder / "src"]
        return local_files(module_files(match["module"], folders), folders)
    file = (folder / target.partition("::")[0]).resolve()
    return local_files([file], [file.parent, folder, folder / "src"])
