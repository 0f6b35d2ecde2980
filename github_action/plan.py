"""What the first step found out, kept in a file for the steps after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from github_action.event import PullRequest

_NAME = "plan.json"


@dataclass(frozen=True)
class Plan:
    """All that later steps do follows from this."""

    folder: str
    """Where the reports of this run are written."""
    command: list[str]
    """Arguments of the command, without its outputs and targets."""
    targets: list[str]
    script_arguments: list[str]
    sarif: bool
    install: str
    fail_on_new: bool
    """Whether only what is worse than in `base` fails."""
    base: str
    """The report to compare with; empty when there is none."""
    comment: str
    summary: bool
    artifact: str
    marker: str
    """By it the comment of this job is told from others."""
    pull: PullRequest | None
    changed: dict[str, list[int] | None] | None
    """Lines that the diff shows, by file below the root of the repository; None for every line."""

    def save(self) -> None:
        """Write the plan into its folder."""
        Path(self.folder, _NAME).write_text(json.dumps(asdict(self)), encoding="utf-8")

    def outputs(self) -> list[str]:
        """Return the options of the command that say where its reports go."""
        formats = {"markdown": "report.md", **({"sarif": "report.sarif"} if self.sarif else {})}
        written = [f"--format={name}={self.path(file)}" for name, file in formats.items()]
        return ["--format=text", f"--output={self.folder}", *written]

    def path(self, name: str) -> Path:
        """Return the place of a file of this run."""
        return Path(self.folder, name)


def read_plan(environment: Mapping[str, str]) -> Plan:
    """Read the plan of the first step."""
    content = json.loads(Path(environment["FOLDER"], _NAME).read_text(encoding="utf-8"))
    pull = content.pop("pull")
    return Plan(pull=PullRequest(**pull) if pull else None, **content)
