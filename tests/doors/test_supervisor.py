"""The supervisor, with small programs in the place of the child that needs TensorFlow."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from textwrap import dedent

import pytest

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.report import Source, Subject
from healthcheck.supervisor import Interrupted, Outcome, supervise
from healthcheck.warden import marked

CHILD = """
import faulthandler, json, os, signal, subprocess, sys, time
REQUEST, RESULT, PROGRESS = sys.argv[1], sys.argv[2], int(sys.argv[3])
request = json.load(open(REQUEST))
def write(done, **fields):
    subject = {"name": "model", "target": request["target"], "verdict": "healthy", "summary": "fine"}
    json.dump({"subjects": [subject], "done": done, **fields}, open(RESULT + ".new", "w"))
    os.replace(RESULT + ".new", RESULT)
def run_target():
    exec(compile(open(request["target"]).read(), os.path.abspath(request["target"]), "exec"))
"""


def silent(_: str) -> None:
    """Take no notice of progress."""


def outcome_of(program: str, target: Path, time_limit: float = 20) -> Outcome:
    command = (sys.executable, "-S", "-c", CHILD + dedent(program))
    return supervise(str(target), ["--epochs", "3"], Settings(time_limit=time_limit), silent, command)


def only(outcome: Outcome) -> Subject:
    (subject,) = outcome.subjects
    return subject


def is_running(pid: int) -> bool:
    """Tell whether a process still runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def runs_after_a_moment(pid: int) -> bool:
    for _ in range(20):
        if not is_running(pid):
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "tráin.py"
    path.write_text("import time\n\ntime.sleep(60)  # hangs\n")
    return path


def test_a_child_that_finishes_brings_its_subjects_versions_and_device(target: Path):
    outcome = outcome_of("write(True, versions={'keras': '3'}, device='cpu')", target)
    assert outcome.done
    assert (only(outcome).verdict, outcome.versions, outcome.device) == ("healthy", {"keras": "3"}, "cpu")


def test_the_child_gets_target_arguments_settings_and_our_working_directory(target: Path):
    seen = outcome_of("write(True, versions={'request': json.dumps(request), 'cwd': os.getcwd()})", target)
    request = json.loads(seen.versions["request"])
    assert (request["target"], request["arguments"]) == (str(target), ["--epochs", "3"])
    assert Settings.model_validate(request["settings"]) == Settings(time_limit=20)
    assert seen.versions["cwd"] == str(Path.cwd())


def test_the_child_reads_nothing_from_us_and_has_a_process_group_of_its_own(target: Path):
    program = "write(True, versions={'stdin': sys.stdin.read(), 'group': str(os.getpgrp() == os.getpid())})"
    assert outcome_of(program, target).versions == {"stdin": "", "group": "True"}


def test_what_the_child_prints_does_not_reach_our_output(target: Path, capfd: pytest.CaptureFixture[str]):
    outcome_of("print('noise', flush=True); os.write(2, b'noise'); write(True)", target)
    assert capfd.readouterr() == ("", "")


def test_progress_arrives_line_by_line_without_control_characters(target: Path):
    events: list[str] = []
    program = r"os.write(PROGRESS, 'fit 1: \x1b[31mgrädients\x07\nfit 2\n'.encode()); write(True)"
    command = (sys.executable, "-S", "-c", CHILD + program)
    supervise(str(target), [], Settings(), events.append, command)
    assert events == ["fit 1: grädients", "fit 2"]


def test_nothing_is_left_in_the_temporary_folder(target: Path):
    seen = outcome_of("write(True, versions={'request': REQUEST})", target)
    assert not Path(seen.versions["request"]).parent.exists()


@pytest.mark.parametrize("all_threads", [False, True])
def test_a_target_that_hangs_is_stopped_and_told_its_line(target: Path, all_threads: bool):
    program = f"faulthandler.register(signal.SIGUSR1, all_threads={all_threads}); run_target()"
    subject = only(outcome_of(program, target, time_limit=0.6))
    assert subject.verdict == "not_checked"
    assert subject.source == Source(file=str(target), line=3, code="time.sleep(60)  # hangs")
    start = "the target was still running after 0.6 seconds, the time limit, and was stopped"
    assert subject.summary.startswith(start)
    assert subject.summary.endswith(" (at line 3)")
    assert [(f.rule, f.status, f.cause) for f in subject.findings] == [("not-checkable", "error", True)]
    assert [(r.rule, r.family, r.status) for r in subject.rules] == [("not-checkable", "run", "error")]


