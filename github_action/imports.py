"""The files of the project that a Python file imports, found without running anything."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


def local_files(files: Iterable[Path], folders: Sequence[Path]) -> set[Path]:
    """Return `files` and every file below `folders` that they import, directly or through others.

    Imports that are computed while the program runs, and files that are read as data, are not seen.
    """
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _imported(one, folders)
    return found


def module_files(module: str, folders: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that importing the dotted name reads: the packages on the way, then the module.

    The last part may be a name within a module, which has no file of its own.
    """
    parts = module.split(".")
    for folder in folders:
        for count in range(1, len(parts) + 1):
            place = folder.joinpath(*parts[:count])
            for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
                if file.is_file():
                    yield file.resolve()


def _imported(file: Path, folders: Sequence[Path]) -> Iterator[Path]:
    try:
        tree = ast.parse(_imports_of_notebook(file) if file.suffix == ".ipynb" else file.read_bytes())
    except (OSError, SyntaxError, ValueError, KeyError, TypeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from module_files(alias.name, folders)
        elif isinstance(node, ast.ImportFrom) and node.level < len(file.parents):
            start = [file.parents[node.level - 1]] if node.level else folders
            for alias in node.names:
                yield from module_files(".".join(filter(None, (node.module, alias.name))), start)
            if node.level and (package := start[0] / "__init__.py").is_file():
                yield package.resolve()


def _imports_of_notebook(file: Path) -> str:
    """Return the lines of a notebook that import; what else there is may be IPython's."""
    lines = [
        line.strip()
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
        for line in "".join(cell["source"]).splitlines()
    ]
    return "\n".join(line for line in lines if re.match(r"(?:import|from)\s[^(\\]*$", line))
