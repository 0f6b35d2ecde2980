"""Mistakes in the inputs, the targets and their order."""

from mutants.edits import any_of, before_fit, every, replaced, where
from mutants.operator import Operator

ABOUT = ("edit", "fit", "first layer")
TARGETS = ("edit", "fit", "compile", "output layer")
CLASSES, BINARY, REGRESSION = '"sparse_categorical_crossentropy"', '"binary_crossentropy"', "r2_score"

NUMBERS = r"keras\.Input\(\([\d, ]+\)\)"
"""An input that takes no tokens."""

OPERATORS = [
    Operator(
        "normalization-removed",
        ("missing-input-normalization",),
        any_of(
            where(r"^x_train.* / (?:16|255)$", replaced(r" / (?:16|255)(?=,|$)", "")),
            replaced(r"^(?:scaler = .*|.*scaler\.transform.*)\n", ""),
            replaced(r"^ +keras\.layers\.(?:Rescaling\(.*\)|BatchNormalization\(\)),\n", ""),
            replaced(r"^h = normalization\(inputs\)$", "h = inputs"),
        ),
        ABOUT,
        most=12,
    ),
    Operator(
        "validation-not-scaled",
        ("unrepresentative-training-set", "no-generalization"),
        replaced(r"^(x_train, x_test = .*) / (?:16|255)$", r"\1"),
        ABOUT,
        most=4,
    ),
    Operator(
        "adapt-forgotten",
        ("unadapted-normalization",),
        replaced(r"^normalization\.adapt.*\n", ""),
        ("layers", "fit"),
    ),
    Operator(
        "labels-from-one",
        ("target-out-of-range",),
        where(f"{CLASSES}|{BINARY}", before_fit("y_train, y_test = y_train + 1, y_test + 1")),
        TARGETS,
    ),
    Operator(
        "labels-minus-one-and-one",
        ("target-out-of-range",),
        where(BINARY, before_fit("y_train, y_test = 2 * y_train - 1, 2 * y_test - 1")),
        TARGETS,
    ),
    Operator(
        "labels-shuffled",
        (
            "no-generalization",
            "input-ignored",
            "overfitting",
            "underfitting",
            "loss-not-decreasing",
            "unrepresentative-training-set",
            "constant-output",
        ),
        before_fit("y_train = np.random.default_rng(seed).permutation(y_train)"),
        TARGETS,
        most=8,
    ),
    Operator(
        "sorted-and-not-shuffled",
        ("unshuffled-examples",),
        every(
            where(f"{CLASSES}|{BINARY}|{REGRESSION}", lambda text: text),
            before_fit(
                "order = np.argsort(y_train.ravel())\nx_train, y_train = x_train[order], y_train[order]"
            ),
            replaced(r"(^model\.fit\(.*?)verbose=0", r"\1shuffle=False, verbose=0"),
        ),
        ABOUT,
    ),
    Operator(
        "nan-rows",
        ("non-finite-data",),
        where(
            NUMBERS,
            before_fit(
                "x_train = np.where(np.arange(x_train.size).reshape(x_train.shape) % 977, x_train, np.nan)"
            ),
        ),
        ("edit", "fit", "first layer"),
        harm="fact",
    ),
    Operator(
        "validation-from-training",
        ("train-validation-overlap",),
        before_fit("x_test, y_test = x_train[: len(x_test)], y_train[: len(y_test)]"),
        ABOUT,
        harm="fact",
    ),
    Operator(
        "targets-in-thousands",
        ("target-scale",),
        where(REGRESSION, before_fit("y_train, y_test = 1000 * y_train + 50000, 1000 * y_test + 50000")),
        TARGETS,
    ),
    Operator(
        "inputs-lost",
        ("constant-or-duplicate-features", "input-ignored"),
        where(NUMBERS, before_fit("x_train, x_test = 0 * x_train, 0 * x_test")),
        ABOUT,
        most=6,
    ),
]
"""All of them."""
