"""The bookkeeping: from scripts and what the command said of them to counts with their intervals."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from verdicts.cases import Script
from verdicts.command import Outcome

CONFIDENCE_Z = 1.959964
"""Of the intervals: 95 %."""


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; everything is possible where nothing was tried."""
        if not self.of:
            return 0.0, 1.0
        share, z2 = self.hits / self.of, CONFIDENCE_Z**2
        middle = (share + z2 / (2 * self.of)) / (1 + z2 / self.of)
        spread = share * (1 - share) / self.of + z2 / (4 * self.of**2)
        half = CONFIDENCE_Z * sqrt(spread) / (1 + z2 / self.of)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Judged:
    """One outcome held against the truth."""

    outcome: Outcome
    expected: tuple[str, ...]
    """Empty for what is healthy, a mutant that does not hurt included."""
    detected: bool
    cause: bool
    line: bool
    false_fails: tuple[str, ...]
    false_warnings: tuple[str, ...]

    @property
    def is_mutant(self) -> bool:
        """Whether a mistake was planted, harmful or not."""
        return "--" in self.outcome.script

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong with the verdict, in the words of the results file."""
        if self.expected:
            kinds = {"missed": self.detected, "other cause first": self.cause, "other line": self.line}
            return tuple(kind for kind, right in kinds.items() if not right)
        fails = [f"false fail: {rule}" for rule in self.false_fails]
        return (*fails, *(f"false warning: {rule}" for rule in self.false_warnings))


def judged(script: Script, outcome: Outcome, *, hurts: bool) -> Judged:
    """Hold what was said of a script against what is true of it.

    An ill script is detected when it fails, or when a rule that names its fault warns. A healthy one is
    failed falsely by every rule that fails or could not be checked, and warned of falsely by every rule
    that it does not state itself, nor, in a mutant that does not hurt, names the change.
    """
    if hurts:
        first = outcome.first
        named = any(one.rule in script.expected for one in outcome.findings)
        return Judged(
            outcome,
            script.expected,
            detected=outcome.verdict == "unhealthy" or named,
            cause=first is not None and first.rule in script.expected,
            line=first is not None and first.line in script.lines,
            false_fails=(),
            false_warnings=(),
        )
    tolerated = script.true_warnings.union(script.expected)
    fails = {one.rule for one in outcome.findings if one.status in ("fail", "error")}
    warnings = {one.rule for one in outcome.findings if one.status == "warn"} - tolerated
    if not fails and outcome.verdict != "healthy":
        fails = {"not-checkable"}
    return Judged(outcome, (), False, False, False, tuple(sorted(fails)), tuple(sorted(warnings)))


def shares(runs: Iterable[Judged]) -> dict[str, Share]:
    """Count in all: of the ill what was found, of the healthy what was alarmed on."""
    ill, healthy = _parted(runs)
    return {
        "detected": Share(sum(run.detected for run in ill), len(ill)),
        "right cause first": Share(sum(run.cause for run in ill), len(ill)),
        "right line": Share(sum(run.line for run in ill), len(ill)),
        "false fail": Share(sum(bool(run.false_fails) for run in healthy), len(healthy)),
        "false warning": Share(sum(bool(run.false_warnings) for run in healthy), len(healthy)),
    }


def shares_by_rule(runs: Iterable[Judged]) -> dict[str, dict[str, Share]]:
    """Count by rule: the ill under the rule that says their fault best, the healthy under what alarmed."""
    ill, healthy = _parted(runs)
    planted: dict[str, list[Judged]] = defaultdict(list)
    for run in ill:
        planted[run.expected[0]].append(run)
    fails = Counter(rule for run in healthy for rule in run.false_fails)
    warnings = Counter(rule for run in healthy for rule in run.false_warnings)
    return {
        rule: {
            **{name: share for name, share in shares(planted[rule]).items() if not name.startswith("false")},
            "false fail": Share(fails[rule], len(healthy)),
            "false warning": Share(warnings[rule], len(healthy)),
        }
        for rule in sorted({*planted, *fails, *warnings})
    }


def agreement(outcomes: Iterable[Outcome]) -> Share:
    """Count the runs that have their script's most frequent verdict, over scripts with several seeds."""
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        verdicts[outcome.script][outcome.verdict] += 1
    several = [counts for counts in verdicts.values() if counts.total() > 1]
    return Share(sum(max(counts.values()) for counts in several), sum(counts.total() for counts in several))


def wrong_verdicts(runs: Iterable[Judged], reasons: Mapping[str, str]) -> list[dict[str, object]]:
    """List every wrong verdict, with the reason that was written down for it before."""
    listed = []
    for run in runs:
        for kind in run.wrong:
            key = f"{run.outcome.script} seed {run.outcome.seed}: {kind}"
            first = run.outcome.first
            listed.append(
                {
                    "what": key,
                    "expected": list(run.expected),
                    "first": f"{first.rule} ({first.status}) on line {first.line}" if first else "nothing",
                    "message": first.message if first else "",
                    "reason": reasons.get(key, ""),
                }
            )
    return listed


def _parted(runs: Iterable[Judged]) -> tuple[list[Judged], list[Judged]]:
    known = list(runs)
    return [run for run in known if run.expected], [run for run in known if not run.expected]
