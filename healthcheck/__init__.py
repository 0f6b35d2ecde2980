"""Find out, in seconds, whether a Keras model can learn.

Importing this package imports neither TensorFlow nor Keras: `--help` and the
list of rules have to be instant.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from healthcheck.gradients import GradientReport as GradientReport
    from healthcheck.gradients import check_gradients as check_gradients

__version__ = version("model-healthcheck")


def __getattr__(name: str) -> object:
    if name not in {"GradientReport", "check_gradients"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from healthcheck import gradients  # noqa: PLC0415 - imports TensorFlow

    return getattr(gradients, name)
