"""Class imbalance."""

from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Target, Targets
from healthcheck.rule import Claim, Finding, Result, Rule, Skip


class ClassImbalance(Rule):
    """With classes of very different frequency, high accuracy comes from the most frequent one alone.

    A model that always answers the most frequent class looks good by accuracy and has
    learned nothing. That is no fault, so it is information: everything here that compares
    with "the best constant prediction" compares with that answer.

    **What to do.** Read precision, recall or the area under the curve
    (`keras.metrics.AUC(curve="PR")`) beside the accuracy; where rare classes matter, weight them by
    `class_weight`.

    **What this cannot see.** Whether the rare class matters. Targets with several labels an
    example are not judged.

    One comparison per output, over all its labels: nothing is estimated. The limit is our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    min_evenness: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Smallest entropy of the classes, as a share of that of equally frequent ones."""

    def check(self, targets: Targets) -> Result:
        """Compare the entropy of the classes with that of as many equally frequent ones."""
        classified = [target for target in targets.outputs if len(target.classes) > 1]
        if not classified:
            return Skip("no output predicts one of several classes")
        return [
            self._finding(target, len(targets.outputs))
            for target in classified
            if not target.evenness >= self.min_evenness
        ]

    def _finding(self, target: Target, outputs: int) -> Finding:
        label, most = target.classes[0]
        named = f"output {target.name!r}: " if outputs > 1 else ""
        share = most / sum(count for _, count in target.classes)
        return Finding(
            place="fit",
            claim=Claim.NOTE,
            message=f"{named}{share:.1%} of the labels are {label}: always answering that is as often right",
            measured=target.evenness,
            limit=self.min_evenness,
        )
