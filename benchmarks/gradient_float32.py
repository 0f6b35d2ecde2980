"""What the gradient check says of models that insist on float32: of right ones, and with planted errors.

`python benchmarks/gradient_float32.py` checks 24 right models on three seeds each and prints the
largest disagreement and uncertainty; then three models whose gradient is wrong by a factor, on ten
seeds each, and prints how often the wrong layer is named at the limit of the rule.
"""

import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import GradientCheck, Skipped
from healthcheck.probes import gradient_check
from healthcheck.probes.bench import Bench
from healthcheck.subject import Examples, Subject
from healthcheck_rules.gradients.gradient_mismatch import GradientMismatch

ROOT = Path(__file__).parent.parent
RULE = GradientMismatch()
LIMITS = {"float64": RULE.max_disagreement, "float32": RULE.max_disagreement_float32}
FACTORS = (1.0, 1.3, 0.75, 0.0, -1.0)
L = keras.layers


def cast(x: Any) -> Any:
    """Return `x` in float32, whatever it was."""
    return tf.cast(x, tf.float32)


@tf.custom_gradient
def bent_tanh(x: Any, factor: Any) -> Any:
    """Return `tanh(x)`, with its gradient times `factor`."""
    return tf.tanh(x), lambda upstream: (factor * upstream * (1 - tf.tanh(x) ** 2), None)


def bent(factor: float) -> Callable[[Any], Any]:
    """Return `tanh` with a gradient that is wrong by a factor."""
    return lambda x: bent_tanh(cast(x), tf.constant(factor, tf.float32))


