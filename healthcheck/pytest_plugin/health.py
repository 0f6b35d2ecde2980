"""What the targets of one test run have in common."""

from dataclasses import dataclass

import pytest

from healthcheck.config import Settings

from .probing import Probes
from .targets import Targets


@dataclass(frozen=True)
class Health:
    """Targets, rules by id with their family, settings, and what was probed so far."""

    targets: Targets
    rules: dict[str, str]
    settings: Settings
    strict: bool
    probes: Probes


health_key = pytest.StashKey[Health]()
