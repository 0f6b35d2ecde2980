"""Exploding gradients."""

from typing import Annotated

import numpy as np
from pydantic import Field

from healthcheck.evidence import Training
from healthcheck.remedies import ClipGradients
from healthcheck.rule import Finding, Inconclusive, Result, Rule, Skip


class ExplodingGradients(Rule):
    """A gradient that grows without bound throws away, in one step, what was learned in many.

    Looked for over the measured steps: the norm of the whole gradient rises far above what
    it was at first, or stops being a number, while the loss rises too.

    **What to do.** Clip gradients (`clipnorm=1.0` in the optimizer), lower the learning rate,
    standardize inputs and targets.

    **What this cannot see.** A single large batch between two measured steps. Updates that
    are too large although the gradient is not are the business of `learning-rate-too-high`.

    One norm for the whole model, so there is nothing to correct for many layers; it fails
    only when clipping was better on every seed.

    Source: Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks
    (2013). The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_growth: Annotated[float, Field(gt=1)] = 100.0
    """Largest growth of the gradient's norm over its median in the first quarter of the steps."""
    min_steps: Annotated[int, Field(ge=2)] = 8
    """Fewest measured steps."""
    clipnorm: Annotated[float, Field(gt=0)] = 1.0
    """The norm to which each weight's gradient is clipped in the experiment."""

    def check(self, training: Training) -> Result:
        """Look at the gradient's norm over the measured steps."""
        if not training.kernel_layers:
            return Skip("no trainable kernel")
        if not np.isfinite(training.step_losses[:1]).all():
            return Inconclusive("the loss was not finite before the first update")
        needed = self.min_steps if training.non_finite is None else 1
        if len(training.measured_steps) < needed:
            return Inconclusive(f"{len(training.measured_steps)} measured steps; {needed} are needed")
        growth = _growth(training.gradient_norm)
        rose = not training.loss[-1] <= training.loss[0]
        if np.isnan(growth) and not rose:
            return Inconclusive("the gradient is not a number at some steps, but the loss did not rise")
        if growth <= self.max_growth or not rose:
            return []
        how = f"grew {growth:.3g} times" if np.isfinite(growth) else "grew beyond all numbers"
        return [
            Finding(
                place="compile",
                message=f"the gradient's norm {how} while the loss rose",
                measured=growth,
                limit=self.max_growth,
                remedy=ClipGradients(self.clipnorm),
            )
        ]


def _growth(gradient_norms: np.ndarray) -> float:
    """Return the largest norm of the whole gradient over its median in the first quarter of the steps."""
    with np.errstate(over="ignore"):
        norms = np.sqrt((gradient_norms**2).sum(axis=1))
    start, largest = float(np.median(norms[: max(1, len(norms) // 4)])), float(norms.max())
    if largest == 0:
        return 1.0
    return largest / start if start != 0 else float("inf")
