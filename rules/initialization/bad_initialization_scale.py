"""Bad initialization scale."""

from math import isnan
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Activations, Structure
from healthcheck.remedies import FittingInitialization
from healthcheck.rule import Finding, Inconclusive, Result, Rule, Skip


class BadInitializationScale(Rule):
    """Weights drawn far too large or too small let the signal explode or fade on its way through the layers.

    Judged by what the draw does, not by its variance: Keras' own defaults are up to twelve
    times off He's variance and train well. A signal that grows or shrinks a thousandfold
    between layers, or an output that starts at large logits and so at confident wrong
    answers, is what hurts.

    **What to do.** Use `kernel_initializer="he_normal"` before ReLU and the default
    `glorot_uniform` elsewhere, or put normalization layers in between.

    **What this cannot see.** Models with normalization layers are not judged: these set the
    scale themselves. Layers whose activation is not a Keras `activation` are not looked at.

    One statement about the whole model, so no correction for many layers; it fails only
    when the weights, drawn by the fitting scheme, train better on every seed.

    Source: Glorot and Bengio (2010), He et al. (2015); the limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_ratio: Annotated[float, Field(gt=1)] = 1e3
    """Largest ratio between the layers' root mean square pre-activations."""
    max_logits: Annotated[float, Field(gt=0)] = 10.0
    """Largest root mean square of the values before the output activation."""

    def check(self, activations: Activations, structure: Structure) -> Result:
        """Compare the pre-activations of the layers with each other."""
        if structure.normalizes:
            return Skip("normalization layers set the scale of the signal")
        if not activations.before:
            return Skip("no layer has a nonlinear activation")
        scales = [layer.preactivation_rms for layer in activations.before]
        if any(isnan(scale) for scale in scales):
            return Inconclusive("the signal before training is not a number")
        low, high = (
            pick(zip(scales, activations.before, strict=True), key=lambda row: row[0]) for pick in (min, max)
        )
        ratio = high[0] / low[0] if low[0] > 0 else float("inf")
        weaker = f"{ratio:.3g} times weaker in {low[1].layer!r} than in {high[1].layer!r}"
        findings: list[Finding] = []
        if not ratio <= self.max_ratio:
            findings.append(
                Finding(
                    layer=low[1].layer,
                    message=f"before training the signal is {weaker if low[0] > 0 else 'zero'}",
                    measured=ratio,
                    limit=self.max_ratio,
                    remedy=FittingInitialization(),
                )
            )
        findings += [
            Finding(
                layer=layer.layer,
                message=f"the output starts at values of size {layer.preactivation_rms:.3g}, "
                "before its activation",
                measured=layer.preactivation_rms,
                limit=self.max_logits,
                remedy=FittingInitialization(),
            )
            for layer in activations.before
            if not layer.hidden and not layer.preactivation_rms <= self.max_logits
        ]
        return findings
