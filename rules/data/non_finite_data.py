"""Non-finite data."""

from healthcheck.evidence import Data
from healthcheck.rule import Claim, Finding, Result, Rule


class NonFiniteData(Rule):
    """NaN or infinity in inputs, targets or sample weights makes every weight NaN within a step.

    One bad entry is enough: its gradient is NaN, and after the update so is every weight
    it reaches. The usual causes are missing values in a table, a division by zero or the
    logarithm of zero in the preparation of the data. Because no training on such data
    means anything, the other rules are inconclusive and the command ends with exit code 2.

    **What to do.** Drop or impute the rows: `x = x[np.isfinite(x).all(axis=1)]`.

    **What this cannot see.** Entries of a pipeline beyond the part that was read.

    A fact: every entry is looked at, nothing is estimated.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    def check(self, data: Data) -> Result:
        """Find the arrays with such entries."""
        return [
            Finding(
                place="fit",
                claim=Claim.FACT,
                message=f"{array.name} holds {array.non_finite:,} NaN or infinite entries, "
                f"the first in row {array.first_bad_row}",
                measured=float(array.non_finite),
                limit=0.0,
            )
            for array in data.arrays
            if array.non_finite
        ]
