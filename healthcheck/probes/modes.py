"""Probe: the trained model in training mode against inference mode, batch by batch.

Where the loss in inference mode turns out much larger, the moving statistics are taken anew: one
pass over the batches in training mode with a momentum that makes them plain means. Cost: nothing
where the training itself showed that inference mode is as good, else two traces of the forward
pass. Weights stay; the caller puts statistics and random states back.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import Modes, Skipped, Training
from healthcheck.keras_private import every_layer
from healthcheck.probes.bench import Bench
from healthcheck.probes.trace import on_device

CLOSE = 1.2
"""In inference mode a loss this near to the loss of the last training steps needs no second look."""
MAX_BATCHES = 64


def probe(bench: Bench, training: Training) -> Modes | Skipped:
    """Compare the modes on the fixed training examples in batches of the user's size."""
    last = float(training.loss[-1])
    if last <= CLOSE * training.training_loss:
        seen = training.training_loss
        return Modes(0, seen, last, float("nan"), float("nan"), bench.constant_loss)
    if not bench.subject.model.compiled:
        return Skipped("the model was compiled without a loss")
    batches, passes = _batches(bench), Passes(bench.subject.model)
    inference = np.array([passes.infer(batch) for batch in batches])
    trained = np.array([passes.train(batch, at) for at, batch in enumerate(batches)])
    difference = inference - trained
    return Modes(
        batches=len(batches),
        training=float(trained.mean()),
        inference=float(inference.mean()),
        recalibrated=float(np.mean([passes.infer(batch) for batch in batches]))
        if passes.statistics
        else float("nan"),
        noise=float(difference.std(ddof=1) / np.sqrt(len(batches))) if len(batches) > 1 else float("nan"),
        constant_loss=bench.constant_loss,
    )


def _batches(bench: Bench) -> list[Any]:
    """Cut the fixed examples, in random order, into full batches, so that one trace serves all."""
    examples, size = bench.evaluated, min(bench.subject.batch_size, bench.evaluated.count)
    order = np.random.default_rng([bench.seed, 13]).permutation(examples.count)
    starts = range(0, examples.count - size + 1, size)[:MAX_BATCHES]
    return [on_device(examples.take(np.sort(order[at : at + size]))) for at in starts]


class Passes:
    """The data loss of one batch in either mode; training mode leaves plain means as statistics."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.statistics = [
            layer for layer in every_layer(model) if isinstance(layer, keras.layers.BatchNormalization)
        ]
        self._infer = tf.function(lambda batch: self._loss(batch, training=False), autograph=False)
        self._train = tf.function(self._training, autograph=False)

    def infer(self, batch: Any) -> float:
        """Return the loss in inference mode."""
        return float(self._infer(batch))

    def train(self, batch: Any, seen: int) -> float:
        """Return the loss in training mode; statistics become the mean of `seen` batches and this one."""
        return float(self._train(batch, tf.constant(seen / (seen + 1.0), tf.float32)))

    def _training(self, batch: Any, momentum: Any) -> Any:
        kept = [layer.momentum for layer in self.statistics]
        for layer in self.statistics:
            layer.momentum = momentum
        try:
            return self._loss(batch, training=True)
        finally:
            for layer, value in zip(self.statistics, kept, strict=True):
                layer.momentum = value

    def _loss(self, batch: Any, *, training: bool) -> Any:
        x, y, weight = batch
        prediction = self.model(x, training=training)
        loss: Any = self.model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
        return tf.cast(loss, tf.float32) - sum(
            tf.reduce_sum(tf.cast(extra, tf.float32)) for extra in self.model.losses
        )
