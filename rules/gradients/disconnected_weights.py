"""Disconnected weights."""

from collections import defaultdict
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Weight, Weights
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class DisconnectedWeights(Rule):
    """A weight that the loss depends on but that no gradient reaches stays what it was at the start.

    The path from the weight to the loss goes through something without a gradient: rounding,
    `argmax`, a cast to integers, `stop_gradient`, NumPy in the middle of the model. Keras trains
    the other weights and the loss may even fall. That a weight gets no gradient is read off
    the training step; that the loss depends on it is measured, by moving it a little.

    A weight that neither loss nor predictions depend on is a layer that was made and never
    called: that warns, unless a functional model simply has an output that is not trained.

    **What to do.** Replace the operation by one that has a gradient, or give it one with
    `tf.custom_gradient` (a straight-through estimator); call the layer, or set `trainable =
    False` on what is not meant to learn.

    **What this cannot see.** A weight with a regularizer or weight decay, which gets a gradient
    from the penalty; weights that a custom training step trains in another way, which are left
    alone; weights of rank one whose gradient exists and is zero, as that of a bias before
    batch normalization rightly is; units that are dead, which `dead-units` reports.

    One comparison per weight without a gradient, and these are rare: a gradient has to be missing
    altogether, or exactly zero on every measured batch after the fifth, at least three of them,
    while another weight gets one.

    A missing gradient is a fact, and so is a step that Keras refuses because no weight has one. A
    gradient that exists and is zero on every batch is harm that something else may explain.

    The limit is our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_influence: Annotated[float, Field(ge=0)] = 1e-4
    """Relative change of the loss, when the weight is moved by a tenth of its size, that counts as
    depending on it."""
    min_batches: Annotated[int, Field(ge=1)] = 3
    """Fewest batches on which a gradient has to be exactly zero."""

    def check(self, weights: Weights) -> Result:
        """Find the weights without a gradient that something depends on, or nothing at all."""
        if weights.blocked:
            message = "no gradient reaches any weight: between the weights and the loss something has none"
            return [Finding(message, 0.0, 1.0, place="compile", claim=Claim.FACT)]
        asked = [weight for weight in weights.weights if weight.asked]
        if not asked:
            return Skip("the training step takes no gradient by the model's own weights")
        some_flows = any(weight.gradient > 0 for weight in asked)
        enough = some_flows and weights.batches >= self.min_batches
        suspects = [
            weight
            for weight in asked
            if (weight.connected and weight.gradient == 0.0 and enough)
            or not (weight.connected or weight.moved)
        ]
        by_layer: dict[tuple[str | None, Claim], list[Weight]] = defaultdict(list)
        for weight in suspects:
            if weight.on_loss > self.min_influence:
                by_layer[weight.layer, Claim.HARM if weight.connected else Claim.FACT].append(weight)
            elif not (weight.connected or weight.spare) and self._has_no_influence(weight):
                by_layer[weight.layer, Claim.ADVICE].append(weight)
        found = [self._finding(layer, claim, group) for (layer, claim), group in by_layer.items()]
        if not found and any(weight.on_loss != weight.on_loss for weight in suspects):
            return Inconclusive("weights without a gradient were seen, but the loss is not a finite number")
        return found

    def _has_no_influence(self, weight: Weight) -> bool:
        return weight.on_loss <= self.min_influence and weight.on_predictions <= self.min_influence

    def _finding(self, layer: str | None, claim: Claim, group: list[Weight]) -> Finding:
        names = ", ".join(repr(weight.variable) for weight in group)
        influence = max(weight.on_loss for weight in group)
        changes = f"the loss changes by {influence:.2g} of its value when it is moved by a tenth"
        if claim is Claim.ADVICE:
            message = f"no gradient reaches {names}: neither loss nor predictions depend on it"
        else:
            message = f"no gradient reaches {names}, although {changes}"
        return Finding(message, measured=influence, limit=self.min_influence, layer=layer, claim=claim)
