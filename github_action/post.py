"""Write the comment that the run of a fork could not write, from a workflow that runs none of its code.

The text comes out of that run's artifact, so it is the fork's: it cannot choose where it goes, it
mentions nobody, and it is said to be unverified. The pull request is found from the event alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from github_action.artifacts import member
from github_action.errors import ActionError
from github_action.event import read_event
from github_action.rest import Rest, RestError
from github_action.runner import remark
from github_action.sticky import marked, marker_of, stick

_ORIGIN = "\n\n<sub>Written by the run of a fork; nobody has verified it.</sub>"


def main(environment: Mapping[str, str]) -> int:
    """Comment on the open pull request of which the finished run is."""
    run: dict[str, Any] | None = read_event(environment).get("workflow_run")
    if run is None:
        raise ActionError("this runs on `workflow_run` alone, as the README shows")
    rest = Rest.of(environment)
    try:
        number = _pull_request(rest, run)
        text = _comment(rest, run, environment.get("INPUT_ARTIFACT", ""))
        found = marker_of(text)
        if number is None or found is None:
            remark("notice", "the run is of no open pull request, or left no comment to write")
            return 0
        body = marked(_harmless(text) + _ORIGIN, *found)
        stick(rest, number, found[0], lambda before: body)
    except RestError as error:
        raise ActionError(f"the comment was not written: {error}") from error
    return 0


def _pull_request(rest: Rest, run: Mapping[str, Any]) -> int | None:
    head = f"{run['head_repository']['owner']['login']}:{run['head_branch']}"
    open_ones = rest.pages(f"pulls?state=open&head={quote(head, safe=':')}")
    return next((int(one["number"]) for one in open_ones if one["head"]["sha"] == run["head_sha"]), None)


def _comment(rest: Rest, run: Mapping[str, Any], name: str) -> str:
    kept = rest.pages(f"actions/runs/{int(run['id'])}/artifacts?name={quote(name, safe='')}", "artifacts")
    artifact = next((one for one in kept if not one["expired"]), None)
    content = (
        member(rest.download(f"actions/artifacts/{artifact['id']}/zip"), "comment.md") if artifact else None
    )
    return (content or b"").decode("utf-8", "replace")


def _harmless(text: str) -> str:
    """Take out the marker, other hidden text, and whatever would call somebody."""
    visible = re.sub(r"<!--.*?(-->|\Z)", "", text, flags=re.DOTALL)
    return re.sub(r"@(?=\w)", "@\u200b", visible).strip()
