"""Probe: the loss before training, in both modes. The start is put back.

In inference mode BatchNormalization works with averages that were not gathered yet, in training
mode one batch is a small sample: a loss that is too high is so in both. Cost: one evaluation,
and the first steps if no other probe did them.
"""

from typing import Any

import keras
import numpy as np

from healthcheck.evidence import Output, Skipped, Start, Structure
from healthcheck.probes.bench import Bench
from healthcheck.probes.structure import output_names
from healthcheck.subject import each_array

CROSS_ENTROPIES = ("binary", "categorical", "sparse")


def probe(bench: Bench, structure: Structure) -> Start | Skipped:
    """Measure the loss and what it would be without any knowledge."""
    outputs = structure.outputs
    if not outputs or any(output.kind not in CROSS_ENTROPIES for output in outputs):
        return Skipped("the loss is not a cross-entropy, whose value without any knowledge is known")
    bench.begin(0)
    evaluation = bench.traced.evaluate(bench.evaluated_data, bench.pass_size)
    bench.begin(0)
    return Start(
        loss=evaluation.loss,
        training_loss=float(bench.first_steps.losses[0]) - evaluation.penalty,
        neutral_loss=_neutral_loss(bench, outputs),
        constant_loss=bench.constant_loss,
        layers=tuple(output.layer for output in outputs if output.layer),
    )


def _neutral_loss(bench: Bench, outputs: tuple[Output, ...]) -> float:
    """Return the user's loss of the prediction that every class is as likely as any other."""
    model: Any = bench.subject.model
    x, y, weight = bench.evaluated_data
    shapes = model(each_array(lambda leaf: leaf[:1], x), training=False)
    leaves, known = keras.tree.flatten(shapes), {output.name: _even(output) for output in outputs}
    named = zip(output_names(model, len(leaves)), leaves, strict=True)
    constants = [
        # An output without a loss may be anything.
        keras.ops.full((bench.evaluated.count, *leaf.shape[1:]), known.get(name, 0.0), leaf.dtype)
        for name, leaf in named
    ]
    prediction = keras.tree.pack_sequence_as(shapes, constants)
    total = model.compute_loss(x=x, y=y, y_pred=prediction, sample_weight=weight)
    return float(total) - sum(float(np.sum(extra)) for extra in model.losses)


def _even(output: Output) -> float:
    if output.from_logits:
        return 0.0
    return 0.5 if output.kind == "binary" else 1.0 / output.units