def test_a_notebook_that_hangs_is_told_its_cell_and_line(tmp_path: Path):
    (tmp_path / "train.ipynb").write_text("{}")
    program = "faulthandler.register(signal.SIGUSR1); "
    program += r"exec(compile('\n\ntime.sleep(60)', os.path.abspath(request['target']) + '#cell-4', 'exec'))"
    subject = only(outcome_of(program, tmp_path / "train.ipynb", time_limit=0.6))
    assert subject.source == Source(file=str(tmp_path / "train.ipynb"), line=3, cell=4)
    assert subject.summary.endswith(" (at cell 4, line 3)")


def test_a_target_that_hangs_deaf_to_all_signals_is_stopped_without_a_line(target: Path):
    program = "[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGUSR1, signal.SIGTERM)]; run_target()"
    assert only(outcome_of(program, target, time_limit=0.3)).source is None


def test_subjects_finished_before_the_time_limit_are_kept(target: Path):
    first, second = outcome_of("write(False, device='cpu'); run_target()", target, time_limit=0.6).subjects
    assert (first.verdict, second.verdict) == ("healthy", "not_checked")


def test_a_child_that_is_done_but_cannot_end_is_not_held_against_the_target(target: Path):
    assert only(outcome_of("write(True); run_target()", target, time_limit=0.5)).verdict == "healthy"


def test_a_segmentation_fault_is_named_with_the_line_it_came_from(target: Path):
    target.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    subject = only(outcome_of("faulthandler.enable(); run_target()", target))
    assert subject.summary == (
        "the target crashed with a segmentation fault (SIGSEGV) before the check was finished: "
        "Fatal Python error: Segmentation fault (at line 2)"
    )


def test_a_child_killed_for_memory_is_told_so(target: Path):
    summary = only(outcome_of("os.kill(os.getpid(), signal.SIGKILL)", target)).summary
    assert summary == (
        "the target was killed by SIGKILL, which often means that memory ran out before the check was finished"
    )


def test_an_exit_behind_our_back_is_told_with_its_status_and_last_words(target: Path):
    program = r"print('\x1b[31mno \x00data\x07' + 'a' * 500 + '\n\n', flush=True); os._exit(3)"
    summary = only(outcome_of(program, target)).summary
    start = "the target ended its process with exit status 3 before the check was finished: no data"
    assert summary == start + "a" * (200 - len("no data"))


@pytest.mark.parametrize("rubbish", ["", "rubbish", '{"subjects": 3}', '{"done": true}'])
def test_a_result_that_is_rubbish_or_empty_is_not_healthy(target: Path, rubbish: str):
    assert only(outcome_of(f"open(RESULT, 'w').write({rubbish!r})", target)).verdict == "not_checked"


def test_a_target_that_floods_its_output_is_stopped(target: Path):
    summary = only(outcome_of("while True: os.write(1, b'x' * 1_000_000)", target)).summary
    assert summary == "the target printed more than 50 MB and was stopped"


def test_processes_the_target_started_do_not_outlive_it(target: Path):
    seen = outcome_of(
        """
        sleeper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
        write(True, versions={"pid": str(sleeper.pid)})
        os._exit(0)
        """,
        target,
    )
    assert not runs_after_a_moment(int(seen.versions["pid"]))


DAEMON = """
def daemon():
    for parent in (os.fork(), os.setsid() or os.fork()):
        if parent:
            return
    clean = {{"PATH": "/bin", "{marker}": "1"}}
    os.execve(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(60)"], clean)
"""
"""Leaves session, group, parent and environment behind, as a program does that means to stay."""


def running_with(marker: str) -> list[int]:
    return [pid for pid in marked(f"{marker}=1".encode()) if is_running(pid)]


def gone_after_a_moment(marker: str) -> bool:
    for _ in range(60):
        if not running_with(marker):
            return True
        time.sleep(0.05)
    return False


def test_a_process_that_left_session_parent_and_environment_does_not_outlive_the_target(target: Path):
    marker = f"DAEMON_{os.getpid()}_A"
    program = (
        DAEMON.format(marker=marker) + "os.fork() or daemon() or os._exit(0)\ntime.sleep(0.2)\nwrite(True)"
    )
    assert only(outcome_of(program, target)).verdict == "healthy"
    assert running_with(marker) == []


def test_a_target_that_kills_its_warden_is_told_so_and_stopped(target: Path):
    program = "os.fork() and os.kill(WARDEN, signal.SIGKILL); time.sleep(60)"
    started = time.monotonic()
    summary = only(outcome_of("WARDEN = os.getppid()\n" + program, target)).summary
    assert summary == "the target killed the process that watches over it before the check was finished"
    assert time.monotonic() - started < 10


