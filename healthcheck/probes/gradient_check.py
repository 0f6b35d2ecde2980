"""Probe: the loss as trained, its gradient against central differences; the layers that are wrong.

Training mode: BatchNormalization on batch statistics, dropout and noise frozen by their seeds,
penalties in. The loss is what the model's own `train_step` hands to its gradient tape. Cost: two
traces, and six evaluations for each of two directions of every variable and input, on a few
examples; layers are looked at one by one only where the whole disagrees, and then on a second
batch as well. Nothing is changed: see `promote.py`. Skips what is not differentiable.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from healthcheck.evidence import GradientCheck, Skipped, Slope, WrongGradient
from healthcheck.keras_private import every_layer
from healthcheck.probes.bench import Bench
from healthcheck.probes.isolate import Call, problem_of, training_loss, until_gradient
from healthcheck.probes.problem import NotDifferentiableError, Problem
from healthcheck.probes.promote import floating, shielded
from healthcheck.probes.slopes import CLOSER, NOTICED, beyond, joined, measure, seconds_needed
from healthcheck.probes.state import everything
from healthcheck.probes.wrong_layers import ON_PURPOSE, least, named, wrong_layers, wrong_part
from healthcheck.subject import Examples, Subject, each_array, is_of_keras, path_of

EXAMPLES = 16
"""In a batch: enough for batch statistics, few enough to be fast."""
VALUES = 2**18
"""In the inputs of a batch, at most: of large images fewer do, and `FEWEST` at least."""
FEWEST = 4
SHARE = 0.25
"""Of the budget, for the whole check."""
DEAR = 0.1
"""Of the budget: a check whose trace takes more waits for the training, where all code is Keras' own."""
SECONDS_PER_LAYER = 0.06
"""Of tracing: ResNet-50 takes 7 to 10 s. A trace cannot be interrupted, so a large model is not begun."""


def probe(bench: Bench, share: float = SHARE) -> GradientCheck | Skipped:
    """Check the whole model on one batch and, where that disagrees, every layer on two."""
    try:
        return _check(bench, share, time.monotonic() + share * (bench.deadline - time.monotonic()))
    except NotDifferentiableError as error:
        return Skipped(f"the gradient could not be checked: {error}", inconclusive=True)
    except Exception as error:  # noqa: BLE001 - the user's own code runs here, in a way it was not meant to
        told = str(error).splitlines()[0][:200] if str(error) else ""
        return Skipped(
            f"the gradient could not be checked: {type(error).__name__}: {told}", inconclusive=True
        )


def can_wait(bench: Bench) -> bool:
    """Whether the training is worth more: this check is dear, and nothing in the model is the user's code."""
    model: Any = bench.subject.model
    parts = [model, *every_layer(model), *keras.tree.flatten(getattr(model, "loss", None))]
    return _tracing(model) > DEAR * _until(bench.deadline) and all(map(is_of_keras, parts))


def _tracing(model: keras.Model) -> float:
    return SECONDS_PER_LAYER * len(every_layer(model))


def _check(bench: Bench, share: float, deadline: float) -> GradientCheck | Skipped:
    model, spent = bench.subject.model, time.monotonic() - bench.began
    needed = _tracing(model)
    if needed > _until(deadline):
        return _too_slow(f"tracing the model in float64 takes about {needed:.0f} s", spent + needed / share)
    batches = [_batch(bench.subject, bench.seed + number) for number in (0, 1)]
    started = time.monotonic()
    whole = problem_of(_training_call(model, batches[0]), bench.seed)
    needed = seconds_needed(whole)
    if needed > _until(deadline):
        total = needed + time.monotonic() - started
        return _too_slow(f"the derivatives of the whole model take {total:.0f} s", spent + total / share)
    groups = joined(whole, _until(deadline) / 4)
    slopes = measure(whole, bench.seed, _until(deadline) / 2, groups)
    check = _agreement(whole, slopes, batches[0].count)
    agrees, is_exact = check.disagreement <= CLOSER[whole.precision], whole.precision == "float64"
    if agrees and (is_exact or time.monotonic() > deadline):
        return check
    if time.monotonic() > deadline:
        total = 2 * (time.monotonic() - started)
        return _too_slow(
            f"to look again at what does not agree at first sight takes {total:.0f} s", spent + total / share
        )
    worst = None
    if not agrees:
        again = problem_of(_training_call(model, batches[1]), bench.seed)
        pairs = list(zip(groups, slopes[::2], slopes[1::2], strict=True))
        doubted = [pair for pair in pairs if not max(map(beyond, pair[1:])) <= CLOSER[whole.precision]]
        others = measure(again, bench.seed + 1, _until(deadline) / 2, [group for group, *_ in doubted])
        first = [slope for _, *both in doubted for slope in both]
        worst = max((min(pair, key=beyond) for pair in zip(first, others, strict=True)), key=beyond)
        check = replace(check, disagreement=beyond(worst))
        if is_exact and check.disagreement <= CLOSER["float64"]:
            return check
    # What is float32 only as a whole may have layers that can be looked at in float64.
    places, is_complete = _wrong_places(model, batches, bench.seed, deadline)
    wrong = [one for one in (_at_most(one, check.disagreement) for one in places) if one]
    if not wrong and worst and beyond(worst) > NOTICED[whole.precision] and not _is_on_purpose(model):
        wrong = [named(worst, "model" if is_complete else "unsearched", whole.precision)]
    return replace(check, wrong=tuple(wrong))


