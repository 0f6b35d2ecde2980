"""What a row of the table of faults is, and how one is run through the real command."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from healthcheck.warden import marked

COMMAND = (str(Path(sys.executable).with_name("healthcheck")),)

SMALL = """
import functools, sys
from healthcheck import cli, supervisor
child = '''
import faulthandler, json, os, signal, sys, threading, time
faulthandler.enable()
faulthandler.register(signal.SIGUSR1)
RESULT, PROGRESS = sys.argv[2], int(sys.argv[3])
target = json.load(open(sys.argv[1]))["target"]
def write(done=True):
    subject = {"name": "model", "target": target, "verdict": "healthy", "summary": "fine"}
    json.dump({"subjects": [subject], "done": done}, open(RESULT + ".new", "w"))
    os.replace(RESULT + ".new", RESULT)
exec(compile(open(target).read(), os.path.abspath(target), "exec"))
'''
supervisor.supervise = functools.partial(supervisor.supervise, command=(sys.executable, "-P", "-S", "-c", child))
sys.exit(cli.main())
"""
"""The command with a child that runs the target as plain Python: without TensorFlow a fault takes no second."""

QUICK = ("--format", "text", "--format", "json=healthcheck-report/report.json")
"""Without the page, whose plots take a second to load."""
USUAL = "healthcheck-report"


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and what the command has to make of it."""

    name: str
    sentence: str
    """What is said, on either stream, whatever its line breaks; ` ... ` stands for anything."""
    script: str | bytes = "write()"
    """The content of `train.py`."""
    words: tuple[str, ...] = ("train.py",)
    """The arguments of the command."""
    settings: str | bytes = ""
    """The content of `[tool.healthcheck]`, or of the whole `pyproject.toml` where bytes."""
    code: int = 2
    before: str = ""
    """Shell commands before ours, in the same shell."""
    after: str = ""
    """What the shell adds to our command: redirections."""
    environment: Mapping[str, str] = field(default_factory=dict)
    small: bool = True
    """Whether the child is the small one."""
    leaves: tuple[str, ...] = ()
    """Files that the fault itself makes."""


def ran(fault: Fault, folder: Path) -> tuple[int, str]:
    """Run a fault in a folder, assert that nothing is left behind, and return exit code and what was said."""
    work, temporary = folder / "work", folder / "temporary"
    work.mkdir()
    temporary.mkdir()
    script, settings = fault.script, fault.settings
    (work / "train.py").write_bytes(script if isinstance(script, bytes) else script.encode())
    if settings:
        content = settings if isinstance(settings, bytes) else f"[tool.healthcheck]\n{settings}\n".encode()
        (work / "pyproject.toml").write_bytes(content)
    earlier = _contents(work)
    mark = f"FAULT_{os.getpid()}_{time.monotonic_ns()}"
    done = _command(fault, work, {mark: "1", "TMPDIR": str(temporary), "COLUMNS": "400"})
    left = marked(f"{mark}=1".encode())
    assert left == [], f"these processes are left: {left}"
    assert list(temporary.iterdir()) == []
    for name in fault.leaves:
        (work / name).unlink()
    assert {name: content for name, content in _contents(work).items() if USUAL not in name} == earlier
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    return done.returncode, " ".join(said.split())


def _command(fault: Fault, work: Path, ours: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-P", "-c", SMALL] if fault.small else list(COMMAND)
    if fault.words == ("train.py",) and fault.code != 0 and "output" not in str(fault.settings):
        program += QUICK
    shell = f'{fault.before}\n"$@" {fault.after}\n'
    kept = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    return subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *program, *fault.words],
        cwd=work,
        env=kept | ours | fault.environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )


def _contents(folder: Path) -> dict[str, str]:
    """Return the digest of every file, so that a changed one is seen as well."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
