"""GitHub's Markdown with foreign text in it: names and messages of the checked program stay text."""

import re
from collections.abc import Iterable, Sequence

from healthcheck.render.phrasing import cleaned, shortened

MAX_TEXT = 500
"""Characters of one text; a longer one loses its middle."""

_SPECIAL = re.compile(r"([\\`*_\[\]~$#!])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_NOTHING = "&#8203;"
"""A space of no width: GitHub looks for mentions and issues after it has dropped the backslashes."""


def text(foreign: str) -> str:
    """Escape a text: no markup, HTML, link, mention, issue number or formula comes of it."""
    plain = shortened(foreign, MAX_TEXT)
    escaped = "".join(_ENTITIES.get(character, character) for character in _SPECIAL.sub(r"\\\1", plain))
    escaped = re.sub(r"(@|\\#)(?=\w)", rf"\1{_NOTHING}", escaped)
    escaped = re.sub(r"\b(GH)-(?=\d)", rf"\1{_NOTHING}-", escaped, flags=re.IGNORECASE)
    return re.sub(r"(www)\.", r"\1\\.", escaped, flags=re.IGNORECASE).replace("://", r"\://")


def code(foreign: str) -> str:
    """Write a text as code, in which nothing is markup, within a line or a table."""
    plain = shortened(foreign, MAX_TEXT)
    if not plain or "|" in plain:
        # A table is split at its bars before code is looked for, and code has no escape for them.
        return text(plain)
    fence = "`" * (_longest_run(plain) + 1)
    margin = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{margin}{plain}{margin}{fence}"


def block(foreign: str, language: str) -> str:
    """Write a text of several lines as a block of code."""
    plain = cleaned(foreign).strip("\n")[: 4 * MAX_TEXT]
    fence = "`" * max(3, _longest_run(plain) + 1)
    return f"{fence}{language}\n{plain}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; its cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _longest_run(plain: str) -> int:
    return max((len(run) for run in re.findall("`+", plain)), default=0)
