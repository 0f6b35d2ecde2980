"""What a user names to be checked: a script, or a model or function in a file or in a module."""

import re
from typing import NamedTuple

_IN_MODULE = re.compile(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*)")


class Target(NamedTuple):
    """The parts of a target's name."""

    file: str | None
    """The script, or the file that holds the attribute."""
    module: str | None = None
    """The module that holds the attribute, when no file was named."""
    attribute: str | None = None
    """A model, or a function that returns one; None for a script that is to be run."""


def parsed(target: str) -> Target:
    """Take apart `train.py`, `models.py::build_model` or `package.models:build_model`."""
    file, colons, attribute = target.rpartition("::")
    if colons and file.endswith(".py"):
        return Target(file, attribute=attribute)
    match = _IN_MODULE.fullmatch(target)
    if match:
        return Target(None, match["module"], match["attribute"])
    return Target(target)
