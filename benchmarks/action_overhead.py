"""Time that the action adds around the check: `python benchmarks/action_overhead.py [RUNS]`.

Runs the scripts of `action.yml` for a pull request as a runner does, with a command that hands out a report
made before. GitHub's answers come from loopback, so what its network takes is not in the figures, nor is what
the runner takes for the actions of others, such as the upload.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "action_overhead.json"
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "action"))

from composite import base_environment, run_action  # noqa: E402
from github_stub import GitHub, serve  # noqa: E402
from stand_in import environment_with, made_up_reports  # noqa: E402

PULL = {"pull_request": {"number": 5, "base": {"ref": "main"}, "head": {"sha": "0" * 40}}}


def seconds(folder: Path, github: GitHub, **inputs: str) -> tuple[float, float]:
    """Return wall time and processor time of one run of the action on a sick report."""
    (folder / "checkout").mkdir(exist_ok=True)
    event = folder / "event.json"
    event.write_text(json.dumps(PULL))
    environment = base_environment(
        GITHUB_API_URL=github.url,
        GITHUB_REPOSITORY="ada/models",
        GITHUB_EVENT_PATH=str(event),
        GITHUB_WORKSPACE=str(folder / "checkout"),
    )
    started, used = time.perf_counter(), os.times()
    job = run_action({"targets": "train.py"} | inputs, folder / "checkout", environment)
    spent, now = time.perf_counter() - started, os.times()
    if (job.status, job.outputs["verdict"]) != (1, "unhealthy"):
        raise SystemExit(job.log)
    children = now.children_user + now.children_system - used.children_user - used.children_system
    return spent, children


def main(runs: int) -> None:
    """Measure, print and keep the medians, without and with a comparison with the base branch."""
    report = made_up_reports().REPORTS["sick"]
    github = GitHub()
    server = serve(github)
    github.keep(1, {"report.json": report.to_json()})
    variants = {"plain": {}, "compared_with_base": {"baseline": "base-branch"}}
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in variants}
    with tempfile.TemporaryDirectory() as name:
        python = str(environment_with(Path(name, "environment"), report))
        for _ in range(runs + 1):
            for variant, inputs in variants.items():
                measured[variant].append(seconds(Path(name), github, python=python, **inputs))
    server.shutdown()
    result: dict[str, object] = {"python": platform.python_version(), "runs": runs, "cores": os.cpu_count()}
    for variant, times in measured.items():
        # The first run fills the disk's cache.
        wall, processor = (statistics.median(column) for column in zip(*times[1:], strict=True))
        result[f"{variant}_s"] = round(wall, 2)
        result[f"{variant}_processor_s"] = round(processor, 2)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
