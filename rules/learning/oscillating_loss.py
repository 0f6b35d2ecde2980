"""Oscillating loss."""

from math import isnan
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Oscillation, Structure
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class OscillatingLoss(Rule):
    """A loss that goes up and down with every other step is thrown from one wall of a valley to the other.

    The step losses of the second half of the training, around their trend: successive ones lie on
    opposite sides, by more than the best constant prediction's loss would forgive and by more than
    the batches' differences explain.

    **What to do.** Lower the learning rate, or let it decay.

    **What this cannot see.** Slower swings, such as momentum makes, and swings between epochs only.
    What one batch differs from the next is measured in inference mode: dropout adds to it, but does
    not alternate.

    One comparison for the whole training: the swing has to be regular, large and beyond chance, all three.
    It is information when a tenth of the rate is no better on every seed.

    Source: LeCun, Bottou, Orr and Müller, Efficient BackProp (1998), section 5, for rates between
    1/lambda and 2/lambda. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_autocorrelation: Annotated[float, Field(ge=-1, le=0)] = -0.3
    """Smallest correlation of successive losses; -1 goes back on every step."""
    max_amplitude: Annotated[float, Field(gt=0)] = 0.05
    """Largest standard deviation around the trend, as a share of the best constant prediction's loss."""
    max_noise_ratio: Annotated[float, Field(ge=1)] = 3.0
    """Largest standard deviation, relative to that between random batches."""
    min_steps: Annotated[int, Field(ge=10)] = 30
    """Fewest steps in the second half of the training."""
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """The rate that is tried instead, relative to the user's."""

    def check(self, oscillation: Oscillation, structure: Structure) -> Result:
        """Judge regularity, size, and chance."""
        if structure.learning_rate == 0:
            return Skip("the learning rate is zero")
        if oscillation.steps < self.min_steps:
            return Inconclusive(f"{oscillation.steps} steps in the second half; {self.min_steps} are needed")
        if (
            oscillation.autocorrelation >= self.min_autocorrelation
            or oscillation.amplitude <= self.max_amplitude
            or oscillation.amplitude <= self.max_noise_ratio * oscillation.batch_noise
        ):
            return []
        if any(map(isnan, (oscillation.amplitude, oscillation.autocorrelation, oscillation.batch_noise))):
            return Inconclusive("the loss is not finite, or has no constant baseline")
        return [self._finding(oscillation, structure)]

    def _finding(self, oscillation: Oscillation, structure: Structure) -> Finding:
        swing = f"the loss swings by {oscillation.amplitude:.0%} of L* from step to step"
        return Finding(
            f"{swing}; chance gives {oscillation.batch_noise:.1%}",
            oscillation.amplitude,
            self.max_amplitude,
            place="compile",
            claim=Claim.ADVICE,
            remedy=ScaleLearningRate(self.factor, structure.learning_rate, structure.optimizer),
        )
