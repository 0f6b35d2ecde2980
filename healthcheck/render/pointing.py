"""Which words of a line of code to point at."""

import ast
import warnings


def pointed(code: str) -> tuple[int, int]:
    """Return where the name of what the line calls begins and ends, or the whole line.

    `model.add(Dense(5))` and `Dense(5)(x)` are about Dense, `model.fit(x, scaled(y))` is about the fit.
    """
    calls = [node for node in ast.walk(_parsed(code)) if isinstance(node, ast.Call)]
    name = _name(calls[0]) if calls else None
    if name is None or name.end_col_offset is None or name.lineno != name.end_lineno:
        return 0, len(code)
    line = code.encode("utf-8")  # the offsets are those of bytes
    return len(line[: name.col_offset].decode()), len(line[: name.end_col_offset].decode())


def _parsed(code: str) -> ast.AST:
    """Read a line that may be part of a longer statement, and is anything that someone wrote."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])


def _name(call: ast.Call) -> ast.expr:
    if isinstance(call.func, ast.Call):
        return _name(call.func)
    is_adding = isinstance(call.func, ast.Attribute) and call.func.attr == "add"
    if is_adding and call.args and isinstance(call.args[0], ast.Call):
        return _name(call.args[0])
    return call.func
