"""How the cost of a check grows with the model, its data, its steps, and the number of targets.

`python benchmarks/scaling.py [layers] [plain] [parameters] [examples] [steps] [targets]` (default: all)
times one check for each size, without experiments, whose number depends on what is found, fits
`seconds = fixed + factor * size ** exponent` and writes `benchmarks/results/scaling.json` and
`scaling.svg`, in which an axis that was not asked for stays as it was. Targets are checked by the
command, one and two at once.

The layers are those of a residual network, which learns at each of these depths. `plain` ones learn up
to some depth, and behind it more is asked of them: can they fit a handful of examples at all?
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter
from scipy.optimize import curve_fit
from speed.models import mlp
from speed.targets import check, copies
from speed.timed import RESULTS, seconds, write

import healthcheck

STEPS = 1000
SETTINGS = {"experiments": False}
Sizes = dict[int, tuple[float, ...]]
"""Seconds by size: of the check, and of a plain `fit` where that is timed as well."""


def residual(layers: int, units: int) -> keras.Model:
    """Return a dense network in which every layer adds to what it is given."""
    inputs = keras.Input((64,))
    x: Any = keras.layers.Dense(units)(inputs)
    for _ in range(layers):
        x = x + keras.layers.Dense(units, activation="relu")(keras.layers.LayerNormalization()(x))
    return keras.Model(
        inputs, keras.layers.Dense(10, activation="softmax")(keras.layers.LayerNormalization()(x))
    )


def checked_and_fitted(
    build: Callable[[int, int], keras.Model] = mlp,
    *,
    layers: int = 2,
    units: int = 32,
    examples: int = 2000,
    steps: int = STEPS,
) -> tuple[float, float]:
    """Return the seconds that a check takes of a training of so many steps, and a plain `fit` of them.

    Of each the quickest of three.
    """
    random = np.random.default_rng(0)
    x = random.normal(size=(examples, 64)).astype("float32")
    y = (x @ random.normal(size=(64, 10))).argmax(1)
    plan = {"batch_size": 32, "epochs": max(1, steps * 32 // examples)}

    def made() -> keras.Model:
        keras.utils.set_random_seed(0)
        keras.backend.clear_session()
        model = build(layers, units)
        model.compile("adam", "sparse_categorical_crossentropy")
        return model

    def check() -> None:
        healthcheck.check(made(), x, y, **plan, settings=SETTINGS)

    def fit() -> None:
        made().fit(x, y, **plan, verbose=0)

    rounds = [(seconds(check), seconds(fit)) for _ in range(3)]
    return min(row[0] for row in rounds), min(row[1] for row in rounds)


def targets(count: int, jobs: int) -> tuple[float]:
    """Return the seconds that the command takes for copies of a small script, the quicker of two."""
    with tempfile.TemporaryDirectory() as folder:
        scripts, options = copies(folder, count), ("--jobs", str(jobs))
        return (min(seconds(lambda: check(scripts, folder, *options)) for _ in range(2)),)


AXES: dict[str, Callable[[], Sizes]] = {
    "layers": lambda: {n: checked_and_fitted(residual, layers=n) for n in (4, 8, 16, 32, 64)},
    "plain layers": lambda: {n: checked_and_fitted(layers=n) for n in (4, 8, 16, 32, 64)},
    "parameters": lambda: {
        mlp(4, n).count_params(): checked_and_fitted(layers=4, units=n) for n in (32, 64, 128, 256, 512, 1024)
    },
    "examples": lambda: {n: checked_and_fitted(examples=n) for n in (1000, 4000, 16000, 32000)},
    "steps": lambda: {n: checked_and_fitted(steps=n) for n in (250, 1000, 4000, 16000)},
    "targets": lambda: {n: targets(n, 1) for n in (1, 2, 4, 8)},
    "targets, two at a time": lambda: {n: targets(n, 2) for n in (2, 4, 8, 16)},
}


def exponent(sizes: Sizes, column: int) -> float:
    """Fit a fixed cost and a power of the size; the exponent is what matters for large sizes."""
    x, y = np.array(list(sizes), float), np.array([taken[column] for taken in sizes.values()])
    start = (y.min() / 2, (y.max() - y.min() / 2) / x.max(), 1.0)
    bounds = ([0.0, 0.0, 0.0], [y.min(), np.inf, 3.0])
    (_, _, fitted), _ = curve_fit(lambda n, a, b, p: a + b * n**p, x, y, p0=start, bounds=bounds, sigma=y)
    return float(fitted)


def main() -> None:
    """Print and draw the axes that were asked for."""
    wanted = sys.argv[1:]
    checked_and_fitted()  # what is done once in a process is not to count for the first size
    before = RESULTS / "scaling.json"
    rows: dict[str, Any] = json.loads(before.read_text(encoding="utf-8")) if before.exists() else {}
    rows.pop("machine", None)
    for name, measure in AXES.items():
        if wanted and name.split(",")[0].split()[0] not in wanted:
            continue
        sizes = measure()
        columns = dict(zip(("check", "fit"), zip(*sizes.values(), strict=True), strict=False))
        rows[name] = {
            "sizes": list(sizes),
            "seconds": columns,
            "exponent": {of: exponent(sizes, column) for column, of in enumerate(columns)},
        }
        for of, taken in columns.items():
            shown = "  ".join(f"{size:,}: {one:.2f} s" for size, one in zip(sizes, taken, strict=True))
            print(f"{name}, {of}: {shown}; exponent {rows[name]['exponent'][of]:.2f}", flush=True)
    write("scaling", rows)
    draw(rows)


def draw(rows: dict[str, Any]) -> None:
    """Draw the seconds against the sizes, an axis each."""
    figure = Figure(figsize=(12, 5), layout="constrained")
    for number, (name, row) in enumerate(rows.items(), 1):
        axes = figure.add_subplot(2, 4, number)
        for of, taken in row["seconds"].items():
            axes.loglog(row["sizes"], taken, marker="o", label=f"{of}: {row['exponent'][of]:.2f}")
        axes.legend(title="exponent")
        axes.set_xticks(row["sizes"], [EngFormatter(places=0, sep="")(size) for size in row["sizes"]])
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
        axes.tick_params(labelsize=8, which="both")
        axes.set_xlabel(name)
        axes.set_ylabel("seconds")
    figure.savefig(RESULTS / "scaling.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