class Narrow(L.Layer):
    """A dense layer that computes in float32 and has no configuration."""

    def __init__(self, units: int, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.units, self.function = units, function

    def build(self, shape: Any) -> None:
        """Make the kernel and the bias."""
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """Return the activations."""
        return self.function(tf.matmul(cast(x), cast(self.kernel.value)) + cast(self.bias.value))


def chain(shape: tuple[int, ...], *body: Any) -> Any:
    """Return a sequential model."""
    return keras.Sequential([keras.Input(shape), *body])


def tokens(size: int, *body: Any) -> Any:
    """Return a model of `size` integer tokens below 7."""
    return keras.Sequential([keras.Input((size,), dtype="int32"), *body, L.Flatten(), L.Dense(1)])


def attention() -> Any:
    """Return a block of self-attention after a cast."""
    start = keras.Input((6, 8))
    x = L.Lambda(cast)(start)
    x = L.LayerNormalization()(x + L.MultiHeadAttention(2, 4)(x, x))
    return keras.Model(start, L.Dense(1)(L.GlobalAveragePooling1D()(x)))


def residual() -> Any:
    """Return four residual blocks."""
    start = x = keras.Input((8,))
    for _ in range(4):
        x = L.Add()([x, Narrow(8, tf.nn.relu)(x)])
    return keras.Model(start, L.Dense(1)(x))


def images(*body: Any) -> Any:
    """Return a convolution between what is given."""
    return chain((12, 12, 1), *body, L.Flatten(), L.Dense(3, "softmax"))


TABLE = tf.random.stateless_normal((7, 4), (1, 2))
RIGHT: dict[str, tuple[Callable[[], Any], str]] = {
    "tanh": (lambda: chain((6,), Narrow(8, tf.tanh), L.Dense(1)), "mse"),
    "relu": (lambda: chain((6,), Narrow(16, tf.nn.relu), Narrow(16, tf.nn.relu), L.Dense(1)), "mse"),
    "deep tanh": (lambda: chain((6,), *[Narrow(16, tf.tanh) for _ in range(8)], L.Dense(1)), "mse"),
    "deep relu": (lambda: chain((6,), *[Narrow(32, tf.nn.relu) for _ in range(8)], L.Dense(1)), "mse"),
    "sigmoid": (
        lambda: chain((6,), Narrow(16, tf.sigmoid), L.Dense(3, "softmax")),
        "sparse_categorical_crossentropy",
    ),
    "batch normalization": (
        lambda: chain((6,), L.Dense(16), L.Lambda(cast), L.BatchNormalization(), L.ReLU(), L.Dense(1)),
        "mse",
    ),
    "dropout": (lambda: chain((6,), L.Dense(16, "relu"), L.Lambda(cast), L.Dropout(0.4), L.Dense(1)), "mse"),
    "wide": (
        lambda: chain((6,), L.Dense(1000, "relu"), L.Lambda(cast), L.Dense(1000, "relu"), L.Dense(1)),
        "mse",
    ),
    "convolution": (
        lambda: images(L.Conv2D(8, 3, activation="relu"), L.Lambda(cast), L.MaxPooling2D()),
        "sparse_categorical_crossentropy",
    ),
    "normalized convolution": (
        lambda: images(L.Conv2D(8, 3), L.BatchNormalization(), L.Lambda(cast), L.ReLU(), L.Conv2D(8, 3)),
        "sparse_categorical_crossentropy",
    ),
    "lstm": (lambda: chain((8, 3), L.LSTM(8), L.Lambda(cast), L.Dense(1)), "mse"),
    "gru": (
        lambda: chain((8, 3), L.Lambda(cast), L.GRU(8, return_sequences=True), L.GRU(4), L.Dense(1)),
        "mse",
    ),
    "embedding": (lambda: tokens(5, L.Embedding(7, 4), L.Lambda(cast)), "mse"),
    "lookup": (
        lambda: tokens(5, L.Lambda(lambda one: tf.gather(TABLE, tf.cast(one, tf.int32))), Narrow(8, tf.tanh)),
        "mse",
    ),
    "layer normalization": (
        lambda: chain((6,), L.Dense(16), L.Lambda(cast), L.LayerNormalization(), L.Dense(16, "gelu")),
        "mse",
    ),
    "attention": (attention, "mse"),
    "penalty": (
        lambda: chain((6,), L.Dense(16, "elu", kernel_regularizer="l2"), L.Lambda(cast), L.Dense(1)),
        "mse",
    ),
    "binary": (
        lambda: chain((6,), L.Dense(16, "tanh"), L.Lambda(cast), L.Dense(1, "sigmoid")),
        "binary_crossentropy",
    ),
    "hinge": (lambda: chain((6,), L.Dense(16, "selu"), L.Lambda(cast), L.Dense(1, "tanh")), "hinge"),
    "huber": (lambda: chain((6,), L.Dense(16, "swish"), L.Lambda(cast), L.Dense(1)), "huber"),
    "large inputs": (
        lambda: chain((6,), L.Rescaling(100.0), L.Lambda(cast), L.Dense(16, "relu"), L.Dense(1)),
        "mae",
    ),
    "residual": (residual, "mse"),
    "moved image": (
        lambda: images(L.RandomTranslation(0.1, 0.1, seed=1), L.Conv2D(4, 3, activation="relu")),
        "sparse_categorical_crossentropy",
    ),
    "resized image": (
        lambda: images(L.Conv2D(4, 3, activation="relu"), L.Lambda(lambda one: tf.image.resize(one, (6, 6)))),
        "sparse_categorical_crossentropy",
    ),
}
"""Models that insist on float32, each with its loss."""
WRONG: dict[str, tuple[Callable[[float], Any], str]] = {
    "function": (lambda f: chain((6,), L.Dense(8), L.Lambda(bent(f)), L.Dense(1)), "mse"),
    "layer": (lambda f: chain((6,), Narrow(8, bent(f)), L.Dense(1)), "mse"),
    "deep": (
        lambda f: chain(
            (6,),
            Narrow(16, tf.nn.relu),
            L.BatchNormalization(),
            Narrow(8, bent(f)),
            Narrow(16, tf.nn.relu),
            L.Dense(3, "softmax"),
        ),
        "sparse_categorical_crossentropy",
    ),
}
"""Models with a layer whose gradient is wrong by a factor."""


def main() -> None:
    """Print what is said of the right and of the wrong models, and write it down."""
    result = {"right": _of_the_right(), "named of 10": _of_the_wrong()}
    file = ROOT / "benchmarks" / "results" / "gradient_float32.json"
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _of_the_right() -> dict[str, Any]:
    checks: list[GradientCheck] = []
    for name, (make, loss) in RIGHT.items():
        found = [_checked(make, loss, seed) for seed in range(3)]
        told = [f"{one.disagreement:.1e} ± {one.uncertainty:.1e}" for one in found]
        print(f"{name:24} {found[0].precision:8} {', '.join(told)}", flush=True)
        checks += found
    return {
        "models": len(RIGHT),
        "checks": len(checks),
        "in float32": sum(one.precision == "float32" for one in checks),
        "largest disagreement": max(one.disagreement for one in checks),
        "largest of a layer": max((wrong.disagreement for one in checks for wrong in one.wrong), default=0.0),
        "uncertainty": [min(one.uncertainty for one in checks), max(one.uncertainty for one in checks)],
        "told": sum(bool(_told(one)) for one in checks),
    }


def _of_the_wrong() -> dict[str, dict[str, int]]:
    named: dict[str, dict[str, int]] = {}
    for name, (make, loss) in WRONG.items():
        for factor in FACTORS:
            found = [_told(_checked(partial(make, factor), loss, seed)) for seed in range(10)]
            named.setdefault(name, {})[f"{factor:g}"] = sum(places == ["layer"] for places in found)
        print(f"{name:24} {named[name]}", flush=True)
    return named


def _told(check: GradientCheck) -> list[str]:
    """Return the places that the rule tells of."""
    return [one.place for one in check.wrong if not one.disagreement <= LIMITS[one.precision]]


def _checked(make: Callable[[], Any], loss: str, seed: int) -> GradientCheck:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model, random = make(), np.random.default_rng(seed)
    is_integer = model.inputs[0].dtype == "int32"
    shape = (200, *model.input_shape[1:])
    x = random.integers(0, 7, shape).astype("int32") if is_integer else random.normal(size=shape)
    y = random.integers(0, 3 if loss.startswith("sparse") else 2, (200, 1)).astype("float32")
    model.compile("adam", loss)
    model.optimizer.build(model.trainable_variables)
    subject = Subject("m", model, Examples(x if is_integer else x.astype("float32"), y), 32, 2, 3)
    check = gradient_check.probe(Bench(subject, seed, time.monotonic() + 200))
    if isinstance(check, Skipped):
        raise SystemExit(f"the check was skipped: {check.reason}")
    return check


if __name__ == "__main__":
    main()
