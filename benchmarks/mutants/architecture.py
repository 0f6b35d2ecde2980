"""Mistakes in the layers."""

import re

from mutants.edits import HIDDEN, any_of, every, replaced, where
from mutants.operator import Operator

WRONG_GRADIENT = """
import tensorflow as tf


@tf.custom_gradient
def own_relu(x):
    return tf.nn.relu(x), lambda upstream: -upstream * tf.cast(x > 0, x.dtype)

"""


def _deepened(match: re.Match[str]) -> str:
    """Repeat a hidden layer five times over."""
    return "".join(f"{match[0]}\n" for _ in range(6)).rstrip("\n")


_HIDDEN_LINE = r'^ +keras\.layers\.Dense\(\d+, activation="sigmoid"\),$'

OPERATORS = [
    Operator(
        "sigmoid-in-depth",
        ("vanishing-gradients", "saturated-activations"),
        every(replaced(HIDDEN, '"sigmoid"'), replaced(_HIDDEN_LINE, _deepened, 1)),
        ("edit", "layers"),
    ),
    Operator(
        "linear",
        ("missing-nonlinearity",),
        replaced(HIDDEN, '"linear"'),
        ("edit", "layers"),
        most=10,
    ),
    Operator(
        "dropout-0.95",
        ("extreme-dropout",),
        any_of(
            where(r"Dropout\(", replaced(r"Dropout\(0\.\d+\)", "Dropout(0.95)")),
            replaced(
                r'^( +)(keras\.layers\.)(Dense\(\d+, activation="(?:relu|tanh)"\),)$',
                r"\1\2\3\n\1\2Dropout(0.95),",
            ),
        ),
    ),
    Operator(
        "batchnorm-batch-of-two",
        ("batchnorm-small-batch",),
        every(
            any_of(
                replaced(
                    r'^( +)(keras\.layers\.)(Dense\(\d+, activation="(?:relu|tanh)"\),)$',
                    r"\1\2\3\n\1\2BatchNormalization(),",
                ),
                where("BatchNormalization", replaced(r"Flatten\(\)", "Flatten()")),
            ),
            where("load_wine|load_breast|autompg|diabetes", replaced(r"batch_size=\d+", "batch_size=2")),
        ),
        ("edit", "layers", "fit"),
        most=6,
    ),
    Operator(
        "wrong-gradient",
        ("gradient-mismatch",),
        every(
            replaced(r"^(keras\.utils\.set_random_seed\(seed\)\n)", rf"\1{WRONG_GRADIENT}\n"),
            replaced(r'"relu"', "own_relu", 1),
        ),
        harm="fact",
    ),
    Operator(
        "gradient-stopped",
        ("disconnected-weights",),
        replaced(
            r'(Dense\(\d+, activation=)"relu"(\)(?:\(\w+\)|,|\))\n.*Dense\((?:1|3|10)\b)',
            r"\1lambda x: keras.ops.stop_gradient(keras.ops.relu(x))\2",
        ),
        ("edit", "layers"),
    ),
]
"""All of them."""
