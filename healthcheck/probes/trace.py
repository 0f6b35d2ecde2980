"""The traced functions of a model: train for some steps, evaluate, predict.

One trace serves all seeds, learning rates and data of the same kind: weights,
optimizer and random state are set by assignment between calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.keras_private import read_once
from healthcheck.probes.carried import carriers, carrying, from_zero
from healthcheck.probes.isolate import packed
from healthcheck.probes.moments import Moments, unpacked
from healthcheck.probes.own_step import has_own_loss, has_own_step, own_loss, without_metrics
from healthcheck.probes.tap import Tap, tapped
from healthcheck.schedule import Slots
from healthcheck.subject import Examples, Subject, as_keras_casts, each_array, kernels, path_of

STATEFUL = {
    "Multinomial",
    "ParameterizedTruncatedNormal",
    "RandomGamma",
    "RandomPoissonV2",
    "RandomShuffle",
    "RandomStandardNormal",
    "RandomUniform",
    "RandomUniformInt",
    "TruncatedNormal",
}
"""Types of the operations that draw random numbers from a state inside TensorFlow."""


@dataclass(frozen=True)
class Steps:
    """What some steps of training showed."""

    losses: np.ndarray
    """Loss of each step that was done; ends with a non-finite one if there was one."""
    kernels: np.ndarray
    """[measured steps, kernels, KERNEL_MOMENTS]"""
    calls: np.ndarray
    """[measured steps, layer calls, CALL_MOMENTS]"""


@dataclass(frozen=True)
class Evaluation:
    """Inference mode, on a fixed set of examples."""

    loss: float
    """Mean data loss, without penalties."""
    penalty: float
    """What regularizers and `add_loss` add to it."""
    metrics: dict[str, float]


class TracedModel:
    """A model's training step, evaluation and prediction as compiled graphs."""

    def __init__(self, subject: Subject) -> None:
        self.model = subject.model
        self.kernels = [variable for _, variable in kernels(self.model)]
        self.kernel_paths = [path_of(layer) for layer, _ in kernels(self.model)]
        self.carriers = carriers(self.model)
        self.only_size = subject.only_size
        self.call_paths: list[str] = []
        self.sees_loss = True
        """Whether the step takes gradients where we see them; nothing trainable, and it takes none."""
        self.draws_by_itself = False
        """Whether the step holds random operations of TensorFlow whose state cannot be set."""
        self.asked, self.connected, self.looked_up = set[int](), set[int](), set[int]()
        """Variables, by `id`: the step asks for a gradient; there is one; it is one of single rows."""
        self._train = _traced_once(self._training)
        self._moments = Moments(self.kernels)
        self._evaluate = _traced_once(self._evaluation)
        self._predict = tf.function(self._prediction, autograph=False, reduce_retracing=True)

    def train(self, data: Any, slots: Slots, measured: np.ndarray) -> Steps:
        """Do the steps of `slots`, measuring those that `measured` marks; stop at a non-finite loss."""
        where = np.cumsum(measured) - measured
        plan = np.stack([slots.starts, slots.ends - slots.starts, measured, where], axis=1)
        losses, done, moments = self._train(data, tf.constant(slots.rows), tf.constant(plan, tf.int32))
        of_kernels, of_calls = unpacked(moments.numpy(), len(self.kernels))
        return Steps(losses.numpy()[: int(done)], of_kernels, of_calls)

    def evaluate(self, data: Any, batch_size: int) -> Evaluation:
        """Evaluate in inference mode; metrics are the user's own."""
        loss, penalty, metrics = self._evaluate(data, tf.constant(self.only_size or batch_size))
        metrics.pop("loss", None)
        return Evaluation(
            float(loss), float(penalty), {name: float(value) for name, value in metrics.items()}
        )

    def predict(self, x: Any, batch_size: int) -> Any:
        """Return the predictions as NumPy arrays, in inference mode."""
        count, size = len(keras.tree.flatten(x)[0]), self.only_size or batch_size
        with from_zero(self.carriers):
            parts = [
                self._predict(keras.tree.map_structure(lambda a, at=at: a[at : at + size], x))
                for at in range(0, count, size)
            ]
        return keras.tree.map_structure(
            lambda *leaves: np.concatenate([np.asarray(leaf) for leaf in leaves]), *parts
        )

    def _prediction(self, x: Any) -> Any:
        with carrying(self.carriers):
            return self.model(x, training=False)

    def _training(self, data: Any, rows: Any, plan: Any) -> Any:
        """Do the steps of `plan`: first row, number of rows, whether it is measured, its place among those.

        What the loop carries, and each operation in it, costs a small model a noticeable part of its step.
        """
        steps = tf.shape(plan)[0]

        def body(step: Any, _: Any, losses: Any, moments: Any) -> Any:
            first, size, marked, where = tf.split(tf.gather(plan, step), 4)
            batch = packed(*self._batch(data, tf.slice(rows, first, size)))
            measure = tf.cast(tf.reshape(marked, ()), tf.bool)
            # Keras' own step changes weights when it has all gradients; a user's own, whenever it likes.
            # A large model has no room for copies before that, and a small one no time to wait for it.
            at_once = self._moments.are_small or has_own_step(self.model)
            copies = self._moments.copies(measure) if at_once else []

            def copy(tap: Tap) -> None:
                copies[:] = copies or self._moments.copies(measure, tap.gradients)

            # Mixed precision scales the loss, and so every gradient, by a factor the step may change.
            optimizer: Any = self.model.optimizer
            scale = tf.cast(optimizer.scale_loss(tf.constant(1.0)), tf.float64)
            with (
                tapped(copy) as tap,
                carrying(self.carriers),
                without_metrics(self.model),
                read_once(optimizer),
            ):
                self.model.train_step(batch)
            self.call_paths = [path_of(call.layer) for call in tap.calls]
            self.sees_loss = tap.loss is not None
            self.draws_by_itself = any(operation.type in STATEFUL for operation in tap.operations)
            self.asked, self.connected, self.looked_up = tap.asked, set(tap.gradients), tap.looked_up
            loss = _scalar(tap.loss) / tf.cast(scale, tf.float32)
            copy(tap)  # if no gradient was taken
            of_step = self._moments.of_step(measure, tap, copies, scale)
            moments = tf.cond(
                measure, lambda: moments.write(tf.reshape(where, ()), of_step()), lambda: moments
            )
            return step + 1, loss, losses.write(step, loss), moments

        done, _, losses, moments = tf.while_loop(
            lambda step, loss, *_: tf.math.is_finite(loss),
            body,
            (
                tf.constant(0),
                tf.constant(0.0),
                tf.TensorArray(tf.float32, steps, element_shape=()),
                tf.TensorArray(tf.float64, 0, dynamic_size=True, infer_shape=False),
            ),
            parallel_iterations=1,
            maximum_iterations=steps,
        )
        none = tf.zeros((0, 0), tf.float64)
        return losses.stack(), done, tf.cond(moments.size() > 0, moments.stack, lambda: none)

    def _batch(self, data: Any, rows: Any) -> Any:
        """Gather the rows; a layer that carries its state wants to know how many."""
        rows = tf.ensure_shape(rows, (self.only_size,))
        return each_array(lambda leaf: tf.gather(leaf, rows), data)

    def _evaluation(self, data: Any, batch_size: Any) -> Any:
        for metric in self.model.metrics:
            metric.reset_state()
        count = tf.shape(keras.tree.flatten(data[0])[0])[0]

        def body(at: Any, loss: Any, penalty: Any) -> Any:
            rows = tf.range(at, tf.minimum(at + batch_size, count))
            total, added = self._losses(*self._batch(data, rows))
            share = tf.cast(tf.size(rows), tf.float32) / tf.cast(count, tf.float32)
            return at + batch_size, loss + share * (total - added), penalty + share * added

        state = (tf.constant(0), tf.constant(0.0), tf.constant(0.0))
        with from_zero(self.carriers):
            _, loss, penalty = tf.while_loop(lambda at, *_: at < count, body, state, parallel_iterations=1)
        of_own_step = has_own_loss(self.model, data[1])
        return loss, penalty, {} if of_own_step else self.model.get_metrics_result()

    def _losses(self, x: Any, y: Any, weight: Any) -> tuple[Any, Any]:
        """Return the whole loss of a batch and the part of it that penalties are."""
        if has_own_loss(self.model, y):
            return own_loss(self.model, x, y, weight), tf.constant(0.0)
        prediction = self._prediction(x)
        total = self.model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
        added = tf.add_n([_scalar(extra) for extra in self.model.losses] or [tf.constant(0.0)])
        self.model.compute_metrics(x, y, prediction, sample_weight=weight)
        return _scalar(total), added


def on_device(examples: Examples) -> Any:
    """Return `(x, y, weight)` as tensors, the form the traced functions take."""
    return each_array(lambda array: tf.convert_to_tensor(as_keras_casts(array)), examples.parts)


def _traced_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of tensors whose first axes may have any length: one trace serves all lengths.

    Without AutoGraph, as Keras traces its own steps; converting ours costs a second.
    """
    compiled = tf.function(function, autograph=False)

    def call(*arguments: Any) -> Any:
        kinds: Any = keras.tree.map_structure(_of_any_length, arguments)
        return compiled.get_concrete_function(*kinds)(*arguments)

    return call


def _of_any_length(leaf: Any) -> Any:
    if not isinstance(leaf, tf.Tensor) or not leaf.shape.rank:
        return leaf
    return tf.TensorSpec(tf.TensorShape([None]).concatenate(leaf.shape[1:]), leaf.dtype)


def _scalar(tensor: Any) -> Any:
    return tf.reduce_sum(tf.cast(tensor, tf.float32)) if tensor is not None else tf.constant(0.0)
