"""Run the command again and again in a copy of this process, and kill it, or its child, at random moments.

`python killed.py FOLDER MOMENTS SEED` prints what it found for each moment as a line of JSON. The modules are
loaded once, so that a run takes a fraction of a second, most of it in the code that writes.
"""

import functools
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import healthcheck.render.html  # noqa: F401 - loaded before the clock starts
from healthcheck import cli, supervisor
from healthcheck.warden import family, marked

CHILD = """
import json, os, sys, time
for number in range(30):
    subjects = [
        {"name": f"new {n}", "target": "train.py", "verdict": "healthy", "summary": "x" * 2_000} for n in range(number)
    ]
    with open(sys.argv[2] + ".new", "w") as file:
        json.dump({"subjects": subjects, "done": number == 29}, file)
    os.replace(sys.argv[2] + ".new", sys.argv[2])
    time.sleep(0.003)
"""


def main(folder: Path, moments: int, seed: int) -> None:
    """Kill, look, and say what is there."""
    os.chdir(folder)
    os.environ["KILLED_RUN"] = str(os.getpid())
    Path("train.py").write_text("")
    draw = random.Random(seed)
    span = _seconds_of(None, None)
    for _ in range(moments):
        victim = draw.choice(["supervisor", "child"])
        _seconds_of(victim, draw.uniform(0, span))
        sys.stdout.write(json.dumps({"victim": victim, "left": _left(), **_whole()}) + "\n")
        sys.stdout.flush()


def _seconds_of(victim: str | None, moment: float | None) -> float:
    """Run the command, kill `victim` after a while, and return how long it took."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        command = (sys.executable, "-S", "-c", CHILD)
        supervisor.supervise = functools.partial(supervisor.supervise, command=command)
        sys.argv = ["healthcheck", "train.py", "--quiet"]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(cli.main())
    if victim and moment:
        time.sleep(moment)
        below = family(pid)
        number = below[-1].pid if victim == "child" and below else pid
        os.kill(number, signal.SIGKILL)
    os.waitpid(pid, 0)
    return time.monotonic() - started


def _left() -> int:
    """Return how many processes are left after a moment, that is: too long."""
    mark = f"KILLED_RUN={os.getpid()}".encode()
    for _ in range(100):
        if not (left := marked(mark)):
            return 0
        time.sleep(0.05)
    return len(left)


def _whole() -> dict[str, object]:
    page = Path("healthcheck-report/report.html").read_text()
    return {
        "report": Path("healthcheck-report/report.json").read_text(),
        "page": page.startswith("<!doctype html>") and page.rstrip().endswith("</html>"),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
