"""Input ignored."""

from math import isfinite, isnan
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Influence, Responses, Training, ZeroedInputs
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class InputIgnored(Rule):
    """A model that does as well without its inputs has not learned from them.

    Two controls. The rows of each input change places while the others stay: a model that does
    not react has no way from that input to its output. And where the training ended no better
    than the best constant prediction, it is repeated on zeros: real inputs must give a lower loss.

    **What to do.** Follow the input through the model: a branch that is never joined, a layer that
    multiplies by zero, units that are all dead, the wrong tensor passed on. If the way is open,
    check that inputs and targets are in the same order.

    **What this cannot see.** Inputs that are used but useless. A model better than the best constant
    prediction uses its inputs, and is not trained on zeros.

    One comparison per input, and it must be exact: no input at all that matters fails, one of
    several warns. The training on zeros is compared only where the loss fell at all, and
    must agree on every seed; it warns, and fails when the model cannot fit a few examples either.

    The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_change: Annotated[float, Field(ge=0, lt=1)] = 1e-7
    """Smallest reaction to an input, relative to the largest value; rounding alone gives less."""
    min_gain: Annotated[float, Field(ge=0, lt=1)] = 0.01
    """Smallest saving that real inputs must bring on one seed, as a share of the loss on zeros."""
    min_steps: Annotated[int, Field(ge=1)] = 20
    """Steps after which inputs have to matter."""

    def check(self, responses: Responses, zeroed: ZeroedInputs, training: Training) -> Result:
        """Judge the reaction to each input first, and then the training on zeros."""
        inputs = [one for one in responses.inputs if one.varies]
        if not inputs:
            return Skip("no input varies between the examples")
        if training.steps < self.min_steps:
            return Inconclusive(f"{training.steps} steps; {self.min_steps} are needed")
        if any(isnan(one.change) for one in inputs):
            return Inconclusive("the model's values are not finite after training")
        unused = [one for one in inputs if not one.change >= self.min_change]
        if unused:
            return [self._unused(one, len(unused) == len(inputs)) for one in unused]
        return [] if zeroed.implied else self._against_zeros(zeroed)

    def _unused(self, one: Influence, are_all: bool) -> Finding:
        return Finding(
            message=f"nothing that the model computes from input {one.name} reaches an output",
            measured=one.change,
            limit=self.min_change,
            place="fit",
            claim=Claim.HARM if are_all else Claim.ADVICE,
        )

    def _against_zeros(self, zeroed: ZeroedInputs) -> Result:
        if zeroed.untried:
            return Inconclusive(f"not compared with a training on zeros: {zeroed.untried}")
        pairs = list(zip(zeroed.real, zeroed.zeroed, strict=True))
        if not pairs or not all(isfinite(loss) for loss in (*zeroed.zeroed, zeroed.start)):
            return Inconclusive("the training on zeros was not finite")
        if not all(_share(zeroed.start, real) >= self.min_gain for real, _ in pairs):
            return Inconclusive("the loss hardly fell, on the real inputs as on zeros")
        gain = max(_share(on_zeros, real) for real, on_zeros in pairs)
        if gain >= self.min_gain:
            return []
        seeds = f"{len(pairs)} of {len(pairs)} seeds"
        message = f"training on zeros in place of the inputs reaches the same loss on {seeds}"
        return [Finding(message, gain, self.min_gain, place="fit")]


def _share(higher: float, lower: float) -> float:
    return (higher - lower) / abs(higher) if higher else 0.0
