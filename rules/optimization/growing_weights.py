"""Growing weights."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Training, Weight, Weights
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class GrowingWeights(Rule):
    """Weights that grow on and on while the loss does not fall any more come to no good end.

    A layer whose norm is many times that of its start, and still rising, saturates what follows
    it and makes every later update count for less. As long as the loss falls, growth may be
    what learning needs, so that is not reported.

    **What to do.** Lower the learning rate, add weight decay (`keras.optimizers.AdamW`) or a
    regularizer, or a constraint such as `keras.constraints.MaxNorm`.

    **What this cannot see.** Kernels that start at zero or far below the usual scale, which have
    to grow, and embeddings, whose rows start small. Biases and scales of normalization layers.

    One comparison per kernel. What holds false alarms down is that three things must agree: the
    size, the growth in the last fifth of the training, and a loss that stands still.

    The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_growth: Annotated[float, Field(gt=1)] = 10.0
    """Largest norm at the end of the training, relative to the start."""
    max_late_growth: Annotated[float, Field(gt=1)] = 1.02
    """Growth in the last fifth of the training up to which a norm has settled."""
    max_progress: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Share of the loss lost from the last fifth but one to the last, up to which it stands still."""
    min_start: Annotated[float, Field(ge=0)] = 0.2
    """Smallest start, relative to Glorot's initialization, from which growth is counted."""
    min_points: Annotated[int, Field(ge=2)] = 5
    """Fewest evaluations over the training."""

    def check(self, weights: Weights, training: Training) -> Result:
        """Find the kernels that grew and go on growing for nothing."""
        judged = [one for one in weights.weights if one.start >= self.min_start and not one.looked_up]
        if not judged:
            return Skip("no kernel starts at a usual scale")
        if len(training.loss) < self.min_points:
            return Inconclusive(f"{len(training.loss)} evaluations; {self.min_points} are needed")
        if training.non_finite is not None or not np.isfinite(training.loss).all():
            return Inconclusive("the loss did not stay finite")
        if any(np.isnan(one.growth) or np.isnan(one.late_growth) for one in judged):
            return Inconclusive("the norm of a kernel is not a number")
        if not self._stands_still(training):
            return []
        return [
            self._finding(one)
            for one in judged
            if not (one.growth <= self.max_growth or one.late_growth <= self.max_late_growth)
        ]

    def _stands_still(self, training: Training) -> bool:
        fifth = max(1, len(training.loss) // 5)
        before, after = np.median(training.loss[-2 * fifth : -fifth]), np.median(training.loss[-fifth:])
        return not before - after > self.max_progress * abs(before)

    def _finding(self, one: Weight) -> Finding:
        return Finding(
            layer=one.layer,
            claim=Claim.ADVICE,
            message=f"the norm of {one.variable!r} grew {one.growth:.3g} times and still rises, for no gain",
            measured=one.growth,
            limit=self.max_growth,
        )
