"""A repository with a pull request, GitHub as a stub, and the action run in it as a runner would."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest
from composite import ROOT, base_environment, run_action
from github_stub import GitHub, serve

STAND_IN = '''#!{python} -I
"""Stands in for the command: hands out a report that was made before, and leaves comparing to the command."""
import os, shutil, sys
from pathlib import Path

made, given = Path(__file__).parent.parent, sys.argv[1:]
if given[0] == "compare":
    os.execv({command!r}, [{command!r}, *given])
(made / "given.json").write_text(__import__("json").dumps(given))
outputs = dict(word[2:].split("=", 1) for word in given if word.startswith("--output="))
formats = dict(word.split("=", 2)[1:] for word in given if word.startswith("--format=") and word.count("=") == 2)
for file in made.glob("report.*"):
    name = {{".md": "markdown", ".sarif": "sarif"}}.get(file.suffix)
    place = Path(outputs["output"], file.name) if name is None else formats.get(name)
    if place is not None:
        shutil.copy(file, place)
sys.stdout.write((made / "stdout.txt").read_text())
sys.stderr.write((made / "stderr.txt").read_text())
sys.exit(int((made / "status.txt").read_text()))
'''


def _package(name, folder):
    """Import a package of the repository without putting the repository itself on the path."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


_package("github_action", ROOT / "github_action")


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    return folder


@pytest.fixture
def github():
    github = GitHub()
    server = serve(github)
    yield github
    server.shutdown()
    server.server_close()


PULL = {"number": 5, "base": {"ref": "main"}, "head": {"sha": "c0ffee" + "0" * 34}}


@pytest.fixture
def act(workspace, github, tmp_path):
    """Return a function that runs the action for a pull request, with the current interpreter's environment."""

    def run(event=None, python=sys.executable, environment=None, definition=ROOT / "action.yml", **inputs):
        file = tmp_path / "event.json"
        file.write_text(json.dumps({"pull_request": PULL} if event is None else event))
        variables = base_environment(
            GITHUB_API_URL=github.url,
            GITHUB_SERVER_URL="https://github.example",
            GITHUB_REPOSITORY="ada/models",
            GITHUB_RUN_ID="7",
            GITHUB_SHA="d" * 40,
            GITHUB_WORKFLOW="models",
            GITHUB_JOB="healthcheck",
            GITHUB_EVENT_NAME="pull_request",
            GITHUB_EVENT_PATH=str(file),
            GITHUB_WORKSPACE=str(workspace),
        )
        given = {name.replace("_", "-"): text for name, text in inputs.items()}
        if definition == ROOT / "action.yml":
            given = {"targets": "train.py", "python": str(python)} | given
        return run_action(given, workspace, variables | (environment or {}), definition)

    return run


@pytest.fixture
def made(tmp_path):
    """Return a function that makes an environment whose command hands out a report made before."""

    def make(report=None, status=None, stdout="", stderr=""):
        folder = tmp_path / "environment"
        scripts = folder / "bin"
        if not scripts.exists():
            scripts.mkdir(parents=True)
            base = Path(sys.base_prefix, "bin")
            (folder / "pyvenv.cfg").write_text(f"home = {base}\n")
            (scripts / "python").symlink_to(Path(sys.executable).resolve())
            command = str(Path(sys.executable).with_name("healthcheck"))
            (scripts / "healthcheck").write_text(
                STAND_IN.format(python=os.path.realpath(sys.executable), command=command)
            )
            (scripts / "healthcheck").chmod(0o755)
        if report is not None:
            from healthcheck.render.markdown import render_markdown

            (folder / "report.json").write_text(report.to_json())
            (folder / "report.md").write_text(render_markdown(report))
            (folder / "report.html").write_text("<html>")
            status = (
                {"healthy": 0, "unhealthy": 1, "not_checked": 2}[report.verdict] if status is None else status
            )
        (folder / "stdout.txt").write_text(stdout)
        (folder / "stderr.txt").write_text(stderr)
        (folder / "status.txt").write_text(str(status))
        return scripts / "python"

    return make


@pytest.fixture
def reports():
    """Return the made-up reports of the renderers' tests, and what they are made of."""
    spec = importlib.util.spec_from_file_location("made_up_reports", ROOT / "tests" / "render" / "reports.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
