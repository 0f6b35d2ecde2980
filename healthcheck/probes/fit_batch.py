"""Probe: controlled overfitting of a handful of examples (Bengio 2012, section 3).

No dropout, no noise, no penalties; first the user's optimizer as it stands, then
Adam as a second opinion. Training mode otherwise. The caller puts the start back.
Cost: two traces of a training step and up to six times `STEPS` steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import FitBatch, Skipped, skill
from healthcheck.keras_private import every_layer, forget_gradients, registered_gradients
from healthcheck.probes.baseline import constant_loss
from healthcheck.probes.bench import Bench
from healthcheck.probes.state import State
from healthcheck.probes.trace import on_device
from healthcheck.subject import Examples

EXAMPLES = 16
STARTS = 2
STEPS = 500
RATES = (0.003, 0.03)
"""Of Adam: what saturates moves at the higher one only, what is deep bears the lower one only."""
ENOUGH = 0.5
"""A model that reached this skill on the batch, or on all its data, can fit: it need not go on."""


def probe(bench: Bench, reached: float) -> FitBatch | Skipped:
    """Try to fit a few examples, unless the training already `reached` enough on all of them.

    Two starts, each with the user's optimizer and with Adam; the better start counts, and a good
    one ends the search.
    """
    model = bench.subject.model
    if reached >= ENOUGH:
        return FitBatch(EXAMPLES, 0, reached, float("nan"), implied=True)
    if not model.compiled or model.loss is None:
        return Skipped("the model was compiled without a loss")
    weights = sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)
    if weights < EXAMPLES:
        return Skipped(f"{weights} trainable weights rightly cannot learn {EXAMPLES} examples by heart")
    few = _distinct(bench.evaluated, bench.seed)
    constant = constant_loss(model, few)
    if not constant > 0:
        return Skipped("the few examples give no constant prediction to beat")
    first, second = _best_start(bench, few, constant)
    return FitBatch(few.count, STEPS, first, second, implied=False)


def _best_start(bench: Bench, few: Examples, constant: float) -> tuple[float, float]:
    """Return the skills with the user's optimizer and with Adam, NaN when it was not needed."""
    model, data = bench.subject.model, on_device(few)
    adam = keras.optimizers.Adam(RATES[0])
    adam.build(model.trainable_variables)
    fresh = State(adam.variables)
    goal = tf.constant((1.0 - 1.001 * ENOUGH) * constant, tf.float32)  # not to be missed by rounding
    attempts = [(_steps_of(model, model.optimizer), RATES[0])]
    attempts += [(with_adam, rate) for with_adam in (_steps_of(model, adam),) for rate in RATES]
    best = (float("-inf"), float("nan"))
    for index in range(STARTS):
        skills: list[float] = []
        for attempt, rate in attempts:
            bench.begin(index)
            fresh.restore()
            adam.learning_rate = rate
            with _without_noise(model):
                skills.append(_best_skill(attempt(data, goal).numpy(), constant))
            if skills[-1] >= ENOUGH:
                break
        best = max(best, (skills[0], max(skills[1:], default=float("nan"))), key=np.nanmax)
        if skills[-1] >= ENOUGH:
            break
    return best


def _distinct(examples: Examples, seed: int) -> Examples:
    """Choose examples at random, taking turns among the target values where these are few."""
    order = np.random.default_rng([seed, 11]).permutation(examples.count)
    target = np.asarray(keras.tree.flatten(examples.y)[0]).reshape(examples.count, -1)[order]
    keys = target.argmax(axis=1) if target.shape[1] > 1 else target[:, 0]
    if len(np.unique(keys)) <= examples.count // 2:
        turn = np.zeros(len(keys), int)
        for key in np.unique(keys):
            turn[keys == key] = np.arange(np.sum(keys == key))
        order = order[np.argsort(turn, kind="stable")]
    return examples.take(np.sort(order[:EXAMPLES]))


def _best_skill(losses: np.ndarray, constant: float) -> float:
    finite = losses[np.isfinite(losses)]
    return skill(float(finite.min()), constant) if len(finite) else float("-inf")


def _steps_of(model: keras.Model, optimizer: Any) -> Any:
    """Return a traced function: the data loss of each step until it is good enough, or not finite."""

    @tf.function(autograph=False)
    def fit(data: Any, goal: Any) -> Any:
        x, y, weight = data

        def body(step: Any, _: Any, losses: Any) -> Any:
            with tf.GradientTape() as tape:
                prediction = model(x, training=True)
                loss: Any = model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
                loss -= sum(tf.reduce_sum(tf.cast(extra, loss.dtype)) for extra in model.losses)
                scaled = optimizer.scale_loss(loss)
            variables = model.trainable_variables
            gradients, known = tape.gradient(scaled, variables), registered_gradients()
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
            forget_gradients(known)
            loss = tf.cast(loss, tf.float32)
            return step + 1, loss, losses.write(step, loss)

        losses = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=())
        state = (tf.constant(0), goal + 1.0, losses)
        going_on = lambda step, loss, _: (step < STEPS) & tf.math.is_finite(loss) & (loss > goal)  # noqa: E731
        return tf.while_loop(going_on, body, state, parallel_iterations=1)[2].stack()

    return fit


@contextmanager
def _without_noise(model: keras.Model) -> Iterator[None]:
    """Set the rates of all dropout and noise layers to zero while the step is traced."""
    kept = [
        (layer, name, getattr(layer, name))
        for layer in every_layer(model)
        for name in ("rate", "stddev")
        if isinstance(getattr(layer, name, None), float)
    ]
    for layer, name, _ in kept:
        setattr(layer, name, 0.0)
    try:
        yield
    finally:
        for layer, name, value in kept:
            setattr(layer, name, value)
