"""How the cost of a check grows with the model, its data, its steps, and the number of targets.

`python benchmarks/scaling.py [layers] [parameters] [examples] [steps] [targets]` (default: all) times one
check for each size, without experiments, whose number depends on what is found, fits
`seconds = fixed + factor * size ** exponent` and writes `benchmarks/results/scaling.json` and
`scaling.svg`. Targets are checked by the command, one and two at once.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import curve_fit
from speed.models import mlp
from speed.timed import RESULTS, run, seconds, write

import healthcheck

ROOT = Path(__file__).parent.parent
STEPS = 1000
SETTINGS = {"experiments": False}
Sizes = dict[int, float]
"""Seconds by size."""


def checked(*, layers: int = 2, units: int = 32, examples: int = 2000, steps: int = STEPS) -> float:
    """Return the seconds that a check takes of a training of so many steps."""

    def check() -> None:
        keras.utils.set_random_seed(0)
        keras.backend.clear_session()
        model, random = mlp(layers, units), np.random.default_rng(0)
        model.compile("adam", "sparse_categorical_crossentropy")
        x = random.normal(size=(examples, 64)).astype("float32")
        y = (x @ random.normal(size=(64, 10))).argmax(1)
        epochs = max(1, steps * 32 // examples)
        healthcheck.check(model, x, y, batch_size=32, epochs=epochs, settings=SETTINGS)

    return seconds(check)


def targets(count: int, jobs: int) -> float:
    """Return the seconds that the command takes for copies of a small script."""
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder, f"train{number}.py")) for number in range(count)]
        for name in names:
            Path(name).write_text((ROOT / "examples" / "circles_relu.py").read_text(encoding="utf-8"))
        command = [str(Path(sys.executable).with_name("healthcheck")), *names, "--jobs", str(jobs)]
        return seconds(lambda: run([*command, "--output", folder]))


AXES: dict[str, Callable[[], Sizes]] = {
    "layers": lambda: {n: checked(layers=n) for n in (4, 8, 16, 32, 64)},
    "parameters": lambda: {
        mlp(4, n).count_params(): checked(layers=4, units=n) for n in (32, 64, 128, 256, 512, 1024)
    },
    "examples": lambda: {n: checked(examples=n) for n in (1000, 4000, 16000, 32000)},
    "steps": lambda: {n: checked(steps=n) for n in (250, 1000, 4000, 16000)},
    "targets": lambda: {n: targets(n, 1) for n in (1, 2, 4)},
    "targets, two at a time": lambda: {n: targets(n, 2) for n in (2, 4, 8)},
}


def exponent(sizes: Sizes) -> float:
    """Fit a fixed cost and a power of the size; the exponent is what matters for large sizes."""
    x, y = np.array(list(sizes), float), np.array(list(sizes.values()))
    start = (y.min() / 2, (y.max() - y.min() / 2) / x.max(), 1.0)
    bounds = ([0.0, 0.0, 0.0], [y.min(), np.inf, 3.0])
    (_, _, fitted), _ = curve_fit(lambda n, a, b, p: a + b * n**p, x, y, p0=start, bounds=bounds, sigma=y)
    return float(fitted)


def main() -> None:
    """Print and draw the axes that were asked for."""
    wanted = sys.argv[1:]
    checked()  # what is done once in a process is not to count for the first size
    rows: dict[str, Any] = {}
    for name, measure in AXES.items():
        if wanted and name.partition(",")[0] not in wanted:
            continue
        sizes = measure()
        rows[name] = {"seconds": sizes, "exponent": exponent(sizes)}
        shown = "  ".join(f"{size:,}: {taken:.2f} s" for size, taken in sizes.items())
        print(f"{name}: {shown}; exponent {rows[name]['exponent']:.2f}", flush=True)
    write("scaling", rows)
    figure = Figure(figsize=(9, 5), layout="constrained")
    for number, (name, row) in enumerate(rows.items(), 1):
        axes = figure.add_subplot(2, 3, number)
        axes.loglog(list(row["seconds"]), list(row["seconds"].values()), marker="o")
        axes.set_xlabel(name)
        axes.set_ylabel("seconds")
        axes.set_title(f"exponent {row['exponent']:.2f}")
    figure.savefig(RESULTS / "scaling.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
