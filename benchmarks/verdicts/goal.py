"""What a script of the zoo says of itself: `# reaches: val_accuracy 0.93, by chance 0.10`."""

import math
import re
from typing import NamedTuple

REACHES = re.compile(
    r"^# reaches: (?P<metric>\w+) (?P<value>[\d.]+), by chance (?P<chance>[\d.]+)$", re.MULTILINE
)


class Goal(NamedTuple):
    """A metric, what it should reach, and what the best constant prediction reaches."""

    metric: str
    value: float
    chance: float

    def is_reached(self, value: float) -> bool:
        """Tell whether a training that ended here reached the goal."""
        return self.skill(value) >= self.skill(self.value)

    def skill(self, value: float) -> float:
        """Return the share of the way from chance to perfection; NaN is worse than anything."""
        perfect = 1.0 if self.value > self.chance else 0.0
        skill = (value - self.chance) / (perfect - self.chance)
        return skill if math.isfinite(skill) else -math.inf


def goal_of(text: str) -> Goal | None:
    """Read a script's goal; None for a script that leaves no history."""
    match = REACHES.search(text)
    return Goal(match["metric"], float(match["value"]), float(match["chance"])) if match else None
