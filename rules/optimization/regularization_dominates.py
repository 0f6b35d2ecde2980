"""Regularization dominates."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Penalized, Penalties, Training, reached, was_cut
from healthcheck.remedies import WeakenPenalty
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule


class RegularizationDominates(Rule):
    """A penalty that pulls harder than the data shrinks the weights before they have learned anything.

    Measured at the start: the penalties together are larger than the data loss, and for most
    regularized weights the gradient of the penalty is larger than that of the data. Much healthy
    regularization begins like this and settles within a few steps, so the training must have
    left a fifth of the loss as well, and the finding is only information when a weaker penalty
    does not help.

    **What to do.** Weaken it: L2 between 1e-5 and 1e-3 is usual.

    **What this cannot see.** Weight decay inside the optimizer, penalties on activations, and
    penalties that a custom loss adds by itself. A penalty that keeps a model from overfitting
    and costs training skill for that: the experiment looks at the validation data, when there are
    any.

    One comparison for the model; the weights vote, more than half of them must agree. The
    experiment must be better on every seed.

    Source: Bengio, Practical Recommendations for Gradient-Based Training of Deep
    Architectures (2012), section 3.1.2. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_penalty: Annotated[float, Field(gt=0)] = 1.0
    """Largest sum of the penalties, relative to the data loss."""
    max_pull: Annotated[float, Field(gt=0)] = 1.0
    """Largest gradient of a weight's penalty, relative to that of the data loss."""
    min_skill: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Skill at the end of the training from which the penalty has not been in the way."""
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """The strength that is tried instead, relative to the user's."""

    def check(self, penalties: Penalties, training: Training) -> Result:
        """Compare penalties and their gradients with those of the data."""
        if not penalties.loss > 0:
            return Inconclusive("the data loss before training is not a positive number")
        share = penalties.penalty / penalties.loss
        pulled = [one for one in penalties.weights if not self._is_weak(one)]
        if share <= self.max_penalty or len(pulled) <= len(penalties.weights) / 2:
            return []
        attained = reached(training)
        if attained >= self.min_skill:
            return []
        if was_cut(training):
            return Inconclusive(f"{training.steps:,} of {training.planned_steps:,} planned steps were done")
        return [self._finding(one, share, attained) for one in pulled]

    def _is_weak(self, one: Penalized) -> bool:
        return one.penalty_gradient <= self.max_pull * one.loss_gradient

    def _finding(self, one: Penalized, share: float, attained: float) -> Finding:
        pull = one.penalty_gradient / one.loss_gradient if one.loss_gradient > 0 else float("inf")
        return Finding(
            layer=one.layer,
            claim=Claim.ADVICE,
            message=(
                f"the penalties begin at {share:.3g} times the data loss and pull {one.variable!r} "
                f"{pull:.3g} times as hard; the training ends with a skill of {attained:.2g}"
            ),
            measured=pull,
            limit=self.max_pull,
            remedy=WeakenPenalty(self.factor),
        )
