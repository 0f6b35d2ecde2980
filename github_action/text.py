"""The text of the summary and of the comment: the command's Markdown, what changed, and where it is from."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Callable

from github_action.plan import Plan

CUT = "\n\n*Cut here to keep within GitHub's limit; the report has the rest.*\n"


def letter(plan: Plan, environment: Mapping[str, str]) -> str:
    """Write what the command says, with the comparison behind its first section."""
    head, rest = _divided(_said(plan))
    return "\n\n".join(
        part.strip() for part in (head, _comparison(plan), rest, _origin(plan, environment)) if part
    )


def _said(plan: Plan) -> str:
    if not plan.targets:
        return "## Skipped: the pull request touches no target\n\nNothing was checked."
    try:
        text = plan.path("report.md").read_text(encoding="utf-8")
    except OSError:
        return f"## Not checked: the command did not come to its end\n\n{_block(_failure(plan))}"
    # Who repeats the command has no use for the folder of this run.
    return text.replace(f"{shlex.join(plan.outputs())} ", "")


def _failure(plan: Plan) -> str:
    try:
        return plan.path("failure.txt").read_text(encoding="utf-8").strip() or "It said nothing."
    except OSError:
        return "It was not run."


def _block(foreign: str) -> str:
    """Show a foreign text as a block of code, which nothing in the text can end."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", foreign)), default=0))
    return f"{fence}text\n{foreign}\n{fence}"


def _divided(markdown: str) -> tuple[str, str]:
    """Divide before the second heading."""
    starts = [start for start, is_heading in _gaps(markdown) if is_heading and start]
    return (markdown[: starts[0]], markdown[starts[0] :]) if starts else (markdown, "")


def _comparison(plan: Plan) -> str:
    """Put the comparison one level below the letter's own heading."""
    try:
        text = plan.path("comparison.md").read_text(encoding="utf-8")
    except OSError:
        return ""
    return re.sub(
        r"\A##+ ", "### Compared with the base: ", re.sub(r"^(#+ )", r"#\1", text, flags=re.MULTILINE)
    )


def _origin(plan: Plan, environment: Mapping[str, str]) -> str:
    server, repository, run = (
        environment.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    commit = plan.pull.commit if plan.pull else environment.get("GITHUB_SHA", "")
    parts = [f"commit {commit[:12]}"] if commit else []
    if run:
        kept = (
            f", whose artifact `{plan.artifact}` holds the HTML and the JSON report" if plan.artifact else ""
        )
        parts.append(f"[this run]({server}/{repository}/actions/runs/{run}){kept}")
    return f"<sub>healthcheck: {'; '.join(parts)}</sub>" if parts else ""


def fitted(markdown: str, limit: int, size: Callable[[str], int]) -> str:
    """Cut a text that is too long before a heading, or else between two blocks, or else anywhere."""
    if size(markdown) <= limit:
        return markdown
    gaps = list(_gaps(markdown))
    places = [start for start, is_heading in reversed(gaps) if is_heading and start]
    places += [start for start, _ in reversed(gaps) if start]
    for place in places:
        short = markdown[:place].rstrip() + CUT
        if size(short) <= limit:
            return short
    return _clipped(markdown, limit - size(CUT), size) + CUT


def _clipped(text: str, limit: int, size: Callable[[str], int]) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    return text[:low]


def _gaps(markdown: str) -> Iterator[tuple[int, bool]]:
    """Yield where a block begins that stands on its own, and whether it is a heading."""
    position, fence, empty, depth = 0, "", True, 0
    for line in markdown.splitlines(keepends=True):
        text = line.strip()
        opening = re.match(r"`{3,}|~{3,}", text)
        if not fence and depth == 0 and text and empty:
            yield position, bool(re.match(r"#{1,6} ", text))
        if fence:
            fence = "" if text.startswith(fence) and not text.strip(fence[0]) else fence
        elif opening:
            fence = opening[0]
        else:
            depth += text.count("<details") - text.count("</details>")
        empty = not text
        position += len(line)


def bytes_of(text: str) -> int:
    """Count as the runner does for a summary."""
    return len(text.encode("utf-8", "replace"))


def characters_of(text: str) -> int:
    """Count as JavaScript does, which is never less than what GitHub counts for a comment."""
    return len(text.encode("utf-16-le", "replace")) // 2
