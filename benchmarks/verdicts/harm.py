"""Whether a mutant really hurts, from trainings with plain Keras alone.

It hurts when, from every seed, its final skill is lower than the healthy script's by at least `MIN_LOST`
(a training that raises has no skill), or, for what overfits, when its validation loss ends above its own
lowest by at least `MIN_RISE`, and not so the healthy script's. Of a few faults nobody needs to measure
whether they hurt: a NaN among the inputs, validation rows from the training set, a wrong gradient.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verdicts.cases import Script
from verdicts.plain import Ending

FILE = Path(__file__).parent.parent / "results" / "harm.json"
MIN_LOST = 0.05
"""Skill, from 0 (the best constant prediction) to 1."""
MIN_RISE = 0.2
"""Share of the lowest validation loss."""
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Trained:
    """Where one training ended."""

    skill: float
    rise: float
    """Final validation loss over the lowest, minus one."""

    @classmethod
    def from_ending(cls, ending: Ending, script: Script) -> "Trained":
        """Read off a training what the judgement needs; what raised or diverged has no skill."""
        goal, losses = (
            script.goal,
            ending.history.get("val_loss") or ending.history.get("val_reconstruction", []),
        )
        assert goal
        skill = max(goal.skill(ending.final(goal.metric)), -1.0)
        lowest = min(losses, default=math.nan)
        rise = (losses[-1] - lowest) / lowest if losses and lowest > 0 else 0.0
        return cls(round(skill, 3), round(rise, 3) if math.isfinite(rise) else 0.0)


def text_key(script: Script) -> str:
    """Return what tells one text of a script from another."""
    return hashlib.sha256(script.text.encode()).hexdigest()[:16]


def known_trainings() -> dict[str, dict[int, Trained]]:
    """Return what is on file, by text and seed."""
    if not FILE.exists():
        return {}
    entries = json.loads(FILE.read_text(encoding="utf-8"))["scripts"].values()
    return {
        entry["text"]: {int(seed): Trained(**numbers) for seed, numbers in entry["seeds"].items()}
        for entry in entries
    }


def write_trainings(scripts: Sequence[Script], known: Mapping[str, Mapping[int, Trained]]) -> None:
    """Write to file what is known of these scripts."""
    entries = {
        script.name: {
            "text": text_key(script),
            "seeds": {str(seed): vars(one) for seed, one in sorted(known[text_key(script)].items())},
        }
        for script in scripts
        if text_key(script) in known
    }
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({"scripts": entries}, indent=1) + "\n", encoding="utf-8")


def hurts(mutant: Script, healthy: Mapping[int, Trained], ill: Mapping[int, Trained]) -> bool | None:
    """Tell whether a mutant really hurts; None where too little is known."""
    if mutant.harm == "fact":
        return True
    seeds = sorted(healthy.keys() & ill.keys())
    if not seeds:
        return None
    if mutant.harm == "overfits":
        return all(ill[seed].rise >= MIN_RISE > healthy[seed].rise for seed in seeds)
    return all(healthy[seed].skill - ill[seed].skill >= MIN_LOST for seed in seeds)


def hurting(scripts: Sequence[Script], zoo: Sequence[Script]) -> dict[str, bool | None]:
    """Tell of every script whether it is ill, by what is on file; a healthy script is not."""
    known, originals = known_trainings(), {script.name: script for script in zoo}
    return {
        script.name: hurts(
            script, known.get(text_key(originals[script.original]), {}), known.get(text_key(script), {})
        )
        if script.original
        else False
        for script in scripts
    }
