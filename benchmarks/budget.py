"""How well a check keeps to its budget: models from small to large, trainings that are too long for it.

`python benchmarks/budget.py [mlp] [gru] [lenet] [transformer] [resnet]` (default: all) checks each with
budgets of 5, 20 and 60 seconds, prints how long that took, and writes `benchmarks/results/budget.json`.
The rate is so low that remedies are tried as well, for as long as there is time.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from speed.models import CASES
from speed.timed import seconds, write

import healthcheck

BUDGETS = (5.0, 20.0, 60.0)
LIMIT = 1.1


def taken(name: str, budget: float) -> float:
    """Return the seconds that a check of a training of a thousand epochs takes."""
    keras.backend.clear_session()
    model, x, y = CASES[name].made()
    model.compile(keras.optimizers.SGD(1e-6), "sparse_categorical_crossentropy")
    plan = {"batch_size": CASES[name].batch_size, "epochs": 1000}
    return seconds(lambda: healthcheck.check(model, x, y, **plan, settings={"budget": budget}))


def main() -> None:
    """Print a row a model."""
    rows = {}
    for name in sys.argv[1:] or CASES:
        rows[name] = {budget: taken(name, budget) for budget in BUDGETS}
        shown = "  ".join(f"{one:.1f} s of {budget:g}" for budget, one in rows[name].items())
        worst = max(one / budget for budget, one in rows[name].items())
        print(f"{name:12} {shown}; at most {worst:.2f} of it (limit {LIMIT})", flush=True)
    write("budget", rows)


if __name__ == "__main__":
    main()
