"""The one comment on a pull request that is ours: found by a hidden marker, and kept up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Callable

from github_action.rest import Rest, RestError
from github_action.text import characters_of, fitted

MAX_CHARACTERS = 65_536
_ATTEMPTS = 3
_MARKER = re.compile(r"<!-- healthcheck ([0-9a-f]{16}) (\w+) -->")


def marked(text: str, marker: str, verdict: str) -> str:
    """Put the marker on top, where it is not seen, and cut what is too long for a comment."""
    head = f"<!-- healthcheck {marker} {verdict} -->\n"
    return head + fitted(text, MAX_CHARACTERS - len(head), characters_of)


def marker_of(text: str) -> tuple[str, str] | None:
    """Return marker and verdict of a comment that has them on top."""
    match = _MARKER.match(text)
    return (match[1], match[2]) if match else None


def stick(rest: Rest, number: int, marker: str, body: Callable[[str | None], str | None]) -> None:
    """Create or update the comment; `body` makes it of the verdict that it had, or None if there is none.

    A body of None changes nothing. What cannot be written raises `RestError`.
    """
    for attempt in range(_ATTEMPTS):
        own = list(_own(rest, number, marker))
        text = body(own[0][1] if own else None)
        if text is None:
            return
        try:
            if own:
                rest.ask("PATCH", f"issues/comments/{own[0][0]}", {"body": text})
            else:
                rest.ask("POST", f"issues/{number}/comments", {"body": text})
        except RestError as error:
            # A comment may be gone by now, or may have been made in spite of a fault: look again.
            may_differ = error.status == 404 if own else error.status not in range(400, 500)
            if not may_differ or attempt + 1 == _ATTEMPTS:
                raise
            continue
        for double, _ in own[1:]:
            rest.ask("DELETE", f"issues/comments/{double}")
        return


def _own(rest: Rest, number: int, marker: str) -> Iterator[tuple[int, str]]:
    """Yield number and verdict of our comments, oldest first; anyone may quote a marker."""
    for comment in rest.pages(f"issues/{number}/comments"):
        found = marker_of(str(comment.get("body") or ""))
        if found and found[0] == marker and _is_ours(rest, comment.get("user") or {}):
            yield int(comment["id"]), found[1]


def _is_ours(rest: Rest, author: dict[str, Any]) -> bool:
    """Whether an author is a bot, as a workflow's own token is, or the user whose token we were given."""
    if author.get("type") == "Bot":
        return True
    try:
        return author.get("login") == rest.user()
    except RestError:
        return False
