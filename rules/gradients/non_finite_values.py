"""Non-finite values."""

from healthcheck.evidence import Finite, NonFinite
from healthcheck.rule import Claim, Finding, Result, Rule


class NonFiniteValues(Rule):
    """A NaN or an infinity in weights, activations, loss or gradients ends all learning.

    The training is replayed from its start to the step before the loss went bad, and there
    every layer's output and gradient is looked at: the report names the first. The usual
    causes are a learning rate that is too high, a logarithm or a division in the model or
    the loss that meets zero, and inputs on a huge scale.

    **What to do.** Lower the learning rate, standardize the inputs, clip gradients
    (`clipnorm=1.0`), or guard the operation that is named.

    **What this cannot see.** Values inside recurrent cells; there the cell's layer is named.

    A fact, from the user's own start.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, finite: Finite) -> Result:
        """Report the first non-finite value, if there was one."""
        found = finite.non_finite
        if found is None:
            return []
        first = f"the first value that is not finite, at step {found.step:,}"
        message = {
            "weights": self._of_weights(found),
            "activation": f"the output of {found.layer!r} is {first}",
            "gradient": f"the gradient of {found.layer!r} is {first}",
            "loss": f"the loss is not finite at step {found.step:,}, while all activations are",
            "watched loss": f"the loss is not finite at step {found.step:,}",
            "watched weights": f"the weights are not finite after {found.step:,} steps",
        }[found.what]
        place = "layer" if found.layer else "fit"
        step = float(found.step)
        return [Finding(message, layer=found.layer, place=place, claim=Claim.HARM, measured=step)]

    def _of_weights(self, found: NonFinite) -> str:
        if found.layer is None:
            return "the weights hold NaN or infinity before the first step"
        return f"the weights of {found.layer!r} are not finite by step {found.step:,}, though the loss is"
