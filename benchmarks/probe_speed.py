"""Time our instrumented training step against plain `model.fit`, and the command against an import.

Both sides of a ratio alternate within one run, so that a noisy machine hits both; medians are
compared. `python benchmarks/probe_speed.py [mlp] [lenet] [resnet] [command]` (default: all)
prints one row each and writes `benchmarks/results/probe_speed.json`.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).parent.parent
LIMITS = {"mlp": 0.3, "lenet": 1.0, "resnet": 1.25, "command": 4.0}
PLANNED_STEPS = 2000
"""Length of the training that the loop is timed for: the probe measures sixty of its steps."""


def main() -> None:
    """Print the ratios that were asked for."""
    wanted = sys.argv[1:] or list(LIMITS)
    rows = {name: _command() if name == "command" else _steps(name) for name in wanted}
    print(f"{'':10} {'ours':>10} {'baseline':>10} {'ratio':>7} {'limit':>6}")
    for name, (ours, baseline, unit) in rows.items():
        print(
            f"{name:10} {ours:8.2f} {unit} {baseline:8.2f} {unit} {ours / baseline:7.2f} {LIMITS[name]:6.2f}"
        )
    result = {
        name: {"ours": ours, "baseline": base, "ratio": ours / base} for name, (ours, base, _) in rows.items()
    }
    file = ROOT / "benchmarks" / "results" / "probe_speed.json"
    file.parent.mkdir(exist_ok=True)
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    file.write_text(json.dumps({"machine": machine, **result}, indent=1) + "\n", encoding="utf-8")


def _command() -> tuple[float, float, str]:
    """Return seconds of the whole check of a small healthy script and of importing TensorFlow."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(Path(sys.executable).with_name("healthcheck")),
            str(ROOT / "examples" / "circles_relu.py"),
        ]
        command += ["--output", folder]
        imports = [sys.executable, "-c", "import tensorflow"]
        pairs = [(_seconds(lambda: _run(command)), _seconds(lambda: _run(imports))) for _ in range(5)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), "s "


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _steps(name: str) -> tuple[float, float, str]:
    """Return milliseconds a step of our instrumented loop and of `model.fit`."""
    import keras
    import numpy as np

    from healthcheck.probes.bench import MAX_MEASURED
    from healthcheck.probes.trace import TracedModel, on_device
    from healthcheck.schedule import Schedule
    from healthcheck.subject import Examples, Subject

    keras.utils.set_random_seed(0)
    model, shape, batch_size, steps, rounds = MODELS[name](keras)
    random = np.random.default_rng(0)
    examples = batch_size * steps
    x, y = random.normal(size=(examples, *shape)).astype("float32"), random.integers(0, 10, examples)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0)
    subject = Subject("benchmark", model, Examples(x, y), batch_size, 1, steps)
    traced, data = TracedModel(subject), on_device(subject.train)
    schedule = Schedule(examples, batch_size, steps, True, 0)
    marks = np.arange(steps) % (PLANNED_STEPS // MAX_MEASURED) == 0
    traced.train(data, schedule.epochs(0, 1), marks)
    times = [
        (
            _seconds(lambda at=at: traced.train(data, schedule.epochs(at, at + 1), marks)),
            _seconds(lambda: model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0)),
        )
        for at in range(1, rounds + 1)
    ]
    ours, fit = (1000 * median(pair[side] for pair in times) / steps for side in (0, 1))
    return ours, fit, "ms"


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _mlp(keras: Any) -> tuple[Any, tuple[int, ...], int, int, int]:
    hidden = [keras.layers.Dense(64, activation="relu") for _ in range(4)]
    model = keras.Sequential([keras.Input((20,)), *hidden, keras.layers.Dense(10, activation="softmax")])
    return model, (20,), 32, 200, 9


def _lenet(keras: Any) -> tuple[Any, tuple[int, ...], int, int, int]:
    layers = keras.layers
    body = [
        layers.Conv2D(6, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
    ]
    model = keras.Sequential([keras.Input((32, 32, 3)), *body, layers.Dense(10, activation="softmax")])
    return model, (32, 32, 3), 256, 24, 7


def _resnet(keras: Any) -> tuple[Any, tuple[int, ...], int, int, int]:
    model = keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=10)
    return model, (32, 32, 3), 32, 16, 5


MODELS = {"mlp": _mlp, "lenet": _lenet, "resnet": _resnet}

if __name__ == "__main__":
    main()
