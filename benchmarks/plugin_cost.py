"""What the pytest plugin costs whoever does not use it: `python benchmarks/plugin_cost.py [RUNS]`.

Alternates `pytest --collect-only` in an empty folder with and without the plugin.
"""

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "plugin_cost.json"


def seconds(folder: str, *arguments: str) -> float:
    """Return the wall time of one collection."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def main(runs: int) -> None:
    """Measure, print and keep the medians."""
    with_plugin: list[float] = []
    without: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs + 1):
            with_plugin.append(seconds(folder))
            without.append(seconds(folder, "-p", "no:healthcheck"))
    # The first pair fills the disk's cache.
    pairs = list(zip(with_plugin[1:], without[1:], strict=True))
    result = {
        "python": platform.python_version(),
        "runs": runs,
        "with_plugin_ms": round(1000 * statistics.median(one for one, _ in pairs), 1),
        "without_ms": round(1000 * statistics.median(other for _, other in pairs), 1),
        "median_difference_ms": round(1000 * statistics.median(one - other for one, other in pairs), 1),
        "median_ratio": round(statistics.median(one / other for one, other in pairs), 3),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
