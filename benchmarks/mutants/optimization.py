"""Mistakes in the optimizer, the batches and the length of the training."""

from mutants.edits import before_fit, every, hidden_argument, replaced, scaled_rate, where
from mutants.operator import Operator

ABOUT = ("edit", "compile", "fit")
SMALL = r"load_(?:wine|breast_cancer)\(return|autompg|sunspots"

OPERATORS = [
    Operator(
        "rate-times-100",
        ("learning-rate-too-high", "diverging-loss", "exploding-gradients", "oscillating-loss"),
        scaled_rate(100),
        ABOUT,
        most=9,
    ),
    Operator("rate-times-0.001", ("learning-rate-too-low",), scaled_rate(0.001), ABOUT, most=9),
    Operator(
        "penalty-times-1000",
        ("regularization-dominates",),
        hidden_argument("kernel_regularizer=keras.regularizers.L2(1.0)"),
        ABOUT,
    ),
    Operator(
        "frozen",
        ("nothing-to-train",),
        replaced(r"^(?=model\.compile\()", "model.trainable = False\n"),
        ("edit", "compile", "fit", "layers"),
    ),
    Operator(
        "batch-of-one",
        ("learning-rate-too-high", "oscillating-loss", "needs-a-schedule", "batchnorm-small-batch"),
        where(SMALL, replaced(r"batch_size=\d+", "batch_size=1")),
        ("edit", "compile", "fit", "layers"),
        most=4,
    ),
    Operator(
        "batch-of-all",
        ("training-too-short", "learning-rate-too-low", "underfitting"),
        replaced(r"^(model\.fit\(.*)batch_size=\d+", r"\1batch_size=len(x_train)"),
        ABOUT,
        most=6,
    ),
    Operator(
        "too-few-epochs",
        ("training-too-short", "learning-rate-too-low", "underfitting"),
        replaced(r"epochs=\d+(?=, batch|, verbose|, valid)", "epochs=1"),
        ABOUT,
        most=8,
    ),
    Operator(
        "too-large-for-the-data",
        ("overfitting", "unrepresentative-training-set"),
        every(
            before_fit("x_train, y_train = x_train[:48], y_train[:48]"),
            replaced(r"layers\.Dense\(\d+, (activation=\"(?:relu|tanh|gelu)\")", r"layers.Dense(512, \1"),
            replaced(r"epochs=(\d+)", lambda match: f"epochs={min(int(match[1]) * 10, 200)}"),
        ),
        ("edit", "compile", "fit", "layers"),
        harm="overfits",
    ),
]
"""All of them."""
