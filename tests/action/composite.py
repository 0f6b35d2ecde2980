"""A runner for composite actions: the real steps, in order, with bash, and the files a runner gives them.

Steps with `uses:` are other people's programs; they are recorded with their inputs and not run.
"""

import os
import re
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from expressions import filled, value

ROOT = Path(__file__).parents[2]
BASH = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]
"""How the runner starts bash for `shell: bash`."""


@dataclass
class Annotation:
    level: str
    message: str
    file: str | None = None
    line: str | None = None
    title: str | None = None


@dataclass
class Job:
    """What a run of the action leaves behind."""

    outputs: dict[str, str] = field(default_factory=dict)
    status: int = 0
    """Exit status of the step that failed the action; 0 when none did."""
    failed_step: str = ""
    summary: str = ""
    log: str = ""
    annotations: list[Annotation] = field(default_factory=list)
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    """Inputs of the steps with `uses:`, by the action's name without its version."""
    ran: list[str] = field(default_factory=list)

    def level(self, name):
        return [annotation for annotation in self.annotations if annotation.level == name]


def run_action(inputs, workspace, environment, definition=ROOT / "action.yml"):
    """Run an action as a job's only step and return what came of it."""
    action = yaml.safe_load(definition.read_text(encoding="utf-8"))
    unknown = set(inputs) - set(action["inputs"])
    assert not unknown, f"the action has no inputs {unknown}"
    files = workspace.parent / f"runner-{uuid.uuid4().hex[:8]}"
    files.mkdir()
    github = {"token": "a-token-of-the-job", "action_path": str(definition.parent)}
    context = {"github": github, "steps": {}, "runner": {"temp": str(files)}}
    # What a workflow gives has been evaluated already; only the action's own defaults are expressions.
    defaults = {name: filled(str(one.get("default", "")), context) for name, one in action["inputs"].items()}
    context["inputs"] = defaults | inputs
    job = Job()
    for number, step in enumerate(action["runs"]["steps"]):
        context["functions"] = _functions(job)
        if _is_due(step, job, context):
            variables = environment | {"GITHUB_ACTION_PATH": github["action_path"]}
            _run_step(step, number, job, context, workspace, files, variables)
    job.outputs = {name: filled(one["value"], context) for name, one in action.get("outputs", {}).items()}
    return job


def _functions(job):
    return {"always": True, "cancelled": False, "success": not job.status, "failure": bool(job.status)}


def _is_due(step, job, context):
    """Say whether a step runs: a condition without a function of the status holds only while all went well."""
    condition = step.get("if", "success()")
    asks_status = re.search(r"\b(always|cancelled|success|failure)\(\)", condition)
    return bool((asks_status or not job.status) and value(condition, context))


def _run_step(step, number, job, context, workspace, files, environment):
    name = step.get("name", str(number))
    job.ran.append(name)
    if "uses" in step:
        job.used[step["uses"].partition("@")[0]] = {
            key: filled(str(text), context) for key, text in step.get("with", {}).items()
        }
        return
    assert step["shell"] == "bash"
    assert "${{" not in step["run"], "an expression in a script is code that an input can write"
    own = {
        name: files / f"{name}-{number}"
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE")
    }
    for file in own.values():
        file.touch()
    script = files / f"step-{number}.sh"
    script.write_text(step["run"], encoding="utf-8")
    variables = {key: filled(str(text), context) for key, text in step.get("env", {}).items()}
    done = subprocess.run(
        [*BASH, str(script)],
        cwd=workspace / filled(step.get("working-directory", "."), context),
        env=environment
        | {key: str(file) for key, file in own.items()}
        | {"RUNNER_TEMP": str(files)}
        | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    log = done.stdout.decode("utf-8")
    job.log += log
    job.annotations += _annotations(log)
    job.summary += _summary(own["GITHUB_STEP_SUMMARY"])
    outcome = "failure" if done.returncode else "success"
    context["steps"][step.get("id", name)] = {"outputs": _outputs(own["GITHUB_OUTPUT"]), "outcome": outcome}
    assert not own["GITHUB_ENV"].read_text() + own["GITHUB_PATH"].read_text()
    if done.returncode and not job.status:
        job.status, job.failed_step = done.returncode, name


def _summary(file):
    content = file.read_bytes()
    assert len(content) <= 1024 * 1024, "the runner refuses a summary of more than 1 MiB"
    return content.decode("utf-8")


def _outputs(file):
    """Read the file of outputs as the runner does: `name=value`, or lines up to a delimiter."""
    outputs, lines = {}, iter(file.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        name, delimiter, end = line.partition("<<")
        if delimiter and "=" not in name:
            taken = []
            for text in lines:
                if text == end:
                    break
                taken.append(text)
            else:
                raise AssertionError(f"the output {name!r} does not end")
            outputs[name] = "\n".join(taken)
        elif line:
            name, equals, text = line.partition("=")
            assert equals, f"{line!r} is no output"
            outputs[name] = text
    return outputs


def _annotations(log):
    """Read the commands in a log, but none between `::stop-commands::` and its word."""
    stopped = None
    for line in log.splitlines():
        if stopped is not None:
            stopped = None if line == f"::{stopped}::" else stopped
            continue
        match = re.match(r"::(?P<name>[a-z-]+)(?: (?P<properties>.*?))?::(?P<message>.*)", line)
        if match is None:
            continue
        if match["name"] == "stop-commands":
            stopped = match["message"]
        elif match["name"] in ("error", "warning", "notice"):
            given = dict(one.split("=", 1) for one in (match["properties"] or "").split(",") if one)
            yield Annotation(
                match["name"], _plain(match["message"]), **{key: _plain(text) for key, text in given.items()}
            )
        else:
            raise AssertionError(f"the log has the command {line!r}")
    assert stopped is None, "commands were left stopped"


def _plain(text):
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def base_environment(**more):
    """Return what a runner sets in every step, and nothing of the machine's own but how to find programs."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "PYTHONPATH", "TF_NUM_INTRAOP_THREADS")
        if name in os.environ
    }
    return kept | {"GITHUB_ACTIONS": "true", "CI": "true"} | more
