"""Constant output."""

from math import isfinite, isnan, sqrt
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Response, Responses, Training, was_cut
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class ConstantOutput(Rule):
    """A model that predicts the same for every input has learned nothing that could be used.

    Looked at are the predictions of the trained model and not its loss: Keras computes a
    cross-entropy from the values before a sigmoid or softmax, so the loss may fall as it
    should while every prediction is 1. The usual causes are a softmax over one unit, hidden
    units that all died, and updates so large that the output saturated.

    **What to do.** Give the output the activation that fits the loss; then look at the other
    findings: learning rate, dead units, scale of the inputs.

    **What this cannot see.** Predictions that differ by very little: that is a model which has
    not learned yet. Where one class is all that is predicted, it speaks only if that class is not
    the most frequent one: on unbalanced classes the most frequent one can be the best answer. A
    strong penalty on data without any signal rightly ends in a constant.

    One comparison per output, over all examples at once. Predictions that are equal fail; one
    class for all that is worse than the most frequent one by three standard errors warns.

    Source: Zhang et al., AUTOTRAINER: An Automatic DNN Training Problem Detection and Repair
    System (2021), for the symptom. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_variation: Annotated[float, Field(ge=0, lt=1)] = 1e-6
    """Smallest range of the predictions, relative to the largest one; rounding alone gives less."""
    min_steps: Annotated[int, Field(ge=1)] = 20
    """Steps after which predictions have to differ."""

    def check(self, responses: Responses, training: Training) -> Result:
        """Look for outputs whose target varies while they do not."""
        judged = [output for output in responses.outputs if output.target_varies]
        if not judged or not any(one.varies for one in responses.inputs):
            return Skip("no output has targets that vary, for inputs that vary")
        if training.steps < self.min_steps:
            return Inconclusive(f"{training.steps} steps; {self.min_steps} are needed")
        if any(isnan(output.varies) for output in judged):
            return Inconclusive("predictions are not finite after training")
        found = [self._finding(output, responses.examples) for output in judged]
        ill = [finding for finding in found if finding]
        if ill and was_cut(training):
            return Inconclusive(f"{training.steps:,} of {training.planned_steps:,} planned steps were done")
        return ill

    def _finding(self, output: Response, examples: int) -> Finding | None:
        if not output.varies >= self.min_variation:
            value = f"{output.value:.4g}" if isfinite(output.value) else "the same"
            message = f"after training the prediction is {value} for each of {examples} different examples"
            return self._of(output, message, Claim.HARM, output.varies, self.min_variation)
        least = output.constant_score - 3.0 * 0.5 / sqrt(max(examples, 1))
        if output.classes == 1 and not output.score >= least:
            message = f"one class is predicted for all of {examples} examples, and not the most frequent one"
            return self._of(output, message, Claim.ADVICE, output.score, least)
        return None

    def _of(self, output: Response, message: str, claim: Claim, measured: float, limit: float) -> Finding:
        place = "layer" if output.layer else "compile"
        return Finding(message, measured, limit, layer=output.layer, place=place, claim=claim)
