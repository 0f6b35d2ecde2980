"""Check forty targets: one at a time, two at a time, and on a Ray cluster of this machine.

`python benchmarks/many_targets.py [COUNT]` takes a quarter of an hour on two cores, prints the seconds and
their ratios, and writes `benchmarks/results/many_targets.json`. Needs the extra `ray`.
"""

import json
import sys
import tempfile
from pathlib import Path

from speed.timed import run, seconds, write

ROOT = Path(__file__).parent.parent
WAYS = {"one": ["--jobs", "1"], "two": ["--jobs", "2"], "ray": ["--executor", "ray"]}
LIMITS = {"two": ("one", 0.6), "ray": ("two", 1.15)}
"""How long a way may take, as a share of another."""


def main() -> None:
    """Print a row a way."""
    count, taken, rows = int(sys.argv[1]) if len(sys.argv) > 1 else 40, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder, f"train{number}.py")) for number in range(count)]
        for name in names:
            Path(name).write_text((ROOT / "examples" / "circles_relu.py").read_text(encoding="utf-8"))
        command = [
            str(Path(sys.executable).with_name("healthcheck")),
            *names,
            "--no-cache",
            "--output",
            folder,
        ]
        for way, options in WAYS.items():
            taken[way] = seconds(lambda options=options: run([*command, *options]))
            report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
            checked = sum(one["verdict"] == "healthy" for one in report["subjects"])
            of, limit = LIMITS.get(way, (way, None))
            rows[way] = {"seconds": taken[way], "ratio": taken[way] / taken[of], "of": of, "limit": limit}
            print(
                f"{way:5} {taken[way]:7.1f} s  {rows[way]['ratio']:.2f} of {of} (limit {limit}), "
                f"{checked} of {count} reports",
                flush=True,
            )
    write("many_targets", {"targets": count, **rows})


if __name__ == "__main__":
    main()
