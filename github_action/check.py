"""Run the command once; write every report, and compare with the report of the base if there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections import deque
from collections.abc import Mapping, Sequence

from github_action.errors import ActionError
from github_action.plan import Plan, read_plan
from github_action.reports import count, read_report
from github_action.runner import commands_stopped, remark, say, set_outputs
from github_action.targets import as_argument

NOT_CHECKED = 2
INTERRUPTED = 130
_LAST_LINES = 20


def main(environment: Mapping[str, str]) -> int:
    """Check, and leave the verdict to the last step: those between have to show it first."""
    plan = read_plan(environment)
    if not plan.targets:
        remark("notice", "the pull request touches no target, so nothing was checked")
        set_outputs(environment, {"verdict": "skipped", "status": "0", "failed": "0", "warned": "0"})
        return 0
    command = _command()
    status, last_words = _run([command, *_arguments(plan)], environment)
    if plan.base:
        status = _compared(command, plan, status, environment)
    set_outputs(environment, _outputs(plan, status, last_words))
    return 0


def _command() -> str:
    """Find the console script beside the interpreter; `-m` could find a folder of the checkout instead."""
    scripts = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user")]
    command = shutil.which("healthcheck", path=os.pathsep.join(scripts)) or shutil.which("healthcheck")
    if command is None:
        raise ActionError(
            f"healthcheck is not installed for {sys.executable}: set the input `install` to cpu or gpu, or "
            "install model-healthcheck in an earlier step"
        )
    return command


def _arguments(plan: Plan) -> list[str]:
    targets = [as_argument(target) for target in plan.targets]
    own = ["--", *plan.script_arguments] if plan.script_arguments else []
    return [*plan.command, *plan.outputs(), *targets, *own]


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run the command where its output cannot be taken for the runner's commands."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    with commands_stopped():
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_without_our_files(environment),
            encoding="utf-8",
            errors="replace",
        )
        with process:
            for line in process.stderr or ():
                last.append(line.rstrip("\n"))
                say(last[-1])
    return process.returncode, "\n".join(last)


def _without_our_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out the files by which a step speaks to the runner: the checked program has nothing to say."""
    files = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
    withheld = {"TOKEN", *files}
    return {name: value for name, value in environment.items() if name not in withheld}


def _compared(command: str, plan: Plan, status: int, environment: Mapping[str, str]) -> int:
    """Write what changed, and return the status: of the comparison when only that counts."""
    report = plan.path("report.json")
    if read_report(report) is None:
        return status
    done = subprocess.run(  # noqa: S603
        [command, "compare", plan.base, str(report), "--format", "markdown"],
        capture_output=True,
        env=_without_our_files(environment),
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode not in (0, 1):
        remark("warning", f"the reports could not be compared: {done.stderr.strip()}")
        return status
    plan.path("comparison.md").write_text(done.stdout, encoding="utf-8")
    return done.returncode if status == 1 and plan.fail_on_new else status


def _outputs(plan: Plan, status: int, last_words: str) -> dict[str, str]:
    report = read_report(plan.path("report.json"))
    if report is None:
        plan.path("failure.txt").write_text(last_words, encoding="utf-8")
        status = status if status == INTERRUPTED else NOT_CHECKED
        return {"verdict": "not_checked", "status": str(status), "failed": "0", "warned": "0"}
    files = {"report-json": "report.json", "report-html": "report.html", "sarif": "report.sarif"}
    return {
        "verdict": str(report["verdict"]),
        "status": str(status if 0 <= status <= 255 else NOT_CHECKED),
        "failed": str(count(report, "fail")),
        "warned": str(count(report, "warn")),
        **{name: str(plan.path(file)) for name, file in files.items() if plan.path(file).exists()},
    }
