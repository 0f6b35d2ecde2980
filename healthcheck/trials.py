"""The search for what mends a training: one remedy, a higher dose of it, or several together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isnan

from healthcheck.experiments import MIN_GAIN, Experiments
from healthcheck.remedies import Combined, Remedy
from healthcheck.report import Experiment
from healthcheck.rule import Claim, Finding
from healthcheck.verdict import Trial, place_of

ENOUGH_SKILL = 0.5
"""Skill with a remedy from which nothing else is added to it."""
MAX_PARTS = 3
"""Remedies in one combination."""
MOST_PROMISING = 4
"""Remedies of which combinations are made."""
SUSPICION = (Claim.FACT, Claim.SYMPTOM, Claim.HARM, Claim.ADVICE, Claim.SUSPICION, Claim.NOTE)
"""Claims in the order in which their remedies are tried."""

Found = Sequence[tuple[str, str, Finding]]
"""Rule, family and finding."""


@dataclass
class _Search:
    experiments: Experiments
    progress: Callable[[str], None]
    trials: dict[Remedy, Trial]

    def alone(self, first: Remedy) -> None:
        """Try a remedy, and higher doses while it does not help."""
        remedy: Remedy | None = first
        skill: float | None = None
        while remedy is not None:
            experiment = self._try(remedy)
            if experiment is None:
                break
            if first not in self.trials or experiment.helped:
                self.trials[first] = Trial(remedy, experiment)
            before, skill = experiment.skill_before if skill is None else skill, experiment.skill_after
            is_last = remedy.is_spent(before, skill, self.experiments.remedied(remedy))
            remedy = None if experiment.helped or is_last else remedy.stronger()

    def together(self, suspected: Sequence[Remedy]) -> None:
        """Add to the best remedy what helps further; where none helped alone, begin with a pair that does."""
        suspected = suspected[:MOST_PROMISING]
        best = self._best()
        if best is None:
            best = next(self._helpful_pairs(suspected), None)
        while best is not None and best.experiment.skill_after < ENOUGH_SKILL:
            more = self._extended(best, suspected)
            if more is not None:
                # What asked for the parts asks for the whole.
                self.trials |= {first: more for first, trial in self.trials.items() if trial is best}
            best = more

    def _helpful_pairs(self, suspected: Sequence[Remedy]) -> Iterator[Trial]:
        for pair in combinations(suspected, 2):
            if type(pair[0]) is type(pair[1]):
                continue
            for parts in _doses(pair):
                trial = self._combined(parts, pair, 0.0)
                if trial is not None:
                    yield trial

    def _extended(self, best: Trial, suspected: Sequence[Remedy]) -> Trial | None:
        parts = _parts(best.remedy)
        if len(parts) >= MAX_PARTS:
            return None
        for further in suspected:
            if any(type(further) is type(part) for part in parts):
                continue
            for dose in _doses((further,)):
                trial = self._combined((*parts, *dose), (further,), best.experiment.skill_after)
                if trial is not None:
                    return trial
        return None

    def _combined(self, parts: tuple[Remedy, ...], firsts: Sequence[Remedy], skill: float) -> Trial | None:
        """Try several together; what they mend is told of those that had no proof of their own."""
        combined = Combined(parts)
        experiment = self._try(combined)
        if experiment is None or not experiment.helped or not experiment.skill_after >= skill + MIN_GAIN:
            return None
        trial = Trial(combined, experiment)
        for first in firsts:
            if first not in self.trials or not self.trials[first].experiment.helped:
                self.trials[first] = trial
        return trial

    def _best(self) -> Trial | None:
        helped = [trial for trial in self.trials.values() if trial.experiment.helped]
        return max(helped, key=lambda trial: trial.experiment.skill_after, default=None)

    def _try(self, remedy: Remedy) -> Experiment | None:
        self.progress(f"trying: {remedy.name}")
        return self.experiments.try_remedy(remedy)


def tried(found: Found, experiments: Experiments, progress: Callable[[str], None]) -> dict[Remedy, Trial]:
    """Try every remedy, the most suspicious first, then several together where one is not enough."""
    search = _Search(experiments, progress, {})
    ordered = sorted(found, key=lambda row: (SUSPICION.index(row[2].claim), place_of(row[1])))
    families = {finding.remedy: family for _, family, finding in reversed(ordered) if finding.remedy}
    remedies = list(dict.fromkeys(finding.remedy for _, _, finding in ordered if finding.remedy))
    for remedy in remedies:
        search.alone(remedy)
    tried_alone = [remedy for remedy in remedies if remedy in search.trials]
    search.together(sorted(tried_alone, key=lambda one: _promise(families[one], search.trials[one])))
    return search.trials


def _promise(family: str, trial: Trial) -> tuple[bool, float]:
    """Sort key for combinations: the data first, on which all else rests, then what gained most alone."""
    gain = trial.experiment.gain
    return family != "data", inf if gain is None or isnan(gain) else -gain


def _doses(remedies: Sequence[Remedy]) -> Iterator[tuple[Remedy, ...]]:
    """Return them as they are and, of the last, one higher dose."""
    yield tuple(remedies)
    stronger = remedies[-1].stronger()
    if stronger is not None:
        yield (*remedies[:-1], stronger)


def _parts(remedy: Remedy) -> tuple[Remedy, ...]:
    return remedy.parts if isinstance(remedy, Combined) else (remedy,)
