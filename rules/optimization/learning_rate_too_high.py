"""Learning rate too high."""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import (
    Curvature,
    RangeTest,
    Structure,
    Training,
    late_progress,
    noise_of,
    reached,
    was_cut,
)
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip

SMOOTHED = 5
"""Steps of a range test that are averaged, because each is another batch."""


class LearningRateTooHigh(Rule):
    """A rate above what the loss surface bears makes the loss jump or diverge instead of settling.

    The suspicion comes from the user's own training: the loss became non-finite, ended
    well above its best, or ended no better than a constant prediction; or step after step
    changed a layer's weights by more than half of their size. A loss that has settled while much
    of it is left is a mere suspicion, and so is little skill at the end. The proof is the same
    training at a tenth of the rate.

    Two measurements at the start help to choose a rate, and decide nothing: a range test, which
    raises the rate step by step until the loss rises, and for SGD the largest eigenvalue of the
    Hessian, above whose `2 (1 + momentum) / eigenvalue` a step overshoots.

    **What to do.** Lower the rate, or let it decay.

    **What this cannot see.** A rate that is only somewhat too high: it must cost at least 5 %
    of skill on every seed. Curvature changes during training, so a rate above the limit at the
    start may still be fine.

    One suspicion about the whole training; it fails only when the lower rate was better on
    every seed, and after a mere suspicion when that changed everything.

    Source: Bengio, Practical Recommendations for Gradient-Based Training of Deep
    Architectures (2012), section 3.1.1; Smith, Cyclical Learning Rates (2017), for the range
    test; LeCun et al., Efficient BackProp (1998), section 5, for the eigenvalue. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_rebound: Annotated[float, Field(ge=0)] = 0.2
    """How far the loss may end above its best, as a share of the best constant prediction's loss."""
    max_update_ratio: Annotated[float, Field(gt=0)] = 0.5
    """Largest median size of an update, relative to the size of the weights it changes."""
    min_skill: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """Skill below which a training counts as having learned nothing."""
    max_settled_skill: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Skill below which a loss that has settled raises a mere suspicion."""
    max_low_skill: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Skill below which a loss that still falls raises a mere suspicion as well."""
    max_late_progress: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of all progress made in the last fifth of the training below which a loss has settled."""
    min_steps: Annotated[int, Field(ge=1)] = 100
    """Fewest planned steps in which a loss can settle."""
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """The rate that is tried instead, relative to the user's."""

    def check(
        self, training: Training, structure: Structure, range_test: RangeTest, curvature: Curvature
    ) -> Result:
        """Suspect the rate when the training went wrong in the way of a high rate."""
        if structure.learning_rate == 0:
            return Skip("the learning rate is zero")
        if not np.isfinite(training.step_losses[:1]).all():
            return Inconclusive("the loss was not finite before the first update")
        if was_cut(training):
            done = f"{training.steps:,} of {training.planned_steps:,} planned steps"
            return Inconclusive(f"{done} fit into the budget, and the loss stayed finite")
        suspicion = self._divergence(training)
        if suspicion is None and not training.constant_loss > 0:
            return Inconclusive("the loss has no positive constant baseline to compare with")
        suspicion, claim = suspicion or self._restlessness(training), Claim.SYMPTOM
        if suspicion is None:
            suspicion, claim = self._standstill(training), Claim.SUSPICION
        if suspicion is None:
            return []
        message, measured, limit = suspicion
        remedy = ScaleLearningRate(self.factor, structure.learning_rate, structure.optimizer)
        message += "".join(_explanations(range_test, curvature))
        return [Finding(message, measured, limit, place="compile", claim=claim, remedy=remedy)]

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

    def _standstill(self, training: Training) -> tuple[str, float, float] | None:
        attained = reached(training)
        if training.steps < self.min_steps:
            return None
        is_settled = not late_progress(training) >= self.max_late_progress
        if is_settled and not attained >= self.max_settled_skill:
            return f"the loss has settled at a skill of {attained:.2g}", attained, self.max_settled_skill
        if not attained >= self.max_low_skill:
            return f"the training ended with a skill of only {attained:.2g}", attained, self.max_low_skill
        return None


def _explanations(range_test: RangeTest, curvature: Curvature) -> Iterator[str]:
    """Say what the start bears, where the rate is above it."""
    if curvature.rate > curvature.stable_rate:
        yield (
            f"; at the start SGD is stable up to a rate of {curvature.stable_rate:.2g} "
            f"(largest Hessian eigenvalue {curvature.largest_eigenvalue:.3g})"
        )
    highest = _falls_up_to(range_test)
    if range_test.rate > highest:
        yield f"; in a range test the loss falls up to a rate of {highest:.2g} and rises beyond"


def _falls_up_to(range_test: RangeTest) -> float:
    """Return the rate at which the smoothed loss of a range test is lowest.

    NaN where it does not both fall and rise by more than three times its noise.
    """
    losses = range_test.losses[:-1]
    if len(losses) < 2 * SMOOTHED or not np.isfinite(losses).all():
        return float("nan")
    smooth = np.convolve(losses, np.full(SMOOTHED, 1 / SMOOTHED), "valid")
    lowest = int(smooth.argmin())
    turn = min(smooth[0], smooth[-1]) - smooth[lowest]
    is_clear = turn > 3.0 * noise_of(losses) / SMOOTHED**0.5
    return float(range_test.rates[lowest + SMOOTHED // 2]) if is_clear else float("nan")


def _largest_update(training: Training) -> float:
    """Return the largest median update ratio among the kernels; a kernel at zero has none."""
    is_zero = np.isnan(training.update_ratio) & (training.weight_std == 0)
    ratios = np.where(is_zero, 0.0, training.update_ratio)
    return float(np.median(ratios, axis=0).max()) if ratios.size else 0.0
