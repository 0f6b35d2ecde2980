"""Mistakes in how the weights start."""

from mutants.edits import hidden_argument
from mutants.operator import Operator

OPERATORS = [
    Operator("zero-weights", ("symmetric-units",), hidden_argument('kernel_initializer="zeros"')),
    Operator(
        "constant-weights",
        ("symmetric-units",),
        hidden_argument("kernel_initializer=keras.initializers.Constant(0.1)"),
    ),
    Operator(
        "huge-weights",
        ("bad-initialization-scale", "initial-loss", "saturated-activations"),
        hidden_argument("kernel_initializer=keras.initializers.RandomNormal(stddev=10.0, seed=seed)"),
        ("edit", "layers"),
    ),
    Operator(
        "tiny-weights",
        ("bad-initialization-scale", "vanishing-gradients"),
        hidden_argument("kernel_initializer=keras.initializers.RandomNormal(stddev=1e-5, seed=seed)"),
        ("edit", "layers"),
    ),
    Operator(
        "dead-from-the-start",
        ("dead-units", "disconnected-weights", "bad-initialization-scale"),
        hidden_argument("bias_initializer=keras.initializers.Constant(-30.0)"),
        ("edit", "layers"),
    ),
]
"""All of them."""
