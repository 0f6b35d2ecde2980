"""Dead units."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Activations, Units
from healthcheck.remedies import LeakyActivation
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip


class DeadUnits(Rule):
    """A unit that is zero on every example gets no gradient and stops learning.

    A layer where most units are dead has lost most of its width. The usual causes are a
    learning rate that is too high, a large negative bias, and inputs that were not
    normalized. Units that are zero on *most* examples are healthy: that is how rectifiers
    work.

    **What to do.** Lower the learning rate, use He initialization, normalize the inputs, or
    use an activation with a slope below zero.

    **What this cannot see.** A unit counts as dead when it is zero on all probed examples.
    With n of them it may still fire on up to 3/n of the data (95 % confidence, for one
    unit). Several layers are looked at; a layer fails only when the remedy was better on
    every seed.

    Source: Lu et al., Dying ReLU and Initialization (2019), arXiv:1903.06733.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_dead: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Largest share of a layer's units that may be dead."""
    max_dead_certain: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Share of dead units above which the layer can fail, and not only warn."""
    min_examples: Annotated[int, Field(ge=2)] = 256
    """Fewest examples from which a unit is called dead."""

    def check(self, activations: Activations) -> Result:
        """Find the rectifying layers with too many dead units after training."""
        layers = [layer for layer in activations.after if layer.activation.rectifies and layer.hidden]
        if not layers:
            return Skip("no hidden layer has an activation that is zero over a region")
        if activations.examples < self.min_examples:
            return Inconclusive(
                f"{activations.examples} examples; {self.min_examples} are needed to call a unit dead"
            )
        if any(layer.dead != layer.dead for layer in layers):
            return Inconclusive("activations are not finite after training")
        ill = [layer for layer in layers if not layer.dead <= self.max_dead]
        dead_before = {layer.layer for layer in activations.before if not layer.dead <= self.max_dead}
        remedy = LeakyActivation(tuple(layer.layer for layer in layers))
        examples = activations.examples
        return [self._finding(layer, examples, remedy, layer.layer not in dead_before) for layer in ill]

    def _finding(self, layer: Units, examples: int, remedy: LeakyActivation, arose: bool) -> Finding:
        return Finding(
            arose=arose,
            layer=layer.layer,
            message=f"{layer.dead:.0%} of the {layer.units} units are zero on all of {examples:,} examples",
            measured=layer.dead,
            limit=self.max_dead,
            claim=Claim.ADVICE if layer.dead <= self.max_dead_certain else Claim.SYMPTOM,
            remedy=remedy,
        )
