"""Time our instrumented training step against plain `model.fit`, from a small model to ResNet-50.

Both sides of a ratio alternate within one run, so that a noisy machine hits both; medians are
compared. `python benchmarks/probe_speed.py [mlp] [gru] [lenet] [transformer] [resnet]` (default: all)
prints one row each and writes `benchmarks/results/probe_speed.json`.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from speed.models import CASES
from speed.ours import epoch_of
from speed.timed import medians, write

LIMITS = {"mlp": 0.15, "lenet": 0.8, "transformer": 1.15, "resnet": 1.1}


def main() -> None:
    """Print the ratios that were asked for."""
    rows = {}
    print(f"{'':12} {'ours':>11} {'fit':>11} {'ratio':>6} {'limit':>6}")
    for name in sys.argv[1:] or CASES:
        case = CASES[name]
        model, x, y = case.made()
        ours, fit = medians(
            case.rounds,
            epoch_of(case, model, x, y),
            lambda model=model, x=x, y=y, case=case: model.fit(x, y, case.batch_size, verbose=0),
        )
        ours, fit = (1000 * one / case.steps for one in (ours, fit))
        limit = LIMITS.get(name)
        print(f"{name:12} {ours:8.2f} ms {fit:8.2f} ms {ours / fit:6.2f} {limit or '':>6}", flush=True)
        rows[name] = {"ours_ms": ours, "fit_ms": fit, "ratio": ours / fit, "limit": limit}
    write("probe_speed", rows)


if __name__ == "__main__":
    main()
