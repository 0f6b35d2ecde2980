"""Probe: validation examples that the training data holds as well. Reads every input; changes nothing.

Inputs of few possible values meet by chance. How often a fresh example repeats one that was
seen is estimated from the training data itself: it is the share of training examples that occur
more than once (Good 1953, *The population frequencies of species*). Of that share the upper end of
its exact 99.9 % confidence interval is taken (Clopper and Pearson 1934), so `chance` errs on the
side of chance. Hashes of 64 bits: two different examples meet with a probability below 1e-9.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import keras
from scipy.special import betainc, betaincinv

from healthcheck.evidence import Overlap, Skipped
from healthcheck.probes.bench import Bench
from healthcheck.subject import Examples

CONFIDENCE = 0.999


def probe(bench: Bench) -> Overlap | Skipped:
    """Count the shared examples and tell how likely so many are by chance."""
    plan = bench.subject
    if plan.validation is None:
        return Skipped("the fit has no validation data")
    seen = Counter(_hashes(plan.train))
    shared = sum(one in seen for one in _hashes(plan.validation))
    repeated = sum(count for count in seen.values() if count > 1)
    return Overlap(
        examples=plan.validation.count,
        shared=shared,
        repeated=repeated,
        chance=chance_of(shared, plan.validation.count, repeated, plan.train.count),
        complete=plan.complete and plan.validation_complete,
    )


def chance_of(shared: int, validation: int, repeated: int, training: int) -> float:
    """Return the probability of `shared` or more repetitions among independent validation examples."""
    single = training - repeated
    share = betaincinv(repeated + 1, single, CONFIDENCE) if single else 1.0
    # The upper tail of the binomial distribution.
    return float(betainc(shared, validation - shared + 1, share)) if shared else 1.0


def _hashes(examples: Examples) -> list[int]:
    leaves = keras.tree.flatten(examples.x)
    rows = zip(*(_contents(leaf) for leaf in leaves), strict=True)
    return [hash(row) for row in rows]


def _contents(array: Any) -> Iterator[Any]:
    """Yield the content of every row; text by its characters, numbers by their bytes."""
    if array.dtype == object:
        return (tuple(row.ravel()) if hasattr(row, "ravel") else (row,) for row in array)
    return (row.tobytes() for row in array)
