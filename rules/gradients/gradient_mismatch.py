"""Gradients that are not those of the function."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import GradientCheck, WrongGradient
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule, Skip

UNSEARCHED = 0.25
"""Disagreement up to which a model whose layers were not looked at is not judged: kinks may explain it."""


class GradientMismatch(Rule):
    """A gradient that disagrees with its own function sends the training the wrong way.

    Every trainable variable and every real-valued input is moved along its gradient and along a
    random direction, and the loss as it is trained is followed by central differences in float64.
    Where the two disagree on two batches, every layer is looked at by itself, and the one that is
    wrong is named. The usual causes are a mistake in a `tf.custom_gradient`, a `stop_gradient` or
    a conversion to NumPy on the way, and an operation with a gradient of its own.

    **What to do.** Correct the gradient of the layer that is named, and hold it with a test:
    `healthcheck.check_gradients(layer, x).assert_ok()`. The ratio tells the kind of mistake: 0 is a
    blocked path, -1 a wrong sign. If it is wrong on purpose (straight-through estimators, gradient
    reversal), say so on the layer's line, `# healthcheck: ignore[gradient-mismatch] reason`, or in the
    settings, `ignore = ["gradient-mismatch"]`.

    **What this cannot see.** Errors that only other data would show, and layers inside a loss. A kink
    (ReLU, max-pooling) is no mismatch. In float64 a wrong factor of 1.0001 is found; where only some
    entries are wrong, as long as they make up a fifth of the gradient's squared length. An error at
    right angles to the gradient shows along random directions alone: of 1 % of the gradient's length
    it was found in 40 of 40 cases, of 0.1 % in 31, of 0.01 % in 7. Where the code insists on float32,
    the numeric derivative itself is uncertain by 0.2 to 9 %, and correct models disagree by up to
    5 % (24 models, three seeds each): only errors of a quarter and more are told there. Layers of such
    a model that can be computed in float64 by themselves are held to its limit.

    A fact. The method is that of `scipy.differentiate.derivative`; its accuracy over the layers of
    Keras is printed by benchmarks/gradient_check.py (at worst 8e-9 in float64), that in float32 by
    benchmarks/gradient_float32.py; beside the kinks of large ReLU networks 3e-7 was measured. The
    limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_disagreement: Annotated[float, Field(ge=1e-6, lt=1)] = 2e-5
    """Largest difference of gradient and central difference, relative to the slope, in float64."""
    max_disagreement_float32: Annotated[float, Field(ge=1e-2, lt=1)] = 0.2
    """The same where the model cannot be computed in float64."""
    max_uncertainty: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Largest relative error of the numeric derivative, in float32, with which agreement says anything."""

    def check(self, gradients: GradientCheck) -> Result:
        """Report the wrong layers, those nearest the output first."""
        if not gradients.parts:
            return Skip("the model has no trainable variable and no real-valued input")
        is_exact = gradients.precision == "float64"
        wrong = [one for one in gradients.wrong if not one.disagreement <= self._limit(one)]
        bound = self.max_disagreement if is_exact else self.max_uncertainty
        if not wrong and not gradients.uncertainty <= bound:
            return Inconclusive(
                f"in {gradients.precision} the numeric derivative of this model is uncertain by a share of "
                f"{gradients.uncertainty:.2g}; at most {bound:g} is needed"
            )
        if any(one.place == "unsearched" and one.disagreement <= UNSEARCHED for one in wrong):
            return Inconclusive(
                "the gradient of the whole model disagrees with its function, and the budget ended before "
                "a layer was found that does; the kinks of max pooling over large images do so, too"
            )
        return [_finding(one, self._limit(one)) for one in wrong]

    def _limit(self, wrong: WrongGradient) -> float:
        return self.max_disagreement if wrong.precision == "float64" else self.max_disagreement_float32


def _finding(wrong: WrongGradient, limit: float) -> Finding:
    who = {
        "layer": f"the gradient of {wrong.layer!r}",
        "loss": "the gradient of the loss",
        "model": "the gradient of what the model computes outside its layers",
        "unsearched": "the gradient of the model (the budget ended before the layer was found)",
    }[wrong.place]
    return Finding(
        layer=wrong.layer,
        place="compile" if wrong.place == "loss" else "layer" if wrong.layer else "fit",
        claim=Claim.FACT,
        message=f"{who} is {wrong.ratio:.5g} times what its own function has, by {wrong.part}: "
        f"a relative error of {wrong.disagreement:.2g} on each of two batches",
        measured=wrong.disagreement,
        limit=limit,
    )
