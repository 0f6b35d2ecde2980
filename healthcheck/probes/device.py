"""Choose the device and make the run repeatable."""

from typing import Any

import keras
import tensorflow as tf

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError


def prepare(settings: Settings) -> tuple[str, dict[str, str]]:
    """Seed everything, hide the devices that were not asked for, and return device and versions."""
    versions = _versions()
    keras.utils.set_random_seed(settings.seed)
    device = _chosen(settings.device)
    if device == "CPU":
        # On a GPU it would make operations that have no deterministic kernel fail: no model should.
        _make_operations_deterministic(settings.seed)
    return device, versions


def _make_operations_deterministic(seed: int) -> None:
    """Have sums come out alike in every run; costs nothing that can be measured on a CPU."""
    tf.config.experimental.enable_op_determinism()

    def seeded(alg: Any = "philox") -> tf.random.Generator:
        return tf.random.Generator.from_seed(seed, alg)

    # These refuse to work from now on, and no script should fail for that.
    setattr(tf.random.Generator, "from_non_deterministic_state", staticmethod(seeded))  # noqa: B010
    tf.random.set_global_generator(tf.random.Generator.from_seed(seed))


def present() -> tuple[str, dict[str, str]]:
    """Return device and versions of a process that is not ours to change."""
    versions = _versions()
    gpus = tf.config.get_visible_devices("GPU")
    return _named(gpus[0]) if gpus else "CPU", versions


def device_memory() -> float:
    """Return the most that TensorFlow had allocated on the GPU so far, in MiB; 0 on a CPU."""
    if not tf.config.list_logical_devices("GPU"):
        return 0.0
    return round(tf.config.experimental.get_memory_info("GPU:0")["peak"] / 2**20, 1)


def gpu_number() -> int | None:
    """Return the number of the GPU in use among those that CUDA shows, None on a CPU."""
    gpus = tf.config.get_visible_devices("GPU")
    return int(gpus[0].name.rpartition(":")[2]) if gpus else None


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
    return _named(used[0]) if used else "CPU"


def _named(gpu: Any) -> str:
    details = tf.config.experimental.get_device_details(gpu)
    return f"GPU {details.get('device_name', gpu.name)}"
