"""Read what the tool has stored as JSON, of this version of its schema or of an older one."""

import re
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from healthcheck.errors import HealthcheckError

Stored = TypeVar("Stored", bound=BaseModel)


class _Header(BaseModel):
    model_config = ConfigDict(extra="ignore")

    schema_version: str


def read_document(path: Path, what: str, model: type[Stored], version: str) -> Stored:
    """Read a file as `model`, whose schema has the version `version`.

    Fields that an older minor version lacks have defaults. Raises `HealthcheckError` when the file
    cannot be read, is something else, or was written by a newer version.
    """
    shown = f"the {what} {str(path)!r}"
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise HealthcheckError(f"{shown} cannot be read: {reason}") from error
    try:
        _require_readable(_Header.model_validate_json(content).schema_version, version, shown)
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        raise HealthcheckError(f"{shown} is not a {what} of healthcheck: {reason}") from error


def _require_readable(found: str, ours: str, shown: str) -> None:
    """Refuse a version of the schema that we cannot know."""
    major, minor = map(int, ours.split("."))
    numbers = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", found, re.ASCII)
    if numbers is None or int(numbers[1]) != major or int(numbers[2]) > minor:
        raise HealthcheckError(
            f"{shown} has schema version {found[:40]!r}, but this healthcheck reads {major}.0 to {ours}"
        )
