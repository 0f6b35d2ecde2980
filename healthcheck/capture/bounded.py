"""Tell from the text of a script whether the length of a loop depends on what is computed in it."""

import ast
import sys
from functools import cache
from pathlib import Path
from types import FrameType

from healthcheck.sources import is_users

_ENDS = (ast.Break, ast.Return, ast.Raise, ast.While)
_RATES = {"learning_rate", "lr", "assign"}


def is_bounded() -> bool:
    """Whether all loops around the running line do the same turns, at the same rate, whatever comes out.

    False where one of them may be left early, sets a rate, or cannot be read: a loop that stops
    when its validation loss rises has to be given a true one.
    """
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage] - as in `sources`
    found: list[ast.stmt] = []
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            around = _loops_around(frame.f_code.co_filename, frame.f_code.co_firstlineno, frame.f_lineno)
            if around is None:
                return False
            found += around
        frame = frame.f_back
    return bool(found) and not any(_may_depend(node) for loop in found for node in ast.walk(loop))


def _may_depend(node: ast.AST) -> bool:
    names = {getattr(node, "attr", None), getattr(node, "id", None)}
    return isinstance(node, _ENDS) or bool(names & _RATES)


def _loops_around(file: str, first: int, line: int) -> list[ast.stmt] | None:
    tree = _parsed(file)
    if tree is None:
        return None
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    return [
        loop
        for loop in loops
        if max(first, loop.lineno) <= line <= (loop.end_lineno or 0) and loop.lineno >= first
    ]


@cache
def _parsed(file: str) -> ast.Module | None:
    try:
        return ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