def test_nothing_outlives_a_supervisor_that_is_killed(target: Path, tmp_path: Path):
    marker = f"DAEMON_{os.getpid()}_B"
    program = DAEMON.format(marker=marker) + "os.fork() or daemon() or os._exit(0)\ntime.sleep(60)"
    program = CHILD + "open(os.path.join(os.getcwd(), 'place'), 'w').write(RESULT)\n" + program
    supervisor = f"""
from healthcheck.config import Settings
from healthcheck.supervisor import supervise
supervise({str(target)!r}, [], Settings(), lambda _: None, ({sys.executable!r}, "-S", "-c", {program!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", supervisor], cwd=tmp_path)
    while not running_with(marker):
        time.sleep(0.02)
        assert process.poll() is None
    process.kill()
    process.wait()
    assert gone_after_a_moment(marker)
    folder = Path((tmp_path / "place").read_text()).parent
    for _ in range(40):
        if not folder.exists():
            break
        time.sleep(0.05)
    assert not folder.exists()


def test_a_fork_bomb_is_stopped_at_the_process_limit(target: Path):
    command = (sys.executable, "-S", "-c", CHILD + "while True:\n    os.fork()\n    time.sleep(0.05)")
    settings = Settings(time_limit=20, process_limit=40)
    summary = only(supervise(str(target), [], settings, silent, command)).summary
    assert summary == "the target ran more than 40 processes at once, the process limit, and was stopped"


def test_memory_is_counted_over_all_processes_of_the_target(target: Path):
    program = """
for _ in range(2):
    if os.fork() == 0:
        block = bytearray(os.urandom(1)) * 60_000_000
        time.sleep(60)
time.sleep(60)
"""
    settings = Settings(time_limit=20, memory_limit="100MB")
    command = (sys.executable, "-S", "-c", CHILD + program)
    summary = only(supervise(str(target), [], settings, silent, command)).summary
    assert re.fullmatch(
        r"the target used 0\.\d+ GB of memory, more than its limit of 0\.1 GB \(memory-limit\), and was stopped",
        summary,
    )


def test_memory_that_processes_share_counts_once(target: Path):
    program = """
block = bytearray(os.urandom(1)) * 60_000_000
for _ in range(3):
    if os.fork() == 0:
        time.sleep(60)
time.sleep(0.8)
write(True)
"""
    settings = Settings(time_limit=20, memory_limit="120MB")
    command = (sys.executable, "-S", "-c", CHILD + program)
    assert only(supervise(str(target), [], settings, silent, command)).verdict == "healthy"


def test_an_interrupt_stops_the_child_and_keeps_what_was_found(target: Path):
    seen = threading.Event()
    pids: list[int] = []

    def note(event: str) -> None:
        pids.append(int(event))
        seen.set()
        os.kill(os.getpid(), signal.SIGINT)

    program = r"write(False); os.write(PROGRESS, b'%d\n' % os.getpid()); time.sleep(60)"
    with pytest.raises(Interrupted) as caught:
        supervise(str(target), [], Settings(), note, (sys.executable, "-S", "-c", CHILD + program))
    assert seen.is_set()
    assert not is_running(pids[0])
    finished, missing = caught.value.outcome.subjects
    assert (finished.verdict, missing.verdict) == ("healthy", "not_checked")
    assert missing.summary == "the check was interrupted"


def test_a_command_that_cannot_be_started_is_our_error(target: Path):
    with pytest.raises(HealthcheckError, match="'/no/such/python' cannot be started: No such file"):
        supervise(str(target), [], Settings(), silent, ("/no/such/python",))


def test_what_cannot_be_run_is_said_without_starting_a_child(tmp_path: Path):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "notes.txt").write_text("")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("")
    endings = {
        "missing.py": "' does not exist",
        "notes.txt/train.py": "' does not exist",
        "folder.py": "' is a directory, not a training script",
        "pipe.py": "' is no regular file, not a training script",
        "notes.txt": "' is no target: its name ends in neither .py (a script), .ipynb (a notebook) nor .keras (a saved model)",
        "x" * 300 + ".py": "' cannot be read: File name too long",
        os.fsdecode(b"\xff.py"): "' cannot be checked: its name is not valid UTF-8",
    }
    for name, ending in endings.items():
        subject = only(supervise(str(tmp_path / name), [], Settings(), silent, ("/no/such/python",)))
        assert subject.verdict == "not_checked"
        assert subject.source is None
        assert subject.summary.endswith(ending)
