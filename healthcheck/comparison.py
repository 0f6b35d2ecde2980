"""What changed between two reports: found anew, gone, worse, better."""

from collections.abc import Iterator
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict

from healthcheck.matching import Entry, entry_of, is_decided, is_worse, matched
from healthcheck.report import Finding, Number, Report, Source, Status, Subject, Verdict

SCHEMA_VERSION = "1.0"

_COMPARED: tuple[Status, ...] = ("error", "fail", "warn")
_FAILING: tuple[Status, ...] = ("error", "fail")


class Change(BaseModel):
    """A finding that one report has or that both have; what is missing on a side is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    target: str
    subject: str
    layer: str | None = None
    message: str = ""
    source: Source | None = None
    status_before: Status | None = None
    status_after: Status | None = None
    before: Number | None = None
    after: Number | None = None
    limit: Number | None = None


class Comparison(BaseModel):
    """The findings of two reports, each on one side or paired with its like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str = SCHEMA_VERSION
    tool: str = "healthcheck"
    verdict_before: Verdict
    verdict_after: Verdict
    new: list[Change] = []
    worse: list[Change] = []
    better: list[Change] = []
    fixed: list[Change] = []
    unknown: list[Change] = []
    """Found before; the later report did not look, or could not decide."""
    unchanged: int = 0

    @property
    def is_worse(self) -> bool:
        """Whether something that fails, or could not be checked, is new or became worse."""
        return any(change.status_after in _FAILING for change in (*self.new, *self.worse))


def compared(old: Report, new: Report) -> Comparison:
    """Compare two reports, finding by finding."""
    before = [side[0] for side in _sides(old)]
    after = list(_sides(new))
    pairs, left = matched(before, [entry for entry, _ in after])
    groups: dict[str, list[Change]] = {"new": [], "worse": [], "better": [], "fixed": [], "unknown": []}
    unchanged = 0
    for position, (entry, change) in enumerate(after):
        known = pairs.get(position)
        if known is None:
            groups["new"].append(change)
        elif kind := _kind(known, entry):
            groups[kind].append(_with_before(change, known))
        else:
            unchanged += 1
    for entry in left:
        kind = "fixed" if is_decided(new.subjects, entry, _named) else "unknown"
        groups[kind].append(_removed(entry))
    verdicts = {"verdict_before": old.verdict, "verdict_after": new.verdict}
    return Comparison.model_validate({**verdicts, **groups, "unchanged": unchanged})


def _kind(before: Entry, after: Entry) -> str | None:
    if is_worse(before, after):
        return "worse"
    return "better" if is_worse(after, before) else None


def _sides(report: Report) -> Iterator[tuple[Entry, Change]]:
    """Go through what counts in a report; what its baseline knows is compared as well."""
    for subject in report.subjects:
        for finding in subject.findings:
            if finding.status in _COMPARED or finding.known:
                entry = entry_of(finding, subject, _named(subject))
                yield entry, _added(entry, finding)


def _added(entry: Entry, finding: Finding) -> Change:
    return Change(
        rule=entry.rule,
        target=entry.target,
        subject=entry.subject,
        layer=entry.layer,
        message=finding.message,
        source=finding.source,
        status_after=entry.status,
        after=entry.measured,
        limit=entry.limit,
    )


def _removed(entry: Entry) -> Change:
    return Change(
        rule=entry.rule,
        target=entry.target,
        subject=entry.subject,
        layer=entry.layer,
        status_before=entry.status,
        before=entry.measured,
        limit=entry.limit,
    )


def _with_before(change: Change, known: Entry) -> Change:
    return change.model_copy(update={"status_before": known.status, "before": known.measured})


def _named(subject: Subject) -> str:
    """Name a target without the spellings that mean the same: `./train.py` is `train.py`."""
    return PurePath(subject.target).as_posix()
