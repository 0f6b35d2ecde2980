"""Findings in the order of a letter: the cause first, one block for one rule."""

from dataclasses import dataclass

from healthcheck.render.phrasing import STATUS_WORDS, VERDICT_WORDS
from healthcheck.report import Experiment, Finding, Remedy, Source, Status, Subject


@dataclass(frozen=True)
class Statement:
    """One thing said, and the layers it is said of unless it names them itself."""

    message: str
    measured: float | None
    limit: float | None
    layers: list[str]


@dataclass(frozen=True)
class Place:
    """A line of the user's file and everything one rule says about it."""

    source: Source | None
    findings: list[Finding]

    @property
    def statements(self) -> list[Statement]:
        """What is said, each different thing once."""
        said: dict[str, Statement] = {}
        for finding in self.findings:
            key = repr((finding.message, finding.measured, finding.limit))
            new = Statement(finding.message, finding.measured, finding.limit, [])
            if finding.layer and finding.layer not in finding.message:
                said.setdefault(key, new).layers.append(finding.layer)
            else:
                said.setdefault(key, new)
        return list(said.values())


@dataclass(frozen=True)
class Treatment:
    """What to do, and what came of trying it."""

    remedy: Remedy | None
    experiment: Experiment | None


@dataclass(frozen=True)
class Block:
    """All findings of one rule that have one status."""

    rule: str
    status: Status
    cause: bool
    findings: list[Finding]

    @property
    def explained_by(self) -> str | None:
        """The rule whose finding explains all of these, if one does."""
        rules = {finding.consequence_of for finding in self.findings}
        return rules.pop() if len(rules) == 1 else None

    @property
    def places(self) -> list[Place]:
        """The findings by the line they point to, in their order."""
        places: list[Place] = []
        for finding in self.findings:
            known = [place for place in places if place.source == finding.source]
            if known:
                known[0].findings.append(finding)
            else:
                places.append(Place(finding.source, [finding]))
        return places

    @property
    def treatments(self) -> list[Treatment]:
        """The remedies with their experiments, each different one once."""
        treatments: list[Treatment] = []
        for finding in self.findings:
            treatment = Treatment(finding.remedy, finding.experiment)
            if (finding.remedy or finding.experiment) and treatment not in treatments:
                treatments.append(treatment)
        return treatments


def finding_blocks(findings: list[Finding]) -> list[Block]:
    """Group findings by rule and status: the cause, the graver ones, what is explained, information."""
    groups: dict[tuple[str, Status], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.status), []).append(finding)
    blocks = [
        Block(rule, status, any(finding.cause for finding in group), group)
        for (rule, status), group in groups.items()
    ]
    gravity = list(STATUS_WORDS)
    return sorted(
        blocks,
        key=lambda block: (
            not block.cause,
            block.status == "info",
            block.explained_by is not None,
            gravity.index(block.status),
        ),
    )


def gravest_first(subjects: list[Subject]) -> list[Subject]:
    """Order subjects by verdict; those of one verdict stay as they were checked."""
    return sorted(subjects, key=lambda subject: list(VERDICT_WORDS).index(subject.verdict))
