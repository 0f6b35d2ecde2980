"""A real Ray cluster on this machine, with a small program in the place of the child that needs TensorFlow."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from healthcheck.report import Report

pytest.importorskip("ray")
pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("healthcheck")
SMALL_CHILD = """
import json, os, sys, time
request = json.load(open(sys.argv[1]))
target = request["target"]
summary = "threads " + os.environ["TF_NUM_INTRAOP_THREADS"]
exec(open(target).read())
subject = {"name": "model", "target": target, "verdict": "healthy", "summary": summary}
json.dump({"subjects": [subject], "done": True}, open(sys.argv[2], "w"))
"""
PATCH = """
import functools, os, sys
if os.environ.get("SMALL_CHILD"):
    from healthcheck import supervisor
    command = (sys.executable, "-S", "-c", os.environ["SMALL_CHILD"])
    supervisor.supervise = functools.partial(supervisor.supervise, command=command)
"""
"""As `sitecustomize`, it reaches the workers of the cluster as well."""

KILLS_ITS_WORKER = """
import signal
open(target + f".{time.monotonic_ns()}.try", "w").close()
if len([name for name in os.listdir() if name.startswith(target) and name.endswith(".try")]) <= TIMES:
    worker = os.getppid()
    while not open(f"/proc/{worker}/cmdline").read().startswith("ray::"):
        worker = int(open(f"/proc/{worker}/stat").read().rpartition(")")[2].split()[1])
    os.kill(worker, signal.SIGKILL)
    time.sleep(60)
"""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(PATCH)
    return os.environ | {"PYTHONPATH": str(site), "SMALL_CHILD": SMALL_CHILD, "COLUMNS": "100"}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *words, "--executor=ray"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_targets_are_checked_on_the_cluster_in_their_order(environment: dict[str, str]):
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text("")
    completed = run(environment, "a.py", "b.py", "c.py", "no.py", "--format=json")
    subjects = json.loads(completed.stdout)["subjects"]
    assert [one["target"] for one in subjects] == ["a.py", "b.py", "c.py", "no.py"]
    assert [one["verdict"] for one in subjects] == ["healthy"] * 3 + ["not_checked"]
    assert completed.returncode == 2


def test_the_target_of_a_killed_worker_is_done_again_once_and_no_report_is_lost(environment: dict[str, str]):
    Path("once.py").write_text(KILLS_ITS_WORKER.replace("TIMES", "1"))
    Path("always.py").write_text(KILLS_ITS_WORKER.replace("TIMES", "9"))
    Path("well.py").write_text("")
    began = time.monotonic()
    completed = run(environment, "once.py", "always.py", "well.py", "--format=json=report.json")
    once, always, well = Report.load(Path("report.json")).subjects
    assert (once.verdict, well.verdict) == ("healthy", "healthy")
    assert len(list(Path().glob("once.py.*.try"))) == len(list(Path().glob("always.py.*.try"))) == 2
    assert always.verdict == "not_checked"
    assert always.summary.startswith("its worker on the Ray cluster was lost 2 times")
    assert completed.returncode == 2
    assert time.monotonic() - began < 60, "what a lost worker had started was waited for"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("127.0.0.1:1", "the Ray cluster at '127.0.0.1:1' cannot be reached: Connection refused"),
        ("ray://127.0.0.1:1", "the Ray cluster at 'ray://127.0.0.1:1' cannot be reached: Connection refused"),
        ("127.0.0.1:99999", "the Ray cluster at '127.0.0.1:99999' cannot be reached: "),
    ],
)
def test_a_cluster_that_does_not_answer_is_told_in_one_sentence(
    environment: dict[str, str], address: str, sentence: str
):
    Path("a.py").write_text("")
    completed = run(environment, "a.py", "--ray-address", address)
    assert completed.returncode == 2
    assert completed.stderr.startswith(f"healthcheck: error: {sentence}")
    assert completed.stderr.count("\n") == 1
