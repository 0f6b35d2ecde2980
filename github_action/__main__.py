"""Run one step of the action: `python -I github_action STEP`.

Runs on Python 3.9, so that a Python too old for healthcheck is answered with a sentence.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

STEPS = ("prepare", "install", "check", "summarize", "annotate", "comment", "post")


def main() -> int:
    """Run the step that is named; what a user can mend is said as an error of the job, with status 2."""
    # A folder that is run stands on the path itself; the package of that name is found from above it.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from github_action.errors import ActionError  # noqa: PLC0415
    from github_action.runner import remark  # noqa: PLC0415

    (step,) = sys.argv[1:]
    if step not in STEPS:
        raise SystemExit(f"{step!r} is not a step: {', '.join(STEPS)}")
    try:
        return import_module(f"github_action.{step}").main(os.environ)
    except ActionError as error:
        remark("error", str(error), title="healthcheck")
        return 2


if __name__ == "__main__":
    sys.exit(main())
