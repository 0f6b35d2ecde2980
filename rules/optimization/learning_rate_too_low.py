"""Learning rate too low."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Structure, Training, late_progress, reached, was_cut
from healthcheck.remedies import ScaleLearningRate
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class LearningRateTooLow(Rule):
    """A rate so low that the planned training ends long before the model has learned what it could.

    The suspicion comes from the user's own training: it ended with little skill while the
    loss was still falling, or without any on a plateau. The proof is the same number of steps at
    ten times the rate, or more. A model that has learned and could merely learn faster is not reported.

    **What to do.** Raise the rate, or train longer.

    **What this cannot see.** A rate between the two that were tried.

    One suspicion about the whole training; it fails only when the training ended with hardly
    any skill and the higher rate was better on every seed, and warns when it ended with some.

    Source: Bengio, Practical Recommendations for Gradient-Based Training of Deep
    Architectures (2012), section 3.1.1. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_skill: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Skill below which the end of a training is looked at."""
    min_skill_certain: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Skill below which the rule can fail, and not only warn."""
    min_progress: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of all progress made in the last fifth of the training above which it was still falling."""
    min_steps: Annotated[int, Field(ge=1)] = 100
    """Fewest planned steps: a shorter training says nothing about the rate."""
    factor: Annotated[float, Field(gt=1)] = 10.0
    """The rate that is tried instead, relative to the user's."""

    def check(self, training: Training, structure: Structure) -> Result:
        """Suspect the rate when the training ended early on its way."""
        if structure.learning_rate == 0:
            return Skip("the learning rate is zero")
        if training.non_finite is not None or not np.isfinite(training.loss).all():
            return Inconclusive("the loss did not stay finite")
        if not training.constant_loss > 0:
            return Inconclusive("the loss has no positive constant baseline to compare with")
        attained, cut = reached(training), was_cut(training)
        if attained >= self.min_skill or (not cut and self._has_settled(training, attained)):
            return []
        if cut or training.planned_steps < self.min_steps:
            done = f"{training.steps:,} of {training.planned_steps:,} planned steps"
            return Inconclusive(
                f"{done} fit into the budget" if cut else f"{done}; {self.min_steps} are needed"
            )
        return [
            Finding(
                place="compile",
                claim=Claim.ADVICE if attained >= self.min_skill_certain else Claim.SYMPTOM,
                message=f"the planned training ends with a skill of {attained:.2g}{self._end(training)}",
                measured=attained,
                limit=self.min_skill,
                remedy=ScaleLearningRate(self.factor, structure.learning_rate, structure.optimizer),
            )
        ]

    def _has_settled(self, training: Training, attained: float) -> bool:
        """Whether nothing more was to come; without skill a rate may be too low to leave a plateau."""
        is_on_plateau = not attained >= self.min_skill_certain and training.loss[-1] <= training.loss[0]
        return not (is_on_plateau or self._is_falling(training))

    def _end(self, training: Training) -> str:
        return ", the loss still falling" if self._is_falling(training) else ", on a plateau"

    def _is_falling(self, training: Training) -> bool:
        return late_progress(training) >= self.min_progress
