"""The fixed examples on which a model is evaluated: the same ones in every run."""

import numpy as np

from healthcheck.subject import Examples

MAX_EVALUATED = 1024
"""Examples in the fixed evaluation set: the standard error of an accuracy is below 1.6 %."""
MAX_EVALUATED_BYTES = 32 * 2**20
"""Of large examples there are fewer."""


def _most(examples: Examples) -> int:
    return max(16, min(MAX_EVALUATED, MAX_EVALUATED_BYTES // examples.row_bytes))


def first_batches(examples: Examples, seed: int, size: int) -> Examples:
    """Take the first ones in their order, for a model that takes batches of one size and may carry states."""
    return examples.take(slice(0, max(min(_most(examples), examples.count) // size, 1) * size))


def fixed_part(examples: Examples, seed: int, size: int) -> Examples:
    """Draw as many as are enough, without replacement, in their order."""
    most = _most(examples)
    if examples.count <= most:
        return examples.take(slice(None))
    return examples.take(np.sort(np.random.default_rng([seed, 7]).permutation(examples.count)[:most]))
