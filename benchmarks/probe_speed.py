"""Time our instrumented training step against plain `model.fit`, from a small model to ResNet-50.

Both sides of a ratio alternate within one run, so that a noisy machine hits both; medians are
compared. `python benchmarks/probe_speed.py [mlp] [gru] [lenet] [transformer] [resnet]` (default: all)
prints one row each and writes `benchmarks/results/probe_speed.json`.
"""

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from speed.compared import Works, compare
from speed.models import Case
from speed.ours import epoch_of

LIMITS = {"mlp": 0.15, "lenet": 0.8, "transformer": 1.15, "resnet": 1.1}


def works(case: Case) -> Works:
    """Return our epoch and that of `fit`."""
    model, x, y = case.made()

    def fit() -> Any:
        return model.fit(x, y, case.batch_size, verbose=0)

    return epoch_of(case, model, x, y), fit


if __name__ == "__main__":
    compare("probe_speed", "fit", works, LIMITS)
