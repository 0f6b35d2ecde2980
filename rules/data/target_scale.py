"""Target scale."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Target, Targets
from healthcheck.remedies import StandardizeTargets
from healthcheck.rule import Claim, Finding, Result, Rule, Skip


class TargetScale(Rule):
    """Targets far from 0, or far larger or smaller than 1, are slow to reach for outputs that start near 0.

    Before training the outputs of a network with standardized inputs are of the size of 1.
    The weights of the last layer have to grow by the scale of the targets, and its bias by
    their mean, before anything finer is learned, and the gradients are as large as the
    targets. Very small targets drown in the noise of the updates instead.

    **What to do.** Standardize the targets for the training, and take it back in the
    predictions: `y * std + mean`.

    **What this cannot see.** Targets under a loss other than squared or absolute error, and
    under a bounded output activation. A model that already starts at the mean of its targets
    is left in peace.

    One comparison per output. The scale alone says little: it warns only where the same
    training with standardized targets explains more of their variance on every seed. With
    several outputs no such comparison is made, and it is information.

    Source: LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.5; the limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_offset: Annotated[float, Field(gt=0)] = 3.0
    """Largest distance of the targets' mean from 0 and from the first predictions, in their deviations."""
    max_scale: Annotated[float, Field(gt=1)] = 100.0
    """Largest standard deviation of the targets, relative to the first predictions' or to 1."""
    min_scale: Annotated[float, Field(gt=0, lt=1)] = 0.01
    """Smallest standard deviation of the targets, relative to the first predictions' or to 1."""

    def check(self, targets: Targets) -> Result:
        """Compare mean and deviation of the targets with what the model predicts before training."""
        numeric = [target for target in targets.outputs if target.regressed and not target.std <= 0]
        if not numeric:
            return Skip("no output is trained to give any number by a squared or absolute error")
        is_only = len(targets.outputs) == 1
        return [
            Finding(
                layer=target.layer,
                claim=Claim.ADVICE if is_only else Claim.NOTE,
                message=f"the targets {fault[0]}",
                measured=fault[1],
                limit=fault[2],
                remedy=StandardizeTargets() if is_only else None,
            )
            for target in numeric
            if (fault := self._fault(target))
        ]

    def _fault(self, target: Target) -> tuple[str, float, float] | None:
        offset = min(abs(target.mean), abs(target.mean - target.predicted_mean)) / target.std
        if not offset <= self.max_offset:
            return f"lie {offset:.3g} standard deviations from zero", offset, self.max_offset
        scale = target.std / max(1.0, target.predicted_std)
        if not scale <= self.max_scale:
            return f"have a standard deviation of {target.std:.3g}", scale, self.max_scale
        scale = target.std / min(1.0, max(target.predicted_std, self.min_scale))
        if not scale >= self.min_scale:
            return f"have a standard deviation of only {target.std:.3g}", scale, self.min_scale
        return None
