"""Find out, in seconds, whether a Keras model can learn.

Importing this package imports neither TensorFlow nor Keras: `--help` and the
list of rules have to be instant.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from healthcheck.api import check

__all__ = ["__version__", "check"]

__version__ = version("model-healthcheck")

_HOMES = {"check": "healthcheck.api"}
"""Where the functions for Python users live; they are imported when first asked for."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
