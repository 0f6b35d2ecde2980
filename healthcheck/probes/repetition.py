"""Probe: the first steps, done twice. Training mode; the start is put back.

Both times from the same weights, optimizer and random states of Keras, and with the same seeds of
Python and NumPy. Random operations of TensorFlow itself (`tf.random.normal`) draw from a state that
nobody can put back, so a model that uses them is not judged. Cost: the first steps once more.
"""

from itertools import zip_longest

from healthcheck.evidence import Repetition, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.probes.trace import Steps


def probe(bench: Bench) -> Repetition | Skipped:
    """Compare losses, gradients, weights, updates and activations of every step, bit by bit."""
    once, again = bench.first_steps, bench.repeat_first_steps()
    if bench.traced.draws_by_itself:
        return Skipped("random operations of TensorFlow keep a state that cannot be put back")
    # One of them may have met a NaN, and ended, earlier.
    pairs = list(zip_longest(_by_step(once), _by_step(again)))
    return Repetition(steps=len(pairs), differing=sum(one != other for one, other in pairs))


def _by_step(steps: Steps) -> list[bytes]:
    parts = zip(steps.losses, steps.kernels, steps.calls, strict=True)
    return [b"".join(part.tobytes() for part in step) for step in parts]
