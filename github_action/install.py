"""Install healthcheck, of the same version as the action, with TensorFlow for the machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from github_action.plan import read_plan


def main(environment: Mapping[str, str]) -> int:
    """Let the user's own pip do it; `-P` keeps the files of the checkout from standing in for modules."""
    wanted = f"{environment['GITHUB_ACTION_PATH']}[{read_plan(environment).install}]"
    asked = [sys.executable, "-P", "-m", "pip", "install", "--disable-pip-version-check", wanted]
    return subprocess.run(asked, check=False).returncode  # noqa: S603
