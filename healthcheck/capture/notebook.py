"""Run the code cells of a notebook in order, in one namespace, as `__main__`.

What is IPython's and not Python's is left out: magics, lines for the shell, help. The line numbers of
what is left in a cell stay as they are.
"""

import ast
import json
import linecache
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from healthcheck.errors import HealthcheckError
from healthcheck.sources import cell_file

_LEFT_OUT = re.compile(r"\s*(?:[!%?].*|[\w.,\s]+=\s*[!%].*|[\w.]+\?{1,2}\s*)$")
"""Lines that IPython takes, and Python does not: `!ls`, `%matplotlib inline`, `files = !ls`, `fit?`."""
_TIMED = re.compile(r"(?P<indent>\s*)%(?:time|timeit|prun)(?:\s+-\w+(?:\s*\d+)?)*\s+(?P<code>\S.*)$")
"""Magics before a statement, which is to be run all the same."""
_RUNS_ITS_CELL = ("time", "timeit", "capture", "prun")
"""Cell magics below which Python stands."""


class Cell(NamedTuple):
    """A code cell, by its number among all cells."""

    number: int
    text: str


def run_notebook(file: Path) -> list[str]:
    """Run a notebook and return notes on what was left out of it.

    Raises `HealthcheckError` when the file is no notebook in Python, and what its cells raise.
    """
    cells = code_cells(file)
    main = ModuleType("__main__")
    main.__dict__.update(display=_display, get_ipython=_Shell)
    known, sys.modules["__main__"] = sys.modules["__main__"], main
    left_out: list[int] = []
    try:
        for cell in cells:
            code = _compiled(cell, cell_file(file, cell.number), left_out)
            if code:
                # Running the user's notebook is what we are for.
                exec(code, main.__dict__)  # noqa: S102 # nosec B102
    finally:
        sys.modules["__main__"] = known
    if not left_out:
        return []
    shown = ", ".join(str(number) for number in dict.fromkeys(left_out))
    return [f"magics, shell commands and help were left out of {_cells(left_out)} {shown}"]


def _cells(numbers: list[int]) -> str:
    return "cell" if len(set(numbers)) == 1 else "cells"


def code_cells(file: Path) -> list[Cell]:
    """Read the code cells of a notebook; raises `HealthcheckError` when it is none, or not in Python."""
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        cells = [(cell["cell_type"], _text(cell["source"])) for cell in content["cells"]]
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise HealthcheckError(f"the notebook is not valid JSON: {error}") from error
    except (KeyError, TypeError, RecursionError) as error:
        raise HealthcheckError("the file is no notebook of version 4: it has no list of cells") from error
    language = _language(content)
    if language.lower() not in ("python", "ipython"):
        raise HealthcheckError(f"the notebook is written in {language!r}, not in Python")
    return [Cell(number, text) for number, (kind, text) in enumerate(cells, 1) if kind == "code"]


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _language(content: dict[str, Any]) -> str:
    metadata = content.get("metadata", {})
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(place, {}) if isinstance(metadata, dict) else {}
        if isinstance(found, dict) and key in found:
            return str(found[key])
    return "python"


def _compiled(cell: Cell, name: str, left_out: list[int]) -> CodeType | None:
    """Compile a cell, and show its text to whoever asks for a line of it."""
    text = cell.text
    magic = re.match(r"\s*%%(\w*)", text)
    if magic:
        left_out.append(cell.number)
        if magic[1] not in _RUNS_ITS_CELL:
            return None
        text = text.replace(text[magic.start() : magic.end()], "#", 1)
    linecache.cache[name] = (len(cell.text), None, cell.text.splitlines(keepends=True), name)
    lines = _python_lines(text, name)
    if lines != text.split("\n"):
        left_out.append(cell.number)
    return compile("\n".join(lines), name, "exec", dont_inherit=True)


def _python_lines(text: str, name: str) -> list[str]:
    """Return the lines of a cell without what only IPython understands.

    Python itself says where that is: a line is left out only when it, or all of them, cannot be read.
    Raises `SyntaxError` when that does not help.
    """
    lines = text.split("\n")
    while True:
        try:
            ast.parse("\n".join(lines), name)
        except SyntaxError as error:
            # Where a bracket or quote in the line confuses Python, the first candidate is the one.
            at = error.lineno
            order = sorted(range(len(lines)), key=lambda number, at=at: number + 1 != at)
            found = next((number for number in order if _LEFT_OUT.match(lines[number])), None)
            if found is None:
                raise
            _leave_out(lines, found)
        else:
            return lines


def _leave_out(lines: list[str], at: int) -> None:
    timed = _TIMED.match(lines[at])
    if timed:
        lines[at] = timed["indent"] + timed["code"]
        return
    for number in list(_continued(lines, at)):
        indent = re.match(r"\s*", lines[number])
        lines[number] = f"{indent[0] if indent else ''}{'pass' if number == at else ''}".rstrip(" ")


def _continued(lines: list[str], at: int) -> Iterator[int]:
    """Yield the numbers of a line and of those that a backslash joins to it."""
    yield at
    while lines[at].endswith("\\") and at + 1 < len(lines):
        at += 1
        yield at


def _display(*_: object, **__: object) -> None:
    """Show nothing: there is nobody to look."""


class _Shell:
    """Stands for IPython where a notebook asks for it; what is asked of it is left out."""

    def __getattr__(self, _: str) -> Any:
        return _display
