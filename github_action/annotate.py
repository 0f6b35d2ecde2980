"""Show the findings on their lines; first on those that the pull request changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from github_action.plan import read_plan
from github_action.reports import SHOWN, findings, read_report
from github_action.runner import remark

MAX_PER_LEVEL = 10
"""GitHub shows no more of one level for one step."""


def main(environment: Mapping[str, str]) -> int:
    """Make the annotations, and count those for which there is no room."""
    plan = read_plan(environment)
    report = read_report(plan.path("report.json"))
    if report is None:
        return 0
    root = Path(environment.get("GITHUB_WORKSPACE") or ".").resolve()
    placed = [(finding, _place(finding["source"], root)) for finding in findings(report)]
    placed.sort(key=lambda pair: _distance(pair[0], pair[1], plan.changed or {}))
    left = 0
    for level in dict.fromkeys(SHOWN.values()):
        own = [pair for pair in placed if SHOWN[pair[0]["status"]] == level]
        for finding, file in own[:MAX_PER_LEVEL]:
            line = str(finding["source"]["line"]) if file else ""
            remark(level, _message(finding), file=file, line=line, title=_title(finding))
        left += len(own[MAX_PER_LEVEL:])
    if left:
        remark("notice", f"{left:,} more findings are in the report", title="healthcheck")
    return 0


def _place(source: dict[str, Any] | None, root: Path) -> str:
    """Name the file from the root of the repository; one outside it has no line to be shown on."""
    if source is None:
        return ""
    file = os.path.relpath(Path(source["file"]).resolve(), root)
    return "" if file.startswith(os.pardir) else Path(file).as_posix()


def _distance(finding: dict[str, Any], file: str, changed: Mapping[str, list[int] | None]) -> int:
    """Return 0 for a line of the diff, 1 for a file of it, 2 for the rest."""
    if not file or file not in changed:
        return 2
    lines = changed[file]
    return 0 if lines is None or finding["source"]["line"] in lines else 1


def _title(finding: dict[str, Any]) -> str:
    return f"{finding['rule']} (cause)" if finding["cause"] else str(finding["rule"])


def _message(finding: dict[str, Any]) -> str:
    remedy = finding["remedy"]
    return f"{finding['message']}\n{remedy['name']}: {remedy['code']}" if remedy else str(finding["message"])
