"""Choose the device and make the run repeatable."""

import keras
import tensorflow as tf

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError


def prepare(settings: Settings) -> tuple[str, dict[str, str]]:
    """Seed everything, hide the devices that were not asked for, and return device and versions."""
    versions = _versions()
    keras.utils.set_random_seed(settings.seed)
    return _chosen(settings.device), versions


def present() -> tuple[str, dict[str, str]]:
    """Return device and versions of a process that is not ours to change."""
    versions = _versions()
    gpus = tf.config.list_logical_devices("GPU")
    return f"GPU {gpus[0].name}" if gpus else "CPU", versions


def _versions() -> dict[str, str]:
    if keras.backend.backend() != "tensorflow":
        raise HealthcheckError(
            f"Keras runs on {keras.backend.backend()!r}; only the TensorFlow backend can be checked"
        )
    return {"keras": keras.__version__, "tensorflow": tf.__version__}


def _chosen(wanted: str) -> str:
    found = tf.config.list_physical_devices("GPU")
    kind, _, number = wanted.partition(":")
    if kind == "gpu" and len(found) <= int(number or 0):
        raise HealthcheckError(f"device {wanted!r} was asked for, but TensorFlow sees {len(found)} GPUs")
    used = [] if kind == "cpu" or not found else [found[int(number or 0)]]
    if used != found:
        tf.config.set_visible_devices(used, "GPU")
    for gpu in used:
        tf.config.experimental.set_memory_growth(gpu, enable=True)
    return f"GPU {used[0].name}" if used else "CPU"
