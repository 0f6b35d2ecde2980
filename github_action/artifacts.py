"""Reports that earlier runs kept as artifacts."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import quote

from github_action.rest import Rest, RestError

MAX_BYTES = 64 * 1024 * 1024
"""Unpacked; what claims to be larger is left alone."""


def report_of_branch(rest: Rest, branch: str, name: str) -> bytes | None:
    """Return the newest report that a run of the repository's own branch kept, if there is one."""
    found = [
        artifact
        for artifact in rest.pages(f"actions/artifacts?name={quote(name, safe='')}", "artifacts")
        if not artifact["expired"] and _is_of(artifact.get("workflow_run") or {}, branch)
    ]
    if not found:
        return None
    newest = max(found, key=lambda artifact: str(artifact["created_at"]))
    return member(rest.download(f"actions/artifacts/{newest['id']}/zip"), "report.json")


def _is_of(run: dict[str, Any], branch: str) -> bool:
    """Whether a run is of the branch: a fork can give its own branch the same name."""
    own = run.get("repository_id")
    return own is not None and run.get("head_repository_id") == own and run.get("head_branch") == branch


def member(archive: bytes, name: str) -> bytes | None:
    """Read one file of an archive into memory; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as content:
            info = next((one for one in content.infolist() if one.filename == name), None)
            return content.read(info) if info and info.file_size <= MAX_BYTES else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise RestError(0, f"the artifact cannot be unpacked: {error}") from error
