"""The baseline: what was found once and is put up with, so that only what is new or worse fails."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from healthcheck.documents import read_document
from healthcheck.matching import Entry, entry_of, is_decided, is_worse, matched
from healthcheck.report import Finding, RuleOutcome, Status, Subject
from healthcheck.supervisor import Outcome
from healthcheck.target import parsed
from healthcheck.verdict import verdict_of

SCHEMA_VERSION = "1.0"

_RECORDED: tuple[Status, ...] = ("fail", "warn")


class Recorded(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str = SCHEMA_VERSION
    tool: str = "healthcheck"
    entries: list[Entry] = []


@dataclass(frozen=True)
class Baseline:
    """Known findings; their targets are named from the folder of the file."""

    folder: Path
    entries: Sequence[Entry] = ()

    def judged(self, subjects: Sequence[Subject], fail_on: str) -> list[Subject]:
        """Return what one run says of a target, with what is known as information.

        Entries that were looked for and not found are a note of the last subject.
        """
        if not self.entries:
            return list(subjects)
        new = [
            _judged(subject, matched(self.entries, self._entries(subject))[0], fail_on)
            for subject in subjects
        ]
        if stale := self._unmatched(subjects, decided=True):
            *others, last = new
            new = [*others, last.model_copy(update={"notes": [*last.notes, _stale_note(stale)]})]
        return new

    def applied(self, outcome: Outcome, fail_on: str) -> Outcome:
        """Return what came of one target, judged."""
        return outcome.model_copy(update={"subjects": self.judged(outcome.subjects, fail_on)})

    def written(self, outcomes: Sequence[Outcome], folder: Path) -> str:
        """Write the content of a new file in `folder`, from a run that nothing was known of."""
        subjects = [subject for outcome in outcomes for subject in outcome.subjects]
        return self.moved(folder).renewed(subjects).model_dump_json(indent=1) + "\n"

    def renewed(self, subjects: Sequence[Subject]) -> Recorded:
        """Return the file for a run as it was before this baseline judged it.

        Of the entries in force those remain that the run could not look for.
        """
        found = [
            entry for subject in subjects for entry in self._entries(subject) if entry.status in _RECORDED
        ]
        entries = [*found, *self._unmatched(subjects, decided=False)]
        return Recorded(entries=sorted(entries, key=lambda entry: (*entry.key[:3], entry.layer or "")))

    def moved(self, folder: Path) -> "Baseline":
        """Return the same for a file in another folder."""
        entries = [
            entry.model_copy(update={"target": name_from(_from(self.folder, entry.target), folder)})
            for entry in self.entries
        ]
        return Baseline(folder, entries)

    def _entries(self, subject: Subject) -> list[Entry]:
        return [entry_of(finding, subject, self._named(subject)) for finding in subject.findings]

    def _unmatched(self, subjects: Sequence[Subject], *, decided: bool) -> list[Entry]:
        """Return the entries without a finding that the run looked for, or else could not look for."""
        left = list(self.entries)
        for subject in subjects:
            _, left = matched(left, self._entries(subject))
        return [entry for entry in left if is_decided(subjects, entry, self._named) == decided]

    def _named(self, subject: Subject) -> str:
        return name_from(subject.target, self.folder)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; raises `HealthcheckError` when there is none."""
    return Baseline(path.parent, read_document(path, "baseline", Recorded, SCHEMA_VERSION).entries)


def baseline_in_force(setting: str, written: Path | None) -> Baseline:
    """Read the baseline of the settings; one that is about to be written may be missing."""
    if not setting or (written and not Path(setting).exists()):
        return Baseline(Path())
    return read_baseline(Path(setting))


def _from(folder: Path, name: str) -> str:
    return name if parsed(name).file is None else str(folder / name)


def name_from(target: str, folder: Path) -> str:
    """Name a target as from `folder`, however it was spelled on the command line."""
    file, _, attribute = parsed(target)
    if file is None:
        return target
    path = Path(os.path.relpath(file, folder)).as_posix()
    return f"{path}::{attribute}" if attribute else path


def _judged(subject: Subject, known: dict[int, Entry], fail_on: str) -> Subject:
    if not known:
        return subject
    findings = [
        _compared(finding, known[position]) if position in known else finding
        for position, finding in enumerate(subject.findings)
    ]
    findings = _with_cause(sorted(findings, key=lambda finding: finding.known))
    rules = [_outcome(outcome, findings) for outcome in subject.rules]
    judged = subject.model_copy(update={"findings": findings, "rules": rules})
    if subject.verdict == "not_checked":
        return judged
    verdict = verdict_of([outcome.status for outcome in rules], fail_on)
    return judged.model_copy(update={"verdict": verdict, "summary": _summary(subject, findings)})


def _compared(finding: Finding, before: Entry) -> Finding:
    """Return a finding that the baseline has: information, unless it is worse."""
    if finding.status not in _RECORDED:
        return finding
    if is_worse(before, finding):
        was = f"{before.measured:.3g}" if before.measured is not None else before.status
        return finding.model_copy(update={"message": f"{finding.message} (worse than the baseline's {was})"})
    message = f"{finding.message} (known: in the baseline)"
    return finding.model_copy(update={"status": "info", "known": True, "cause": False, "message": message})


def _with_cause(findings: list[Finding]) -> list[Finding]:
    """Name the gravest of what is left as the cause, when the cause itself was known."""
    grave = [finding for finding in findings if finding.status in _RECORDED]
    if not grave or any(finding.cause for finding in findings):
        return findings
    worst = min(grave, key=lambda finding: _RECORDED.index(finding.status))
    same = (worst.rule, worst.status, worst.remedy)
    return [
        one.model_copy(update={"cause": True}) if (one.rule, one.status, one.remedy) == same else one
        for one in findings
    ]


def _outcome(outcome: RuleOutcome, findings: list[Finding]) -> RuleOutcome:
    own = [finding for finding in findings if finding.rule == outcome.rule]
    if not any(finding.known for finding in own):
        return outcome
    status = next(status for status in (*_RECORDED, "info") if any(one.status == status for one in own))
    return outcome.model_copy(update={"status": status, "reason": own[0].message})


def _summary(subject: Subject, findings: list[Finding]) -> str:
    causes = [finding for finding in findings if finding.cause]
    if not causes:
        known = sum(finding.known for finding in findings)
        return f"nothing new: {known} {'finding is' if known == 1 else 'findings are'} in the baseline"
    if any(finding.cause and finding.message == causes[0].message for finding in subject.findings):
        return subject.summary
    return f"{causes[0].rule.replace('-', ' ')}: {causes[0].message}"


def _stale_note(stale: Sequence[Entry]) -> str:
    names = [f"{entry.rule} at {entry.layer!r}" if entry.layer else entry.rule for entry in stale[:3]]
    more = f" and {len(stale) - 3} more" if len(stale) > 3 else ""
    return f"the baseline has what is no longer found: {', '.join(names)}{more}; write it anew"
