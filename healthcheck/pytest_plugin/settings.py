"""The settings of a test run: `[tool.healthcheck]`, then the options, then a test's marker."""

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from healthcheck.config import Settings

_OPTIONS = ("select", "ignore", "budget", "time_limit", "seeds", "fail_on", "baseline")
_LISTS = ("select", "ignore")


def require_engine() -> None:
    """Refuse a package `healthcheck` that is not ours; the repository under test may have one."""
    found = list(importlib.import_module("healthcheck").__path__)
    try:
        ours = importlib.import_module("healthcheck.supervisor").__file__
    except ImportError:
        ours = None
    if ours is None or str(Path(ours).parent) not in found:
        raise pytest.UsageError(
            f"`import healthcheck` finds {found[0]!r} instead of model-healthcheck: "
            "call `pytest`, not `python -m pytest`, or use --import-mode=importlib"
        )


def settings_of(config: pytest.Config, overriding: Mapping[str, object] | None = None) -> "Settings":
    """Return the settings in force; what is wrong with them is a usage error."""
    require_engine()
    from healthcheck.config import read_settings  # noqa: PLC0415
    from healthcheck.errors import HealthcheckError  # noqa: PLC0415

    options = {name: config.getoption(f"healthcheck_{name}") for name in _OPTIONS}
    given = {name: value for name, value in options.items() if value is not None}
    for name in _LISTS:
        if name in given:
            given[name] = [part.strip() for text in given[name] for part in text.split(",")]
    baseline: str = config.getini("healthcheck_baseline")
    if baseline:
        given.setdefault("baseline", os.path.relpath(config.rootpath / baseline))
    prefix = "--healthcheck-" if overriding is None else "pytest.mark.healthcheck: "
    try:
        return read_settings(config.rootpath, given | dict(overriding or {}))
    except HealthcheckError as error:
        raise pytest.UsageError(str(error).replace("--", prefix, 1)) from error
