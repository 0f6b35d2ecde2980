"""Dropout feeding BatchNormalization."""

from healthcheck.evidence import Layers
from healthcheck.rule import Claim, Finding, Result, Rule, Skip


class BatchnormWithDropout(Rule):
    """Dropout before BatchNormalization changes the variance that the layer gets used to.

    Dropped values are zero and the rest is scaled up, so the variance is larger in training than
    in inference. BatchNormalization keeps the variance of training and divides by it in
    inference, where it is too large.

    **What to do.** Put dropout behind the last BatchNormalization, or leave it out: batch
    normalization regularizes by itself.

    **What this cannot see.** Whether it costs anything here: many models are good all the same.
    So it is information and never warns. Layers joined by an operation that is not a layer are not followed.

    Read off the order of the layers; nothing is estimated, so nothing needs correction.

    Source: Li et al., Understanding the Disharmony between Dropout and Batch Normalization by
    Variance Shift (2018), arXiv:1801.05134. There is no limit of our own: the order is a fact,
    its harm is not.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, layers: Layers) -> Result:
        """Name the dropout layers whose output reaches a BatchNormalization."""
        dropouts = [dropout for dropout in layers.dropouts if dropout.rate != 0]
        if not dropouts or not layers.batch_norms:
            return Skip("the model does not have both dropout and batch normalization")
        return [
            Finding(
                layer=dropout.layer,
                claim=Claim.NOTE,
                message=f"{dropout.layer!r} drops {dropout.rate:.0%} of what reaches "
                f"{dropout.batch_norms[0]!r}, whose variance is another in inference",
                measured=float(len(dropout.batch_norms)),
                limit=0.0,
            )
            for dropout in dropouts
            if dropout.batch_norms
        ]
