"""The first step: read the inputs and the event, ask GitHub what it takes, and plan the rest."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from github_action.artifacts import report_of_branch
from github_action.diff import MAX_FILES, changed_lines
from github_action.errors import ActionError
from github_action.event import PullRequest, pull_request
from github_action.inputs import Inputs, read_inputs
from github_action.plan import Plan
from github_action.reports import is_report
from github_action.rest import Rest, RestError
from github_action.runner import remark, set_outputs
from github_action.targets import expanded, touched

OLDEST_PYTHON = (3, 11)


def main(environment: Mapping[str, str]) -> int:
    """Write the plan, and tell the other steps its folder."""
    inputs = read_inputs(environment)
    pull = pull_request(environment)
    rest = Rest.of(environment)
    folder = Path(tempfile.mkdtemp(prefix="healthcheck-", dir=environment.get("RUNNER_TEMP") or None))
    changed = _changed(inputs, pull, rest)
    base = _base(inputs, pull, rest, folder)
    plan = Plan(
        folder=str(folder),
        command=_options(inputs, base),
        targets=_targets(inputs, changed, environment),
        script_arguments=list(inputs.script_arguments),
        sarif=inputs.sarif,
        install=inputs.install,
        fail_on_new=inputs.fail_on == "new" and base is not None,
        base=str(base) if base and is_report(base) else "",
        comment=inputs.comment,
        summary=inputs.summary,
        artifact=inputs.artifact,
        marker=_marker(inputs, environment),
        pull=pull,
        changed=changed,
    )
    plan.save()
    set_outputs(environment, {"folder": str(folder), "artifact": inputs.artifact})
    if inputs.install != "none":
        set_outputs(environment, _cache(inputs.install, environment))
    return 0


def _options(inputs: Inputs, base: Path | None) -> list[str]:
    """Write each input as one word, so that a value that begins with a dash stays a value."""
    options = [f"--{name}={value}" for name, value in inputs.options.items()]
    if inputs.fail_on in ("fail", "warn"):
        options.append(f"--fail-on={inputs.fail_on}")
    if base is not None and not is_report(base):
        options.append(f"--baseline={base}")
    return [*inputs.arguments, *options]


def _changed(inputs: Inputs, pull: PullRequest | None, rest: Rest) -> dict[str, list[int] | None] | None:
    if pull is None or not (inputs.changed_only or inputs.annotations):
        return None
    try:
        return changed_lines(rest, pull.number)
    except RestError as error:
        consequence = "every target is checked" if inputs.changed_only else "annotations come in any order"
        remark("notice", f"GitHub did not tell the files of the pull request, so {consequence}: {error}")
        return None


def _targets(
    inputs: Inputs, changed: dict[str, list[int] | None] | None, environment: Mapping[str, str]
) -> list[str]:
    targets = expanded(inputs.targets)
    if not inputs.changed_only or changed is None or len(changed) >= MAX_FILES:
        return targets
    root = Path(environment.get("GITHUB_WORKSPACE") or ".").resolve()
    return touched(targets, {root / name for name in changed}, Path.cwd())


def _base(inputs: Inputs, pull: PullRequest | None, rest: Rest, folder: Path) -> Path | None:
    if inputs.baseline == "base-branch":
        return _base_of_branch(inputs, pull, rest, folder)
    if not inputs.baseline:
        return None
    path = Path(inputs.baseline).resolve()
    if not path.is_file():
        raise ActionError(
            f"the input `baseline` is {inputs.baseline!r}, which is no file: name a report, a baseline, "
            "or base-branch"
        )
    return path


def _base_of_branch(inputs: Inputs, pull: PullRequest | None, rest: Rest, folder: Path) -> Path | None:
    if not inputs.artifact:
        raise ActionError("the input `baseline` is 'base-branch', which needs an `artifact` to look for")
    if pull is None:
        return None
    try:
        content = report_of_branch(rest, pull.base, inputs.artifact)
    except RestError as error:
        remark("notice", f"there is nothing to compare with, because the report was not to be had: {error}")
        return None
    if content is None:
        remark("notice", f"branch {pull.base!r} has no artifact {inputs.artifact!r} yet to compare with")
        return None
    path = folder / "base.json"
    path.write_bytes(content)
    return path


def _marker(inputs: Inputs, environment: Mapping[str, str]) -> str:
    """Name this use of the action: the same in every run, another in another job."""
    words = [environment.get(name, "") for name in ("GITHUB_WORKFLOW", "GITHUB_JOB")]
    name = "\0".join([*words, environment.get("INPUT_WORKING_DIRECTORY", ""), inputs.artifact])
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def _cache(install: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Say where pip keeps its files, and under which name to keep them for the next run."""
    if sys.version_info < OLDEST_PYTHON:
        raise ActionError(
            f"healthcheck needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}"
        )
    project = Path(environment["GITHUB_ACTION_PATH"], "pyproject.toml")
    name = f"healthcheck-pip-{platform.system()}-{platform.machine()}-{install}-{platform.python_version()}"
    digest = hashlib.sha256(project.read_bytes()).hexdigest()[:16]
    asked = [sys.executable, "-P", "-m", "pip", "cache", "dir"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return {"pip-cache": answer.stdout.strip(), "cache-name": name, "cache-key": f"{name}-{digest}"}
