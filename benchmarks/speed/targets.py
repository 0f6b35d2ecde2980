"""Many small scripts for the command to check."""

import sys
from collections.abc import Sequence
from pathlib import Path

from speed.timed import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "circles_relu.py"


def copies(folder: str, count: int) -> list[str]:
    """Write so many copies of a healthy example and return their paths."""
    paths = [Path(folder, f"train{number}.py") for number in range(count)]
    for path in paths:
        path.write_bytes(EXAMPLE.read_bytes())
    return [str(path) for path in paths]


def check(scripts: Sequence[str], folder: str, *options: str) -> None:
    """Check them, each anew, with the report in the folder; raise when one is unhealthy."""
    command = str(Path(sys.executable).with_name("healthcheck"))
    run([command, *scripts, "--no-cache", "--output", folder, *options])
