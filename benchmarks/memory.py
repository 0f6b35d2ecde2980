"""Compare the memory that the command needs with that of the script it checks, for three sizes.

`python benchmarks/memory.py [small] [data] [model]` runs each script as it is, and through the command with
all of its processes, looks at their resident memory fifty times a second, and writes the peaks to
`benchmarks/results/memory.json`. Pages that processes share count for each of them.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from speed.timed import write

from healthcheck.warden import family

LIMIT = 1.3
PAGE = 4096 / 2**20
SHARED = """
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
random = np.random.default_rng(0)


def images(count, side):
    x = random.normal(size=(count, side, side, 3)).astype("float32")
    return x, (x.mean((1, 2)) * side).argmax(1)

"""
SCRIPTS = {
    # A hundred kilobytes of each.
    "small": """
x, y = random.normal(size=(1000, 20)).astype("float32"), random.integers(0, 2, 1000)
x[:, 0] += 2 * y
model = keras.Sequential([keras.Input((20,)), layers.Dense(64, "relu"), layers.Dense(2, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=20, validation_split=0.2, verbose=0)
""",
    # A gigabyte of images, a small model.
    "data": """
x, y = images(20_000, 64)
model = keras.Sequential(
    [
        keras.Input((64, 64, 3)),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3, "softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, batch_size=128, epochs=2, verbose=0)
""",
    # ResNet-50: 23.6 million weights.
    "model": """
x, y = images(512, 32)
model = keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=3)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, batch_size=32, epochs=2, verbose=0)
""",
}


def peak(command: Sequence[str]) -> float:
    """Return the largest resident memory, in MiB, of all processes of a command at one time."""
    most, page = 0.0, PAGE
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            own = Path(f"/proc/{process.pid}/statm").read_text(encoding="utf-8").split()
            pages = int(own[1]) if len(own) > 1 else 0
            most = max(most, page * (pages + sum(one.pages for one in family(process.pid))))
            time.sleep(0.02)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return most


def main() -> None:
    """Print a row a script."""
    command, rows = str(Path(sys.executable).with_name("healthcheck")), {}
    print(f"{'':8} {'command':>12} {'script':>12} {'ratio':>6} {'limit':>6}")
    for name in sys.argv[1:] or SCRIPTS:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder, "train.py")
            script.write_text(SHARED + SCRIPTS[name], encoding="utf-8")
            plain = peak([sys.executable, str(script)])
            checked = peak([command, str(script), "--no-cache", "--output", folder])
        ratio = checked / plain
        print(f"{name:8} {checked:8,.0f} MiB {plain:8,.0f} MiB {ratio:6.2f} {LIMIT:6}", flush=True)
        rows[name] = {"command_mib": checked, "script_mib": plain, "ratio": ratio, "limit": LIMIT}
    write("memory", rows)


if __name__ == "__main__":
    main()