def _at_most(place: WrongGradient, whole: float) -> WrongGradient | None:
    """Return a place; of a rounded one no more than the whole bears out, which adds up many roundings."""
    if place.precision == "float64":
        return place
    kept = min(place.disagreement, whole)
    return replace(place, disagreement=kept) if kept > NOTICED["float32"] else None


def _is_on_purpose(model: keras.Model) -> bool:
    return any(isinstance(layer, ON_PURPOSE) for layer in every_layer(model))


def _wrong_places(
    model: keras.Model, batches: list[Examples], seed: int, deadline: float
) -> tuple[list[WrongGradient], bool]:
    """Return the loss and the layers that are wrong by themselves, and whether all were looked at."""
    loss = _loss_if_wrong(model, batches, seed)
    runs = [_eagerly(model, batch) for batch in batches]
    layers = wrong_layers(runs[0], seed, runs[1], deadline)
    return loss + [one for one in layers if one.layer != path_of(model)], time.monotonic() <= deadline


def _until(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.0)


def _too_slow(why: str, budget: float) -> Skipped:
    return Skipped(f"{why}, which asks for a budget of at least {budget:.0f} s", inconclusive=True)


def _agreement(whole: Problem, slopes: list[Slope], examples: int) -> GradientCheck:
    uncertain = [slope.error / slope.scale for slope in slopes if slope.scale > 0]
    return GradientCheck(
        precision=whole.precision,
        derivatives=len(slopes),
        parts=len(whole.parts),
        examples=examples,
        disagreement=max(beyond(slope) for slope in slopes),
        uncertainty=float(np.median(uncertain)) if uncertain else 0.0,
        wrong=(),
    )


def _batch(subject: Subject, seed: int) -> Examples:
    count = subject.train.count
    values = sum(np.asarray(leaf).size for leaf in keras.tree.flatten(subject.train.x)) / count
    wanted = int(np.clip(VALUES / max(values, 1), FEWEST, EXAMPLES))
    rows = np.random.default_rng([seed, 5]).permutation(count)[: min(wanted, subject.batch_size, count)]
    return subject.train.take(np.sort(rows))


def _training_call(model: keras.Model, batch: Examples) -> Call:
    x, y, weight = each_array(tf.convert_to_tensor, batch.parts)
    trainable = floating(model.trainable_variables)
    known = {id(variable) for variable in trainable}
    # The optimizer's scalars too: the scale of the loss in mixed precision is one of them.
    scalars = [variable for variable in everything(model) if len(variable.shape) == 0]
    others = floating([*model.variables, *scalars])
    others = [variable for variable in others if id(variable) not in known]
    first = len(keras.tree.flatten(x))
    fixed = frozenset(range(first, len(keras.tree.flatten((x, y, weight)))))
    return Call(training_loss(model), (x, y, weight), {}, trainable, others, fixed)


def _eagerly(model: keras.Model, batch: Examples) -> Callable[[], Any]:
    x, y, weight = each_array(tf.convert_to_tensor, batch.parts)

    def run() -> Any:
        with shielded(model):
            return until_gradient(model, x, y, weight)

    return run


def _loss_if_wrong(model: keras.Model, batches: list[Examples], seed: int) -> list[WrongGradient]:
    """Look at the compiled loss by itself, as a function of the predictions."""
    found: WrongGradient | None = None
    for batch in batches if getattr(model, "loss", None) is not None else ():
        x, y, weight = each_array(tf.convert_to_tensor, batch.parts)
        with shielded(model):
            prediction = model(x, training=True)
        size = len(keras.tree.flatten(prediction))
        every = len(keras.tree.flatten((prediction, x, y, weight)))
        call = Call(
            lambda prediction, x, y, weight: model.compute_loss(
                x=x, y=y, y_pred=prediction, sample_weight=weight
            ),
            (prediction, x, y, weight),
            {},
            fixed=frozenset(range(size, every)),
        )
        one = wrong_part(call, seed)
        if one is None:
            return []
        found = least(found or one, one)
    return [replace(found, layer=None, place="loss")] if found else []
