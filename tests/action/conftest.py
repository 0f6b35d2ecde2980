"""A repository with a pull request, GitHub as a stub, and the action run in it as a runner would."""

import importlib.util
import json
import sys
from functools import partial

import pytest
from composite import ROOT, base_environment, run_action
from github_stub import GitHub, serve
from stand_in import environment_with, made_up_reports


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
    return partial(environment_with, tmp_path / "environment")


@pytest.fixture
def reports():
    """Return the made-up reports of the renderers' tests, and what they are made of."""
    return made_up_reports()
