"""Find out, in seconds, whether a Keras model can learn.

Importing this package imports neither TensorFlow nor Keras: `--help` and the
list of rules have to be instant.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from healthcheck.capture.call import check
    from healthcheck.gradients import GradientReport, check_gradients

__all__ = ["GradientReport", "__version__", "check", "check_gradients"]

__version__ = version("model-healthcheck")

_HOMES = {
    "GradientReport": "healthcheck.gradients",
    "check": "healthcheck.capture.call",
    "check_gradients": "healthcheck.gradients",
}
"""Where the names for Python users live; they are imported when first asked for."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
