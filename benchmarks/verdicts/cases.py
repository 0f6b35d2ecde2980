"""The scripts of the benchmark: healthy ones as they are, and mutants of them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from verdicts.goal import Goal, goal_of

ZOO = Path(__file__).parent.parent / "zoo"


@dataclass(frozen=True)
class Script:
    """One training script, and what is true of it."""

    name: str
    """As in `digits_mlp` or, for a mutant, `digits_mlp--rate-times-100`."""
    text: str
    expected: tuple[str, ...] = ()
    """Rules that name the planted fault; the first says it best. None for a healthy script."""
    lines: frozenset[int] = frozenset()
    """Lines at which a finding about the planted fault may point."""
    original: str = ""
    """Name of the healthy script that was mutated."""
    harm: Literal["", "skill", "overfits", "fact"] = ""
    """How the planted fault would hurt."""

    @property
    def goal(self) -> Goal | None:
        """What the script says that it reaches."""
        return goal_of(self.text)

    @property
    def true_warnings(self) -> frozenset[str]:
        """Rules that rightly warn of the healthy script, as it says itself: `# warns: training-too-short`."""
        stated = re.search(r"^# warns: (.+)$", self.text, re.MULTILINE)
        return frozenset(stated[1].split(", ")) if stated else frozenset()


def zoo() -> list[Script]:
    """Return the healthy scripts, by name."""
    return [Script(file.stem, file.read_text(encoding="utf-8")) for file in sorted(ZOO.glob("*.py"))]
