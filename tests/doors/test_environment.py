"""What a target gets of our environment, and what not."""

import json
import sys
from pathlib import Path

import pytest

from healthcheck.config import Settings
from healthcheck.environment import MARKER, child_environment, withheld
from healthcheck.supervisor import supervise

FOLDER = Path("/tmp/healthcheck-abc")


def test_the_environment_is_ours_with_what_makes_runs_differ_fixed_and_a_temporary_folder():
    inherited = {"HOME": "/h", "MPLBACKEND": "TkAgg", "TMPDIR": "/elsewhere"}
    assert child_environment(inherited, Settings(seed=7), FOLDER) == {
        "HOME": "/h",
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        MARKER: "healthcheck-abc",
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "7",
        "TEMP": "/tmp/healthcheck-abc/tmp",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TMP": "/tmp/healthcheck-abc/tmp",
        "TMPDIR": "/tmp/healthcheck-abc/tmp",
    }


def test_who_orders_the_gpus_otherwise_is_heeded():
    inherited = {"CUDA_DEVICE_ORDER": "FASTEST_FIRST"}
    assert child_environment(inherited, Settings(), FOLDER)["CUDA_DEVICE_ORDER"] == "FASTEST_FIRST"


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_PROFILE",
        "HF_TOKEN",
        "AZURE_CLIENT_SECRET",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "WANDB_API_KEY",
        "github_token",
        "PGPASSWORD",
        "DOCKER_AUTH_CONFIG",
        "GITHUB_ENV",
        "SSH_AUTH_SOCK",
        "SNOWFLAKE_PASSWORD",
        "SENTRY_DSN",
        "CI_JOB_JWT",
    ],
)
def test_what_looks_like_a_secret_is_withheld_unless_it_is_passed_by_name(name: str):
    assert withheld({name: "x"}, ()) == {name}
    assert withheld({name: "x"}, ("OTHER",)) == {name}
    assert withheld({name: "x"}, (name,)) == set()


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "LANG",
        "CUDA_VISIBLE_DEVICES",
        "PYTHONPATH",
        "LD_LIBRARY_PATH",
        "XLA_FLAGS",
        "CI",
        "KEY",
        "OMP_NUM_THREADS",
        "TOKENIZERS_PARALLELISM",
        "KERAS_HOME",
        "VIRTUAL_ENV",
        "HTTPS_PROXY",
        "GITHUB_SHA",
    ],
)
def test_what_programs_need_is_passed_on(name: str):
    assert withheld({name: "x"}, ()) == set()


def test_a_pattern_passes_all_that_it_fits():
    names = {"AWS_REGION", "AWS_PROFILE", "HF_TOKEN"}
    assert withheld(names, ("AWS_*",)) == {"HF_TOKEN"}


def test_the_child_sees_no_secret_and_its_temporary_folder_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    monkeypatch.setenv("HF_TOKEN", "passed")
    target = tmp_path / "train.py"
    target.write_text("")
    child = """
import json, os, sys, tempfile
subject = {"name": "model", "target": "train.py", "verdict": "healthy", "summary": "fine"}
found = json.dumps([os.environ.get("WANDB_API_KEY"), os.environ.get("HF_TOKEN"), tempfile.mkdtemp()])
json.dump({"subjects": [subject], "done": True, "versions": {"found": found}}, open(sys.argv[2], "w"))
"""
    settings = Settings(pass_env=("HF_TOKEN",))
    command = (sys.executable, "-S", "-c", child)
    outcome = supervise(str(target), [], settings, lambda _: None, command)
    secret, token, folder = json.loads(outcome.versions["found"])
    assert (secret, token) == (None, "passed")
    assert not Path(folder).exists()
    assert not Path(folder).parent.parent.exists()
