"""Time our tap against a Keras callback that measures the same, as published detectors do.

`python benchmarks/overhead_peers.py [NAME ...]` trains the same steps both ways and measures every one of
them: of each kernel mean and deviation of values and gradient and the size of the update, of each layer's
output mean and deviation. The callback does so after each batch, eagerly, with a gradient tape over the
batch, as UMLAUT, AutoTrainer and DeepLocalize do. Writes `benchmarks/results/overhead_peers.json`.
"""

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from speed.compared import Works, compare
from speed.models import Case
from speed.ours import epoch_of

LIMITS = {"mlp": 20.0, "lenet": 3.0, "transformer": 2.0, "resnet": 1.3}


class Measuring(keras.callbacks.Callback):
    """Statistics of kernels, gradients, updates and layer outputs after every batch, in eager mode."""

    def __init__(self, model: keras.Model, x: np.ndarray, y: np.ndarray, batch_size: int) -> None:
        super().__init__()
        self.x, self.y, self.size = x, y, batch_size
        outputs = [layer.output for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
        self.watched = keras.Model(model.inputs, outputs)
        self.kernels = [one for one in model.trainable_variables if len(one.shape) > 1]
        self.loss = keras.losses.SparseCategoricalCrossentropy()
        self.rows: list[Any] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Keep the kernels, to know the update."""
        self.before = [np.array(kernel) for kernel in self.kernels]

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Measure on the batch that was just trained on."""
        rows = slice(batch * self.size, (batch + 1) * self.size)
        with tf.GradientTape() as tape:
            outputs: Any = self.watched(tf.constant(self.x[rows]), training=True)
            loss = self.loss(self.y[rows], outputs[-1])
        gradients = tape.gradient(loss, [kernel.value for kernel in self.kernels])
        now = [np.array(kernel) for kernel in self.kernels]
        updates = [new - old for new, old in zip(now, self.before, strict=True)]
        measured = [*now, *(np.array(one) for one in gradients), *(np.array(one) for one in outputs)]
        self.rows.append([(one.mean(), one.std()) for one in measured] + [np.std(one) for one in updates])


def works(case: Case) -> Works:
    """Return our epoch with every step measured, and that of `fit` with the callback."""
    model, x, y = case.made()
    callback = Measuring(model, x, y, case.batch_size)

    def fit() -> Any:
        return model.fit(x, y, case.batch_size, shuffle=False, verbose=0, callbacks=[callback])

    return epoch_of(case, model, x, y, every=1), fit


if __name__ == "__main__":
    compare("overhead_peers", "callback", works, LIMITS, gain=True)
