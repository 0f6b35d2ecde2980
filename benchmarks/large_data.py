"""Measure what the command needs for a pipeline of 20 GB: time, and memory beside TensorFlow's own.

`python benchmarks/large_data.py` checks a small convolutional network on images of 224x224x3 that are
made on the fly, through the real command. The largest resident memory of the process that trains
(`VmHWM`) is compared with that of a process that imports TensorFlow and trains a tiny model for one step.
Prints one line and writes `benchmarks/results/large_data.json`.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).parent.parent
LIMIT = 1500.0
"""MiB above TensorFlow's own."""
SECONDS = 60.0
"""The default budget."""
SCRIPT = """
import keras
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)
IMAGES = 33_216  # of 602,112 bytes each: 20 GB


def image(number):
    label = number % 4
    noise = tf.random.stateless_normal((224, 224, 3), (number, 7))
    side = tf.cast(label, tf.float32) / 3.0
    return 0.3 * noise + side * tf.linspace(-1.0, 1.0, 224)[:, None, None], label


def pipeline(first, last):
    numbers = tf.data.Dataset.range(first, last)
    return numbers.map(image, num_parallel_calls=2).batch(32).prefetch(2)


model = keras.Sequential(
    [
        keras.Input((224, 224, 3)),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pipeline(0, IMAGES), epochs=3, validation_data=pipeline(IMAGES, IMAGES + 4096))
"""
TINY = """
import keras
import numpy as np

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""


def main() -> int:
    """Print and store the figures; return 1 when they are beyond the limits."""
    with tempfile.TemporaryDirectory() as folder:
        base = _tiny()
        report, seconds = _check(Path(folder))
    (subject,) = report["subjects"]
    above = subject["memory"] - base
    row = {
        "memory": subject["memory"],
        "tensorflow": base,
        "above": above,
        "seconds": subject["seconds"],
        "command": seconds,
        "verdict": subject["verdict"],
        "plan": subject["plan"],
        "notes": subject["notes"],
    }
    print(
        f"20 GB: {subject['memory']:,.0f} MiB, {above:,.0f} above TensorFlow's own {base:,.0f} "
        f"(limit {LIMIT:,.0f}); checked in {subject['seconds']:.1f} s, command {seconds:.1f} s"
    )
    print(subject["verdict"], subject["summary"], subject["plan"], *subject["notes"], sep="\n")
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    file = ROOT / "benchmarks" / "results" / "large_data.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"machine": machine, **row}, indent=1) + "\n", encoding="utf-8")
    return int(not (above <= LIMIT and subject["seconds"] <= SECONDS))


def _tiny() -> float:
    """Return MiB of a process that trains a tiny model."""
    done = subprocess.run([sys.executable, "-c", TINY], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024


def _check(folder: Path) -> tuple[dict, float]:
    """Return the report of the command on the script, and its seconds."""
    (folder / "train.py").write_text(SCRIPT, encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("healthcheck")),
        "train.py",
        "--no-cache",
        "--output",
        "out",
    ]
    started = time.monotonic()
    subprocess.run(command, cwd=folder, check=False, stdin=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    return json.loads((folder / "out" / "report.json").read_text(encoding="utf-8")), seconds


if __name__ == "__main__":
    sys.exit(main())
