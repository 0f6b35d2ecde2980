"""Check forty targets: one at a time, two at a time, and on a Ray cluster of this machine.

`python benchmarks/many_targets.py [COUNT] [ROUNDS]` does one way after the other, three rounds of them: half
an hour on two cores. It prints the median seconds and their ratios, and writes
`benchmarks/results/many_targets.json`. Needs the extra `ray`.
"""

import json
import sys
import tempfile
from functools import partial
from pathlib import Path

from speed.targets import check, copies
from speed.timed import medians, write

WAYS = {"one": ["--jobs", "1"], "two": ["--jobs", "2"], "ray": ["--executor", "ray"]}
LIMITS = {"two": ("one", 0.6), "ray": ("two", 1.15)}
"""How long a way may take, as a share of another."""
DEFAULTS = (40, 3)


def main() -> None:
    """Print a row a way."""
    given = [int(one) for one in sys.argv[1:]]
    count, rounds = (*given, *DEFAULTS[len(given) :])
    with tempfile.TemporaryDirectory() as folder:
        scripts = copies(folder, count)
        ways = [partial(check_all, scripts, folder, options) for options in WAYS.values()]
        taken = dict(zip(WAYS, medians(rounds, *ways), strict=True))
    rows = {}
    for way in WAYS:
        of, limit = LIMITS.get(way, (way, None))
        rows[way] = {"seconds": taken[way], "ratio": taken[way] / taken[of], "of": of, "limit": limit}
        print(f"{way:5} {taken[way]:7.1f} s  {rows[way]['ratio']:.2f} of {of} (limit {limit})")
    write("many_targets", {"targets": count, "rounds": rounds, **rows})


def check_all(scripts: list[str], folder: str, options: list[str]) -> None:
    """Check all targets in one way; every one has a report, and none a lost one."""
    check(scripts, folder, *options)
    report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    checked = sum(one["verdict"] == "healthy" for one in report["subjects"])
    if checked != len(scripts):
        raise SystemExit(f"{' '.join(options)}: {checked} of {len(scripts)} targets were checked")


if __name__ == "__main__":
    main()
