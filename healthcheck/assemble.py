"""Put the outcomes of all targets together as one report."""

import platform
from collections.abc import Sequence

from healthcheck import __version__
from healthcheck.config import Settings
from healthcheck.report import Report, overall
from healthcheck.supervisor import Outcome


def assembled(outcomes: Sequence[Outcome], settings: Settings, command: str, seconds: float) -> Report:
    """Return the report on a whole run; `command` says how to repeat it."""
    subjects = [subject for outcome in outcomes for subject in outcome.subjects]
    versions = {"healthcheck": __version__, "python": platform.python_version()}
    for outcome in outcomes:
        versions |= outcome.versions
    return Report(
        versions=dict(sorted(versions.items())),
        device=next((outcome.device for outcome in outcomes if outcome.device), settings.device),
        command=command,
        settings=settings.model_dump(mode="json"),
        verdict=overall([subject.verdict for subject in subjects]),
        subjects=subjects,
        seconds=seconds,
    )


def merged(reports: Sequence[Report], command: str) -> Report:
    """Return several reports as one, in their order; a target of two of them is there twice.

    Seconds are those of the longest, as shards run side by side. Of settings and versions that differ, the
    last report's are kept, and a note on the first subject says so.
    """
    *others, last = reports
    subjects = [subject for report in reports for subject in report.subjects]
    differing = [
        name
        for name in ("settings", "versions", "device")
        if any(getattr(other, name) != getattr(last, name) for other in others)
    ]
    if differing and subjects:
        note = f"the merged reports differ in their {' and '.join(differing)}; the last one's are shown"
        subjects[0] = subjects[0].model_copy(update={"notes": [*subjects[0].notes, note]})
    return last.model_copy(
        update={
            "command": command,
            "verdict": overall([subject.verdict for subject in subjects]),
            "subjects": subjects,
            "seconds": max(report.seconds for report in reports),
        }
    )
