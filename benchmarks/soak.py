"""Check again and again: `python benchmarks/soak.py [CHECKS] [COMMANDS]`.

CHECKS checks of mixed models in this one process, then COMMANDS runs of the command. Prints memory, open
files and threads over time, and every verdict that is not the one that its target got the first time.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "soak.json"
EXAMPLES = Path(__file__).parents[1] / "examples"
SETTINGS = {"budget": 20, "seeds": 2, "experiments": False}


def targets() -> dict[str, Callable[[], tuple[object, dict[str, object]]]]:
    """Return what makes a model and the arguments of its check, by name: healthy, ill and impossible ones."""
    import keras
    import numpy as np

    draw = np.random.default_rng(0)
    x = draw.normal(size=(256, 8)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int64")
    words = draw.integers(0, 50, size=(256, 12))
    layers = keras.layers

    def dense(activation: str, *, rate: float = 0.01, data: object = x) -> tuple[object, dict[str, object]]:
        keras.utils.set_random_seed(0)
        hidden = [layers.Dense(16, activation=activation) for _ in range(2)]
        model = keras.Sequential([keras.Input((8,)), *hidden, layers.Dense(2, activation="softmax")])
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model, {"x": data, "y": y, "epochs": 5}

    def recurrent() -> tuple[object, dict[str, object]]:
        keras.utils.set_random_seed(0)
        head = layers.Dense(1, activation="sigmoid")
        model = keras.Sequential([keras.Input((12,)), layers.Embedding(50, 8), layers.LSTM(8), head])
        model.compile("adam", "binary_crossentropy")
        return model, {"x": words, "y": (words[:, 0] > 25).astype("float32"), "epochs": 2}

    return {
        "relu": lambda: dense("relu"),
        "sigmoid": lambda: dense("sigmoid"),
        "rate too high": lambda: dense("relu", rate=100.0),
        "NaN": lambda: dense("relu", data=np.where(x > 2, np.nan, x)),
        "wrong shape": lambda: dense("relu", data=x[:, :3]),
        "recurrent": recurrent,
    }


def state() -> dict[str, float]:
    """Return what should not grow."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "mb": round(pages * resource.getpagesize() / 1e6, 1),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
    }


def in_this_process(checks: int) -> tuple[list[dict[str, float]], list[str]]:
    """Check through the door from Python; return the states, one a round, and the flips."""
    from healthcheck import check
    from healthcheck.errors import HealthcheckError

    made, first, flips, states = targets(), {}, [], []
    for number in range(checks):
        name = list(made)[number % len(made)]
        model, arguments = made[name]()
        try:
            report = check(model, **arguments, settings=SETTINGS)
            seen = {rule.rule: rule.status for rule in report.subjects[0].rules} | {"": report.verdict}
        except (HealthcheckError, ValueError) as error:
            seen = {"": type(error).__name__}
        expected = first.setdefault(name, seen)
        # What the clock decides may differ: it says so itself.
        flips += [
            f"check {number}: {name}: {rule or 'verdict'}: {expected[rule]} -> {status}"
            for rule, status in seen.items()
            if status != expected[rule] and "inconclusive" not in (status, expected[rule])
        ]
        if number % len(made) == len(made) - 1:
            states.append({"checks": number + 1} | state())
            print(states[-1], flush=True)
    return states, flips


def through_the_command(runs: int) -> tuple[list[dict[str, float]], list[str]]:
    """Check examples by the command; return the largest memory of any run so far, and the flips."""
    command = Path(sys.executable).with_name("healthcheck")
    scripts = [EXAMPLES / "circles_relu.py", EXAMPLES / "circles_sigmoid.py", EXAMPLES / "none.py"]
    first: dict[Path, int] = {}
    states, flips = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            script = scripts[number % len(scripts)]
            options = ["--no-experiments", "--no-cache", "--quiet", "--format", "json=report.json"]
            done = subprocess.run([command, script, *options], cwd=folder, check=False, capture_output=True)
            if done.returncode != first.setdefault(script, done.returncode):
                flips.append(f"run {number}: {script.name}: {first[script]} -> {done.returncode}")
            used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
            left = [
                path.name
                for path in Path(tempfile.gettempdir()).glob("healthcheck-*")
                if path.stat().st_uid == os.getuid()
            ]
            states.append({"runs": number + 1, "mb": round(used, 1), "folders": len(left)})
            print(states[-1], flush=True)
    return states, flips


def main(checks: int, commands: int) -> None:
    """Measure, print and keep the figures."""
    started = time.monotonic()
    states, flips = in_this_process(checks)
    runs, more = through_the_command(commands)
    result = {
        "python": platform.python_version(),
        "checks": checks,
        "commands": commands,
        "flips": flips + more,
        "in_one_process": states,
        "by_the_command": runs,
        "seconds": round(time.monotonic() - started),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{len(flips + more)} flips", *flips, *more, sep="\n")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [200, 30][len(given) :]))
