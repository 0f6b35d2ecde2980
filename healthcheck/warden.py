"""Start one program and see to it that nothing of what it starts outlives it, or us.

The supervisor runs this file by its path: `python -I -S warden.py STATUS LIFE FOLDER PROGRAM...`, in a
session of its own. STATUS is a file descriptor that takes one line for what happened: `started PID`,
`failed ERRNO`, `ended CODE`. LIFE is one to read from: a byte says to stop the program, its end says that
the supervisor is dead, and then FOLDER is removed as well.

On Linux every process that the program starts stays below us, even one that leaves the session and whose
parent ends, because we adopt orphans. Elsewhere only the program's own process group is found.
"""

import os
import select
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NamedTuple

_SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of `prctl`."""
_PROC = Path("/proc")
_PATIENCE = 10.0
"""Seconds in which a killed family has to be gone; a fork bomb needs several rounds."""


class Process(NamedTuple):
    """A running process, as the kernel shows it."""

    pid: int
    pages: int
    """Resident memory, shared pages included."""
    ticks: int
    """Processor time used so far, of itself and of the children it has waited for."""


def family(root: int) -> list[Process]:
    """Return the running descendants of a process, without it; empty where there is no `/proc`."""
    children: dict[int, list[tuple[Process, bool]]] = {}
    for entry in os.listdir(_PROC) if _PROC.is_dir() else []:  # noqa: PTH208 - twice as fast, often called
        if entry.isdecimal() and (found := _described(int(entry))):
            process, parent, runs = found
            children.setdefault(parent, []).append((process, runs))
    members: list[Process] = []
    unseen = [root]
    while unseen:
        for process, runs in children.pop(unseen.pop(), []):
            unseen.append(process.pid)
            members += [process] if runs else []
    return members


def _described(pid: int) -> tuple[Process, int, bool] | None:
    """Return the process, its parent, and whether it runs, unless it has gone."""
    try:
        fd = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
    except OSError:
        return None
    try:
        content = os.read(fd, 4096)
    except OSError:
        return None
    finally:
        os.close(fd)
    # The name in parentheses is the target's to choose.
    fields = content.rpartition(b")")[2].split()
    process = Process(pid, pages=int(fields[21]), ticks=sum(map(int, fields[11:15])))
    return process, int(fields[1]), fields[0] not in b"ZX"


def marked(marker: bytes) -> list[int]:
    """Return the processes whose environment began with `marker` among its variables."""
    found: list[int] = []
    for file in _PROC.glob("[0-9]*/environ"):
        try:
            variables = file.read_bytes().split(b"\0")
        except OSError:
            continue
        found += [int(file.parent.name)] if marker in variables else []
    return found


def main() -> None:
    """Run the program of the command line to its end, or to ours."""
    status, life, folder, *program = sys.argv[1:]
    _adopt_orphans()
    wake = _woken_by_children()
    child = _started(program, int(status), int(life))
    code = None
    while code is None:
        ready, _, _ = select.select([int(life), wake], [], [])
        if wake in ready:
            os.read(wake, 4096)
        code = _reaped(child)
        if int(life) in ready:
            orphaned = not os.read(int(life), 1)
            _end(child)
            if orphaned:
                import shutil  # noqa: PLC0415 - rarely needed, and every target waits for our imports

                shutil.rmtree(folder, ignore_errors=True)
            return
    _end(child)
    os.write(int(status), b"ended %d\n" % code)


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - as above

        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _woken_by_children() -> int:
    """Return a file descriptor that can be read whenever a child has ended."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)

    def no_more(number: int, frame: FrameType | None) -> None:
        """Only have the interpreter write to the pipe."""

    signal.signal(signal.SIGCHLD, no_more)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    return reader


def _started(program: list[str], status: int, life: int) -> int:
    for fd in (status, life):
        os.set_inheritable(fd, False)
    child = os.fork()
    if child:
        os.write(status, b"started %d\n" % child)
        return child
    try:
        os.setsid()
        _leave_no_core_file()
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)  # Python ignores them, and a program inherits that
        os.execvp(program[0], program)  # noqa: S606  running the user's script is what we are for
    except OSError as error:
        os.write(status, b"failed %d\n" % (error.errno or 0))
    finally:
        os._exit(127)


def _leave_no_core_file() -> None:
    """Keep a crash from leaving gigabytes of memory beside the user's files."""
    import resource  # noqa: PLC0415 - not on every platform

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def _reaped(child: int) -> int | None:
    """Bury all the dead, adopted ones as well; return the exit code of `child` if it is among them."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == child:
            code = os.waitstatus_to_exitcode(status)


def _end(child: int) -> None:
    """Kill the program's process group and all of our family, until nothing is left."""
    kill([-child])
    deadline = time.monotonic() + _PATIENCE
    while (members := family(os.getpid())) and time.monotonic() < deadline:
        kill([process.pid for process in members])
        _reaped(child)
    _reaped(child)


def kill(pids: list[int]) -> None:
    """Kill processes, or by their negative numbers groups, some of which may have gone by themselves."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:  # macOS refuses to signal a group of which only the dead leader is left
            continue


if __name__ == "__main__":
    main()
