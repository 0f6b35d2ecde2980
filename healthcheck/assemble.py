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
