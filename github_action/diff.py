"""Which lines of which files a pull request shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from github_action.rest import Rest

MAX_FILES = 3000
"""Of more files GitHub names no more."""


def changed_lines(rest: Rest, number: int) -> dict[str, list[int] | None]:
    """Return the lines of the diff by file; None stands for all, where GitHub keeps the diff to itself.

    That is so for large files. Of a renamed file, both names are there.
    """
    files: dict[str, list[int] | None] = {}
    for file in rest.pages(f"pulls/{number}/files"):
        patch = file.get("patch")
        files[str(file["filename"])] = None if patch is None else list(shown_lines(str(patch)))
        if "previous_filename" in file:
            files.setdefault(str(file["previous_filename"]), [])
    return files


def shown_lines(patch: str) -> Iterator[int]:
    """Yield the numbers, in the new file, of the lines that a patch shows."""
    line = 0
    for text in patch.splitlines():
        hunk = re.match(r"@@ -\S+ \+(\d+)", text)
        if hunk:
            line = int(hunk[1])
        elif not text.startswith(("-", "\\")):
            yield line
            line += 1
