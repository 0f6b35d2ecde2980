"""Nothing to train."""

from healthcheck.evidence import Structure
from healthcheck.rule import Claim, Finding, Result, Rule


class NothingToTrain(Rule):
    """A model whose weights are all frozen, or whose learning rate is zero, cannot change.

    The usual causes are `trainable = False` on the whole model instead of on its base, a
    compile before the layers were unfrozen, and a schedule that was set to zero.

    **What to do.** Set `trainable = True` on the layers to be trained, then compile again.

    **What this cannot see.** Weights that are trainable and get no gradient, and a schedule
    that only comes down to zero later.

    A fact: weights are counted, the rate is read.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, structure: Structure) -> Result:
        """Count the trainable weights and read the learning rate."""
        if structure.trainable == 0:
            frozen = "the model has no trainable weight"
            return [Finding(frozen, place="compile", claim=Claim.FACT, measured=0.0, limit=1.0)]
        if structure.learning_rate == 0:
            still = "the learning rate is zero"
            return [Finding(still, place="compile", claim=Claim.FACT, measured=0.0)]
        return []
