"""Training too short."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Training, noise_of, reached, was_cut
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class TrainingTooShort(Rule):
    """The training and the validation loss are still falling when the planned epochs end.

    The last fifth of the training is compared with the fifth before it. If the fall of the loss
    goes on, or slows down, as it did between these two, one more fifth brings a gain that can be
    foretold. The training is too short when that gain is large beside L*, the
    loss of the best constant prediction, and most of L* is left.

    **What to do.** Plan more epochs, with `EarlyStopping` to end them; or raise the learning rate.

    **What this cannot see.** A plateau before another fall, and what the loss does once you train on.
    A model with much skill may still gain from more epochs: that is no fault and is not named.

    The fall has to exceed three times the curve's own noise, in the last fifth and in the one
    before it, on the training and, if there is one, on the validation curve. So up to four
    comparisons have to agree, and none of them alone says anything. A mild gain is information.

    The limits are our own, chosen so that short demonstrations of healthy models stay silent.
    """

    max_gain: Annotated[float, Field(gt=0)] = 0.05
    """Largest gain, as a share of L*, that one more fifth of the training may promise."""
    mild_gain: Annotated[float, Field(gt=0)] = 0.02
    """Gain from which the finding is information, up to `max_gain`."""
    max_skill: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Skill from which a training is long enough, whatever could still be gained."""
    noise: Annotated[float, Field(ge=0)] = 3.0
    """How many times the curve's own noise a fall must exceed."""
    min_points: Annotated[int, Field(ge=10)] = 10
    """Fewest points from which a curve is judged."""

    def check(self, training: Training) -> Result:
        """Foretell the gain of one more fifth of the training."""
        if training.stopped_early:
            return Skip("a callback decides when the training ends")
        curves = [training.loss, *([training.validation_loss] if len(training.validation_loss) else [])]
        if missing := self._missing(training, curves):
            return Inconclusive(missing)
        attained = reached(training)
        gain = min(self._gain(training.points, curve) for curve in curves) / training.constant_loss
        limit = self.max_gain if gain > self.max_gain else min(self.mild_gain, self.max_gain)
        if gain <= limit or attained >= self.max_skill:
            return []
        return [
            Finding(
                place="fit",
                claim=Claim.ADVICE if gain > self.max_gain else Claim.NOTE,
                message=f"the loss is still falling: another {training.planned_epochs // 5 or 1:,} epochs "
                f"promise {gain:.0%} of L*, and the skill is only {attained:.2g} "
                f"after {training.planned_epochs:,}",
                measured=gain,
                limit=limit,
            )
        ]

    def _missing(self, training: Training, curves: list[np.ndarray]) -> str | None:
        """Return what would be needed to judge the curves; None when nothing is missing."""
        if was_cut(training):
            return f"{training.steps:,} of {training.planned_steps:,} planned steps fit into the budget"
        if len(training.points) < self.min_points:
            return f"the curve has {len(training.points)} points; {self.min_points} are needed"
        if not training.constant_loss > 0:
            return "the loss has no positive constant baseline to compare with"
        if not all(np.isfinite(curve).all() for curve in curves):
            return "the training or the validation loss is not finite"
        return None

    def _gain(self, points: np.ndarray, curve: np.ndarray) -> float:
        """Return what the next fifth brings when the fall goes on slowing down as it does; 0 in noise."""
        end, smooth = float(points[-1]), _smoothed(curve)
        first, second, last = (float(np.interp(share * end, points, smooth)) for share in (0.6, 0.8, 1.0))
        before, fall = first - second, second - last
        if min(before, fall) <= self.noise * noise_of(curve):
            return 0.0
        return fall * min(fall / before, 1.0)


def _smoothed(curve: np.ndarray) -> np.ndarray:
    """Return the running median of three points; the ends stay as they are."""
    padded = np.pad(curve, 1, mode="edge")
    return np.median(np.stack([padded[shift : shift + len(curve)] for shift in range(3)]), axis=0)
