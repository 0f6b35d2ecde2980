"""Extreme dropout."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Dropped, Layers
from healthcheck.remedies import DropDropout
from healthcheck.rule import Claim, Finding, Result, Rule, Skip


class ExtremeDropout(Rule):
    """Dropout that takes nearly everything, or takes predictions away, leaves little to learn from.

    At a rate of 0.9 one value in ten arrives, ten times as large. Behind the output layer
    dropout sets predictions to zero at random, which no weight can make up for. A rate is
    the share that is dropped; whoever takes it for the share that is kept writes 0.9 for 0.1.

    **What to do.** Rates from 0.1 to 0.5, before or between hidden layers, none behind the output.

    **What this cannot see.** Rates that are too high for a small model though below the limit.

    One remedy for all layers named. It warns, and is information when the same training without
    these layers is not better on every seed, which also guards against the number of layers.

    Source: Srivastava et al., Dropout (2014), figure 9. The limit is our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_rate: Annotated[float, Field(ge=0, lt=1)] = 0.89
    """Largest rate of a dropout layer."""

    def check(self, layers: Layers) -> Result:
        """Look at the rate and at the place of each dropout layer."""
        dropouts = [dropout for dropout in layers.dropouts if dropout.rate != 0]
        if not dropouts:
            return Skip("the model has no dropout layer")
        odd = [dropout for dropout in dropouts if dropout.makes_output or not dropout.rate <= self.max_rate]
        remedy = DropDropout(tuple(dropout.layer for dropout in odd))
        return [self._finding(dropout, remedy) for dropout in odd]

    def _finding(self, dropout: Dropped, remedy: DropDropout) -> Finding:
        share = f"{dropout.layer!r} drops {dropout.rate:.0%}"
        return Finding(
            layer=dropout.layer,
            claim=Claim.ADVICE,
            message=f"{share} of the model's predictions"
            if dropout.makes_output
            else f"{share} of its inputs",
            measured=dropout.rate,
            limit=0.0 if dropout.makes_output else self.max_rate,
            remedy=remedy,
        )
