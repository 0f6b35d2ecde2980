"""Probe each target once, whatever the number of pytest processes."""

import fcntl
import hashlib
import os
import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from healthcheck.baseline import Baseline
from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.report import not_checked
from healthcheck.supervisor import Outcome, supervise


class Probed(BaseModel):
    """What came of a target."""

    target: str
    outcome: Outcome
    seconds: float
    """Of wall time, the target's own code included."""


class Probes:
    """The targets probed so far, in a folder that the processes of one test run share.

    Whoever needs a target first locks it and probes; the others wait and read. The lock of a process
    that dies is free again.
    """

    def __init__(self, folder: Path, settings: Settings, import_path: list[str], baseline: Baseline) -> None:
        self._folder, self._settings, self._import_path = folder, settings, import_path
        self._baseline = baseline
        self._known: dict[str, Probed] = {}

    def of(self, target: str) -> Probed:
        """Return what came of a target; it is probed when no process has done so yet."""
        if target not in self._known:
            file = self._folder / f"{hashlib.sha256(os.fsencode(target)).hexdigest()}.json"
            with file.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not file.exists():
                    self._write(file, self._probed(target))
            self._known[target] = Probed.model_validate_json(file.read_bytes())
        return self._known[target]

    def finished(self) -> list[Probed]:
        """Return what came of every target that some process has probed."""
        files = self._folder.glob("*.json")
        found = [Probed.model_validate_json(file.read_bytes()) for file in files]
        return sorted(found, key=lambda probed: probed.target)

    def _probed(self, target: str) -> Probed:
        started = time.monotonic()
        with pytest.MonkeyPatch.context() as patch:
            for place in reversed(self._import_path):
                # So that the target finds what the tests find.
                patch.setenv("PYTHONPATH", place, prepend=os.pathsep)
            try:
                outcome = supervise(target, [], self._settings, lambda _: None)
            except HealthcheckError as error:
                outcome = Outcome(subjects=[not_checked(target, str(error))])
        outcome = self._baseline.applied(outcome, self._settings.fail_on)
        return Probed(target=target, outcome=outcome, seconds=round(time.monotonic() - started, 3))

    @staticmethod
    def _write(file: Path, probed: Probed) -> None:
        draft = file.with_suffix(".new")
        draft.write_text(probed.model_dump_json(), encoding="utf-8")
        draft.replace(file)
