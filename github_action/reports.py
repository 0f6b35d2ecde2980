"""The JSON report, as far as the action reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

SHOWN = {"error": "error", "fail": "error", "warn": "warning"}
"""Statuses that are shown on a line, with GitHub's word for their weight."""


def read_report(path: Path) -> dict[str, Any] | None:
    """Read a report; None when there is none, because the command could not even begin."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return cast("dict[str, Any]", report) if isinstance(report, dict) and "subjects" in report else None


def is_report(path: Path) -> bool:
    """Tell a report from a baseline, which only the command can read."""
    return read_report(path) is not None


def count(report: dict[str, Any], status: str) -> int:
    """Count the rules that ended with a status, over all subjects."""
    return sum(rule["status"] == status for subject in report["subjects"] for rule in subject["rules"])


def findings(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the findings that are shown on a line; the cause of a subject's trouble comes first."""
    for subject in report["subjects"]:
        shown = [finding for finding in subject["findings"] if finding["status"] in SHOWN]
        for finding in sorted(shown, key=lambda finding: not finding["cause"]):
            yield {**finding, "source": finding["source"] or subject["source"]}
