"""Five sizes of models, with data of their shapes: compiled, built, and trained for an epoch already."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

CLASSES = 10


@dataclass(frozen=True)
class Case:
    """A model and the training that it is timed with."""

    build: Callable[[], keras.Model]
    shape: tuple[int, ...]
    batch_size: int
    steps: int
    """In an epoch."""
    rounds: int
    """How often the epoch is timed."""

    def made(self) -> tuple[keras.Model, np.ndarray, np.ndarray]:
        """Return the model and its examples."""
        keras.utils.set_random_seed(0)
        model, random = self.build(), np.random.default_rng(0)
        count = self.batch_size * self.steps
        x, y = random.normal(size=(count, *self.shape)).astype("float32"), random.integers(0, CLASSES, count)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, batch_size=self.batch_size, epochs=1, verbose=0)
        return model, x, y


def mlp(layers: int = 2, units: int = 64, inputs: int = 64) -> keras.Model:
    """Return dense layers."""
    hidden = [keras.layers.Dense(units, activation="relu") for _ in range(layers)]
    return keras.Sequential([keras.Input((inputs,)), *hidden, _classes()])


def lenet() -> keras.Model:
    """Return LeNet-5 for color images."""
    layers = keras.layers
    body = [
        layers.Conv2D(6, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
    ]
    return keras.Sequential([keras.Input((32, 32, 3)), *body, _classes()])


def gru() -> keras.Model:
    """Return a recurrent layer over thirty steps."""
    return keras.Sequential([keras.Input((30, 8)), keras.layers.GRU(32), _classes()])


def transformer(blocks: int = 2, width: int = 64) -> keras.Model:
    """Return blocks of self-attention over a sequence of vectors."""
    layers = keras.layers
    inputs = keras.Input((32, width))
    x: Any = inputs
    for _ in range(blocks):
        attended = layers.MultiHeadAttention(4, width // 4)(x, x)
        x = layers.LayerNormalization()(x + attended)
        x = layers.LayerNormalization()(
            x + layers.Dense(width)(layers.Dense(4 * width, activation="gelu")(x))
        )
    return keras.Model(inputs, _classes()(layers.GlobalAveragePooling1D()(x)))


def resnet() -> keras.Model:
    """Return ResNet-50 for small images."""
    return keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=CLASSES)


def _classes() -> keras.layers.Layer:
    return keras.layers.Dense(CLASSES, activation="softmax")


CASES = {
    "mlp": Case(mlp, (64,), 32, 1000, 31),
    "deep mlp": Case(lambda: mlp(4), (64,), 32, 1000, 9),
    "gru": Case(gru, (30, 8), 32, 60, 7),
    "lenet": Case(lenet, (32, 32, 3), 256, 24, 7),
    "transformer": Case(transformer, (32, 64), 32, 30, 7),
    "resnet": Case(resnet, (32, 32, 3), 32, 16, 5),
}
"""From small to large."""
