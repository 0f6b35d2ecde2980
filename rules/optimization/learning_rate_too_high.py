"""Learning rate too high."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Structure, Training, reached, was_cut
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Finding, Inconclusive, Result, Rule, Skip


class LearningRateTooHigh(Rule):
    """A rate above what the loss surface bears makes the loss jump or diverge instead of settling.

    The suspicion comes from the user's own training: the loss became non-finite, ended
    well above its best, or ended no better than a constant prediction; or step after step
    changed a layer's weights by more than half of their size. The proof is the same training
    at a tenth of the rate.

    **What to do.** Lower the rate, or let it decay.

    **What this cannot see.** A rate that is only somewhat too high: it must cost at least 5 %
    of skill on every seed.

    One suspicion about the whole training; it fails only when the lower rate was better on
    every seed.

    Source: Bengio, Practical Recommendations for Gradient-Based Training of Deep
    Architectures (2012), section 3.1.1. The limits are our own.
    """

    max_rebound: Annotated[float, Field(ge=0)] = 0.2
    """How far the loss may end above its best, as a share of the best constant prediction's loss."""
    max_update_ratio: Annotated[float, Field(gt=0)] = 0.5
    """Largest median size of an update, relative to the size of the weights it changes."""
    min_skill: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """Skill below which a training counts as having learned nothing."""
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """The rate that is tried instead, relative to the user's."""

    def check(self, training: Training, structure: Structure) -> Result:
        """Suspect the rate when the training went wrong in the way of a high rate."""
        if structure.learning_rate == 0:
            return Skip("the learning rate is zero")
        if was_cut(training):
            done = f"{training.steps:,} of {training.planned_steps:,} planned steps"
            return Inconclusive(f"{done} fit into the budget, and the loss stayed finite")
        suspicion = self._divergence(training)
        if suspicion is None and not training.constant_loss > 0:
            return Inconclusive("the loss has no positive constant baseline to compare with")
        suspicion = suspicion or self._restlessness(training)
        if suspicion is None:
            return []
        message, measured, limit = suspicion
        remedy = ScaleLearningRate(self.factor, structure.learning_rate, structure.optimizer)
        return [Finding(message, measured, limit, place="compile", remedy=remedy)]

    def _divergence(self, training: Training) -> tuple[str, float, float] | None:
        if training.non_finite is None and np.isfinite(training.loss[-1]):
            return None
        return f"the loss was no longer finite after {training.steps:,} steps", float("inf"), self.max_rebound

    def _restlessness(self, training: Training) -> tuple[str, float, float] | None:
        rebound = float(training.loss[-1] - training.loss.min()) / training.constant_loss
        if not rebound <= self.max_rebound:
            return f"the loss ended {rebound:.0%} of L* above its best", rebound, self.max_rebound
        attained = reached(training)
        if not attained >= self.min_skill:
            return f"the training ended with a skill of {attained:.2g}", attained, self.min_skill
        ratio, limit = _largest_update(training), self.max_update_ratio
        if not ratio <= limit:
            return f"updates change weights by {ratio:.0%} of their size (median)", ratio, limit
        return None


def _largest_update(training: Training) -> float:
    """Return the largest median update ratio among the kernels; a kernel at zero has none."""
    is_zero = np.isnan(training.update_ratio) & (training.weight_std == 0)
    ratios = np.where(is_zero, 0.0, training.update_ratio)
    return float(np.median(ratios, axis=0).max()) if ratios.size else 0.0
