"""Diverging loss."""

from math import isfinite, sqrt
from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Structure, Training, was_cut
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule


class DivergingLoss(Rule):
    """A training whose loss ends far above its start makes the model worse with every step.

    The median loss of the last tenth of the steps is compared with the loss before the first one.
    The usual causes are a learning rate that is too high, inputs or targets of a large scale, and a
    loss or a custom gradient of the wrong sign.

    **What to do.** Lower the learning rate; standardize inputs and targets; check the sign of
    a loss of your own.

    **What this cannot see.** A loss that rises and comes back. A loss with no constant prediction to
    compare with, such as that of a generator against a critic, may rise in good order: there it only warns.

    One comparison for the whole training; the rise has to exceed five standard errors, and the end
    has to be worse than the best constant prediction.

    The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_ratio: Annotated[float, Field(gt=1)] = 1.5
    """Largest loss at the end, relative to the loss at the start."""
    min_errors: Annotated[float, Field(ge=0)] = 5.0
    """Standard errors by which the end has to lie above the start."""
    min_steps: Annotated[int, Field(ge=10)] = 20
    """Fewest steps that are judged."""

    def check(self, training: Training, structure: Structure) -> Result:
        """Compare the last tenth of the steps with the start."""
        losses, start = training.step_losses, _start(training)
        if not isfinite(start):
            return Inconclusive("the loss was not finite before the first update")
        if len(losses) < self.min_steps and np.isfinite(losses).all():
            return Inconclusive(f"{len(losses)} steps; {self.min_steps} are needed")
        if was_cut(training):
            return Inconclusive(f"{training.steps:,} of {training.planned_steps:,} planned steps were done")
        end, error = _end(losses)
        limit = start + (self.max_ratio - 1.0) * abs(start)
        is_as_good = end <= limit or end - start <= self.min_errors * error or end <= training.constant_loss
        if is_as_good:
            return []
        known = isfinite(training.constant_loss)
        remedy = ScaleLearningRate(0.1, structure.learning_rate, structure.optimizer)
        rose = f"rose from {start:.3g} to {end:.3g}" if isfinite(end) else "was no longer finite at the end"
        return [
            Finding(
                f"the training loss {rose} in {training.steps:,} steps",
                end,
                limit,
                place="fit",
                claim=Claim.HARM if known or not isfinite(end) else Claim.ADVICE,
                remedy=remedy if structure.learning_rate != 0 else None,
            )
        ]


def _start(training: Training) -> float:
    """Return the loss before the first update, in the worse of both modes; penalties are in one of them."""
    first = training.step_losses[:1]
    return float(max(first[0], training.loss[0])) if len(first) and np.isfinite(first[0]) else float("nan")


def _end(losses: np.ndarray) -> tuple[float, float]:
    """Return the median of the last tenth and the standard error of that median."""
    last = losses[-max(1, len(losses) // 10) :]
    if not np.isfinite(last).all():
        return float("inf"), 0.0
    deviation = 1.4826 * float(np.median(np.abs(last - np.median(last))))
    return float(np.median(last)), 1.2533 * deviation / sqrt(len(last))
