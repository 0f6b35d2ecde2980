"""Needs a schedule."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Structure, Training, reached
from healthcheck.remedies import DecayRate
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class NeedsASchedule(Rule):
    """A constant rate keeps the loss jumping around a level that a decaying rate would leave.

    Near a minimum a step of constant size overshoots as often as it helps. Over the second half
    of the training the loss neither falls nor rises, and it scatters widely. The proof is the
    same training with a rate that decays to zero.

    **What to do.** `keras.optimizers.schedules.CosineDecay` as the learning rate, or
    `keras.callbacks.ReduceLROnPlateau`.

    **What this cannot see.** Scatter below the limit, at which the decay could not gain what an
    experiment has to show. Schedules that a callback of your own already follows.

    One curve, of which level and scatter must agree. It informs and never fails.

    Source: Bottou, Stochastic Gradient Descent Tricks (2012), section 4.3; Loshchilov, Hutter, SGDR (2017),
    for the cosine. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_scatter: Annotated[float, Field(ge=0)] = 0.05
    """Smallest standard deviation of the late loss around its trend, as a share of the loss of the best
    constant prediction."""
    max_trend: Annotated[float, Field(ge=0)] = 2.0
    """Largest slope of the second half of the curve, in standard errors of that slope."""
    min_points: Annotated[int, Field(ge=8)] = 16
    """Fewest evaluations."""

    def check(self, training: Training, structure: Structure) -> Result:
        """Look at level and scatter of the second half of the curve."""
        if not structure.learning_rate > 0:
            return Skip("the learning rate is zero or follows a schedule already")
        if len(training.loss) < self.min_points:
            return Inconclusive(f"{len(training.loss)} evaluations; {self.min_points} are needed")
        if not np.isfinite(training.loss).all() or not training.constant_loss > 0:
            return Inconclusive("the loss is not finite, or has no positive constant baseline")
        scatter, trend = _late(training.loss)
        scatter /= training.constant_loss
        if not scatter >= self.min_scatter or trend > self.max_trend or not reached(training) > 0:
            return []
        return [
            Finding(
                place="compile",
                claim=Claim.NOTE,
                message=(
                    f"in the second half of the training the loss stays at its level and scatters "
                    f"by {scatter:.0%} of L*"
                ),
                measured=scatter,
                limit=self.min_scatter,
                remedy=DecayRate(structure.learning_rate, structure.optimizer),
            )
        ]


def _late(loss: np.ndarray) -> tuple[float, float]:
    """Return the scatter around the trend of the second half, and the slope in its standard errors."""
    late = loss[len(loss) // 2 :]
    at = np.arange(len(late)) - (len(late) - 1) / 2
    slope = float(at @ late / (at @ at))
    scatter = float(np.std(late - slope * at, ddof=2))
    return scatter, abs(slope) * float(np.sqrt(at @ at)) / scatter if scatter > 0 else 0.0
