"""The pull request that the workflow runs for, from the event that started it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from github_action.errors import ActionError


@dataclass(frozen=True)
class PullRequest:
    """What later steps need to know of it."""

    number: int
    base: str
    """The branch it is to be merged into."""
    commit: str
    """Its newest commit; the checked-out one is a merge that nobody has seen."""


def read_event(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read the event; empty when the runner has none."""
    try:
        event = json.loads(Path(environment.get("GITHUB_EVENT_PATH", "")).read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", event) if isinstance(event, dict) else {}


def pull_request(environment: Mapping[str, str]) -> PullRequest | None:
    """Return the pull request, or None when something else started the workflow."""
    if environment.get("GITHUB_EVENT_NAME") == "pull_request_target":
        raise ActionError(
            "the workflow runs on `pull_request_target`, which would give code of strangers your secrets: "
            "use `pull_request`, as the README shows"
        )
    found: dict[str, Any] | None = read_event(environment).get("pull_request")
    if found is None:
        return None
    return PullRequest(int(found["number"]), str(found["base"]["ref"]), str(found["head"]["sha"]))
