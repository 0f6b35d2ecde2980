"""Overfitting."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import PART, Training, noise_of
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip

MIN_POINTS = 5
"""The smoothing looks at five points, and an estimate of the noise needs three."""


class Overfitting(Rule):
    """The validation loss rises while the training loss still falls: the model learns its examples by heart.

    The validation curve is smoothed (running median of five points); its end is compared
    with its best. The rise must exceed a share of the best value, a share of the loss of the
    best constant prediction, and three times the curve's own noise. The report shows
    Prechelt's criteria GL, PQ and UP with the epoch at which each would have stopped.

    **What to do.** Stop at the best epoch: `keras.callbacks.EarlyStopping(patience=...,
    restore_best_weights=True)`; or use more data, a smaller model, weight decay, dropout.

    **What this cannot see.** Overfitting to the validation data itself, by choosing models
    on it.

    One comparison for a whole training, against its own noise. It warns; it fails only above
    `max_given_up`, if you set it.

    Source: Prechelt, Early Stopping - But When? (1998). The limits are our own.

    Measured: of 224 runs of healthy scripts it failed 0 and warned of 5 (95 % interval: up to 5.1%).
    """

    max_rise: Annotated[float, Field(ge=0)] = 0.05
    """Largest rise of the validation loss above its best, as a share of the best."""
    min_skill_lost: Annotated[float, Field(ge=0)] = 0.02
    """Skill that a rise has to cost: that of a loss near zero is large beside it and costs nothing."""
    max_given_up: Annotated[float, Field(ge=0)] | None = None
    """Rise above which the rule fails and does not only warn; unset: never."""
    min_epochs: Annotated[float, Field(ge=2)] = 10
    """Fewest epochs from which a curve is judged."""
    noise: Annotated[float, Field(ge=0)] = 3.0
    """How many times the curve's own noise a rise must exceed."""

    def check(self, training: Training) -> Result:
        """Compare the end of the smoothed validation curve with its best."""
        if not len(training.validation_loss):
            return Skip("the fit has no validation data")
        if missing := self._missing(training):
            return Inconclusive(missing)
        epochs = training.points / training.steps_per_epoch
        smooth = _smoothed(training.validation_loss)
        best = int(np.argmin(smooth))
        rise = float(smooth[-1] - smooth[best])
        share = rise / abs(float(smooth[best])) if smooth[best] != 0 else float("inf")
        still_learns = training.loss[-1] < training.loss[best]
        allowed = self.max_rise if self.max_given_up is None else min(self.max_rise, self.max_given_up)
        if share <= allowed or not still_learns or rise <= self._immaterial(training):
            return []
        lowest = float(training.validation_loss.min())
        stop, last = float(epochs[np.argmin(training.validation_loss)]), float(epochs[-1])
        certain = self.max_given_up is not None and not share <= self.max_given_up
        return [
            Finding(
                place="fit",
                claim=Claim.FACT if certain else Claim.ADVICE,
                message=f"the validation loss is best at epoch {stop:,.0f} ({lowest:.3g}) "
                f"and {share:.0%} higher at epoch {last:,.0f}: stop at epoch {stop:,.0f}",
                measured=share,
                limit=self.max_given_up if certain else allowed,
            )
        ]

    def _immaterial(self, training: Training) -> float:
        """Return the largest rise that is lost in the noise or costs hardly any skill."""
        noise = self.noise * noise_of(training.validation_loss)
        of_skill = self.min_skill_lost * training.constant_validation_loss
        return max(noise, of_skill) if of_skill > 0 and self.max_given_up is None else noise

    def _missing(self, training: Training) -> str | None:
        """Return what would be needed to judge the curves; None when nothing is missing."""
        if not training.complete:
            return PART
        epochs = training.points / training.steps_per_epoch
        if not epochs[-1] >= self.min_epochs:
            return f"{epochs[-1]:.1f} epochs; {self.min_epochs:g} are needed"
        if len(epochs) < MIN_POINTS:
            return f"the curve has {len(epochs)} points; {MIN_POINTS} are needed"
        if not (np.isfinite(training.validation_loss).all() and np.isfinite(training.loss).all()):
            return "the training or the validation loss is not finite"
        return None


def _smoothed(curve: np.ndarray) -> np.ndarray:
    padded = np.pad(curve, 2, mode="edge")
    return np.median(np.stack([padded[shift : shift + len(curve)] for shift in range(5)]), axis=0)
