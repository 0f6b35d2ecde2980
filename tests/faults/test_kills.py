"""Whoever is killed, and whenever: there is the old whole report or the new whole report."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fault import COMMAND

from healthcheck.report import Report
from healthcheck.warden import family, marked

KILLED = Path(__file__).with_name("killed.py")


def test_fifty_kills_at_random_moments_leave_whole_reports_and_no_process(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, KILLED, tmp_path, "50", "10"],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == 50
    assert {one["victim"] for one in found} == {"supervisor", "child"}
    for one in found:
        Report.model_validate_json(one["report"])
        assert one["page"]
        assert one["left"] == 0


@pytest.mark.parametrize("victim", ["supervisor", "child"])
def test_a_kill_of_the_whole_command_with_tensorflow_leaves_the_old_report_or_a_new_one(
    victim: str, tmp_path: Path
):
    (tmp_path / "train.py").write_text("import keras, time\ntime.sleep(30)\n")
    report = tmp_path / "healthcheck-report" / "report.json"
    report.parent.mkdir()
    report.write_text("old")
    mark = f"KILLED_{os.getpid()}_{victim}"
    command = subprocess.Popen(
        [*COMMAND, "train.py", "--quiet"],
        cwd=tmp_path,
        env=os.environ | {mark: "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(random.Random(victim).uniform(2, 5))
    below = family(command.pid)
    os.kill(below[-1].pid if victim == "child" else command.pid, signal.SIGKILL)
    command.wait(60)
    for _ in range(100):
        if not marked(f"{mark}=1".encode()):
            break
        time.sleep(0.05)
    assert marked(f"{mark}=1".encode()) == []
    if victim == "supervisor":
        assert report.read_text() == "old"
    else:
        assert command.returncode == 2
        assert Report.load(report).verdict == "not_checked"
