"""Wrong direction."""

from math import isnan, sqrt
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Response, Responses, Training, reached
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class WrongDirection(Rule):
    """A loss that falls while the predictions become worse than those of a constant has the wrong sign.

    A likelihood that is minimized, a score that should be maximized, a sign lost in a loss of
    one's own: the optimizer does what it is told, and the curve looks excellent. So where a
    loss has no best constant prediction to be held against, the classes that the trained model
    predicts are held against the most frequent class.

    **What to do.** Check the sign of the loss; a loss is to be smaller for better predictions.

    **What this cannot see.** Regressions, and losses that have a best constant prediction: there
    `underfitting` judges. Outputs whose larger values mean the opposite of their target.

    One comparison per output, of accuracies: the difference has to exceed three standard errors
    and the margin, and the loss has to have fallen. It is harm, and as such fails.

    The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    margin: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """How far the accuracy may lie below that of the most frequent class."""
    min_steps: Annotated[int, Field(ge=1)] = 20
    """Steps that a training gets."""

    def check(self, training: Training, responses: Responses) -> Result:
        """Compare the accuracy with that of the most frequent class."""
        if training.constant_loss > 0:
            is_better = reached(training) > 0
            return (
                [] if is_better else Skip("the loss has a best constant prediction, to which it is compared")
            )
        judged = [one for one in responses.outputs if one.classes and not isnan(one.score)]
        if not judged:
            return Skip("no output predicts classes")
        if training.steps < self.min_steps:
            return Inconclusive(f"{training.steps} steps; {self.min_steps} are needed")
        if not training.loss[-1] < training.loss[0]:
            return []
        return [
            self._finding(one, training, limit)
            for one in judged
            if not one.score >= (limit := self._limit(one, responses.examples))
        ]

    def _limit(self, output: Response, examples: int) -> float:
        return output.constant_score - max(self.margin, 3.0 * 0.5 / sqrt(max(examples, 1)))

    def _finding(self, output: Response, training: Training, limit: float) -> Finding:
        start, end, constant = training.loss[0], training.loss[-1], output.constant_score
        message = (
            f"the loss fell from {start:.3g} to {end:.3g}, but {output.score:.0%} of the predictions "
            f"are right where the most frequent class alone has {constant:.0%}"
        )
        return Finding(message, output.score, limit, place="compile", claim=Claim.HARM)
