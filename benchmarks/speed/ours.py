"""Our instrumented training loop on a model of the benchmarks."""

from collections.abc import Callable

import keras
import numpy as np

from healthcheck.probes.bench import MAX_MEASURED
from healthcheck.probes.trace import TracedModel, on_device
from healthcheck.schedule import Schedule
from healthcheck.subject import Examples, Subject
from speed.models import Case

PLANNED_STEPS = 2000
"""Length of the training that the loop is timed for: the probe measures sixty of its steps."""


def epoch_of(
    case: Case, model: keras.Model, x: np.ndarray, y: np.ndarray, every: int = 0
) -> Callable[[], None]:
    """Return what trains an epoch, traced already; one in `every` steps is measured (0: as in the probe)."""
    subject = Subject("benchmark", model, Examples(x, y), case.batch_size, 1, case.steps)
    traced, data = TracedModel(subject), on_device(subject.train)
    slots = Schedule(len(x), case.batch_size, case.steps, True, 0).epochs(0, 1)
    marks = np.arange(case.steps) % (every or PLANNED_STEPS // MAX_MEASURED) == 0

    def epoch() -> None:
        traced.train(data, slots, marks)

    epoch()
    return epoch
