"""Probe: the first steps, done twice. Training mode; the start is put back.

Both times from the same weights, optimizer and random states of Keras, and with the seeds of
Python and NumPy set anew. Random operations of TensorFlow itself (`tf.random.normal`) draw from a
state that nobody can put back, so a model that uses them is not judged. Cost: two times `STEPS`
steps, with the trace of the training probe.
"""

import random

import numpy as np

from healthcheck.evidence import Repetition, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.subject import value_of

STEPS = 4


def probe(bench: Bench) -> Repetition | Skipped:
    """Do the steps twice and compare every loss and every weight."""
    once, again = _steps(bench), _steps(bench)
    bench.begin(0)
    if bench.traced.draws_by_itself:
        return Skipped("random operations of TensorFlow keep a state that cannot be put back")
    differing = sum(one.tobytes() != other.tobytes() for one, other in zip(once, again, strict=True))
    return Repetition(steps=len(once[0]), differing=differing, compared=len(once))


def _steps(bench: Bench) -> list[np.ndarray]:
    """Return the losses of the first steps and all weights after them."""
    schedule = bench.schedule(0)
    epochs = min(bench.subject.epochs, -(-STEPS // schedule.steps_per_epoch))
    bench.begin(0)
    random.seed(bench.seed)
    np.random.seed(bench.seed)
    losses = bench.measure(schedule.epochs(0, epochs).part(0, STEPS)).losses
    return [losses, *(value_of(variable) for variable in bench.subject.model.weights)]
