"""Find a finding again in another run: by rule, target, subject and layer, never by line."""

import math
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from healthcheck.report import Finding, Number, Status, Subject

TOLERANCE = 0.1
"""Share of the value before, or of its limit if that is larger, within which a value counts as the same."""

_GRAVITY: tuple[Status, ...] = ("warn", "fail", "error")


class Entry(BaseModel):
    """What is remembered of a finding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    target: str
    subject: str
    layer: str | None = None
    status: Status
    measured: Number | None = None
    limit: Number | None = None

    @property
    def key(self) -> tuple[str, str, str, str | None]:
        """What has to be equal for two entries to be about the same thing."""
        return self.rule, self.target, self.subject, self.layer


def entry_of(finding: Finding, subject: Subject, target: str) -> Entry:
    """Return what is remembered of a finding; `target` is the name by which to find it again."""
    return Entry(
        rule=finding.rule,
        target=target,
        subject=subject.name if subject.name != subject.target else target,
        layer=finding.layer,
        status=finding.status,
        measured=finding.measured,
        limit=finding.limit,
    )


def matched(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[dict[int, Entry], list[Entry]]:
    """Return, by position in `new`, the entries of `old` that are about the same, and those left over.

    A rule may say several things of one layer. They are paired in the order of their distance from
    the limit, so that what is too much is the gravest.
    """
    waiting: dict[object, list[Entry]] = {}
    for entry in sorted(old, key=_distance, reverse=True):
        waiting.setdefault(entry.key, []).append(entry)
    pairs: dict[int, Entry] = {}
    for position in sorted(range(len(new)), key=lambda position: _distance(new[position])):
        if same := waiting.get(new[position].key):
            pairs[position] = same.pop()
    return pairs, [entry for left in waiting.values() for entry in left]


def _distance(entry: Entry) -> float:
    if entry.measured is None or entry.limit is None:
        return 0.0
    distance = abs(entry.measured - entry.limit)
    return math.inf if math.isnan(distance) else distance


def is_worse(before: Entry | Finding, after: Entry | Finding) -> bool:
    """Whether a finding became graver, or its value moved away from the limit by more than the tolerance."""
    statuses = (before.status, after.status)
    if all(status in _GRAVITY for status in statuses):
        old, new = map(_GRAVITY.index, statuses)
        if old != new:
            return new > old
    if before.measured is None or after.measured is None or not math.isfinite(before.measured):
        return False
    if not math.isfinite(after.measured):
        return True
    limit = after.limit if after.limit is not None else before.limit
    if limit is None or not math.isfinite(limit):
        return False
    way = math.copysign(1.0, (before.measured - limit) or (after.measured - limit))
    moved = (after.measured - before.measured) * way
    return not moved <= TOLERANCE * max(abs(before.measured), abs(limit))


def is_decided(subjects: Sequence[Subject], entry: Entry, named: Callable[[Subject], str]) -> bool:
    """Whether a run without an entry has looked for it; `named` gives the target of a subject."""
    of_target = [subject for subject in subjects if named(subject) == entry.target]
    same = [subject for subject in of_target if subject.name == entry.subject]
    if not same:
        return bool(of_target) and all(subject.verdict != "not_checked" for subject in of_target)
    statuses = [outcome.status for outcome in same[0].rules if outcome.rule == entry.rule]
    return same[0].verdict != "not_checked" and bool(statuses) and "inconclusive" not in statuses
