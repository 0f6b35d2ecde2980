"""Mistakes in the output layer and the loss."""

from mutants.edits import any_of, every, replaced, where
from mutants.operator import Operator

BINARY, CLASSES = r'"binary_crossentropy"', r'loss="(?:sparse_)?categorical_crossentropy", metrics'
MISMATCH = ("output-loss-mismatch",)
ABOUT = ("edit", "output layer", "compile")

OPERATORS = [
    Operator(
        "softmax-removed",
        MISMATCH,
        where(CLASSES, replaced(r', activation="softmax"(?=\)(?:\(\w+\)|,|\))?$)', "")),
        ABOUT,
    ),
    Operator("sigmoid-removed", MISMATCH, where(BINARY, replaced(r', activation="sigmoid"', "")), ABOUT),
    Operator(
        "softmax-twice",
        MISMATCH,
        where(
            CLASSES,
            any_of(
                replaced(
                    r'^( +)(keras\.)?(layers\.Dense\(.*activation="softmax"\),)$',
                    r"\1\2\3\n\1\2layers.Softmax(),",
                ),
                replaced(
                    r'^(outputs = )(.*)(layers\.Dense\(.*activation="softmax"\)\(\w+\))$',
                    r"\1\2layers.Softmax()(\2\3)",
                ),
                replaced(r'^(model\.add\()(.*activation="softmax"\)\))$', r"\1\2\n\1keras.layers.Softmax())"),
            ),
        ),
        ABOUT,
    ),
    Operator(
        "logits-announced",
        MISMATCH,
        where(
            r'activation="softmax"',
            replaced(
                r'loss="sparse_categorical_crossentropy"(?=, metrics)',
                "loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
            ),
        ),
        ABOUT,
        most=3,
    ),
    Operator("logits-forgotten", MISMATCH, replaced(r"from_logits=True", "from_logits=False"), ABOUT),
    Operator(
        "softmax-on-one-unit",
        (*MISMATCH, "constant-output"),
        replaced(r'(Dense\(1, activation=)"sigmoid"', r'\1"softmax"'),
        ABOUT,
    ),
    Operator(
        "relu-output",
        MISMATCH,
        where(CLASSES, replaced(r'activation="softmax"(?=\)(?:\(\w+\)|,|\))?$)', 'activation="relu"')),
        ABOUT,
        most=5,
    ),
    Operator(
        "sigmoid-on-regression",
        ("target-out-of-range", "output-loss-mismatch"),
        where(r"r2_score|\"mae\"", replaced(r"layers\.Dense\(1\)", 'layers.Dense(1, activation="sigmoid")')),
        ABOUT,
    ),
    Operator(
        "classes-as-numbers",
        ("loss-for-the-task", "output-loss-mismatch"),
        every(
            replaced(r'Dense\(\d+, activation="softmax"\)(?=(?:\(\w+\)|,|\))?$)', "Dense(1)"),
            replaced(r'"sparse_categorical_crossentropy"(?=, metrics)', '"mse"'),
        ),
        ABOUT,
    ),
    Operator(
        "crossentropy-on-regression",
        ("loss-for-the-task", "target-out-of-range", "output-loss-mismatch"),
        where(r"r2_score|\"mae\"", replaced(r'(?<=loss=)"(?:mse|huber)"', '"binary_crossentropy"')),
        (*ABOUT, "fit"),
    ),
]
"""All of them."""
