"""Measure the verdicts: healthy scripts and mutants of them through the real command.

`python benchmarks/diagnosis.py` runs all (an hour on two idle cores), writes
`benchmarks/results/diagnosis.json` and the table in the README. It can be stopped and started again:
what was run with these sources is kept in `.diagnosis/`. `--sample 3` runs a few and writes nothing;
`--only zoo`, `--only mutants` and names of scripts choose. Which mutants hurt is read from
`benchmarks/results/harm.json`, which `benchmarks/harm.py` makes.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from healthcheck.many import divided
from mutants import mutants
from verdicts.cases import Script, zoo
from verdicts.command import checked
from verdicts.harm import hurting
from verdicts.rates import state
from verdicts.results import summed
from verdicts.table import table, update
from verdicts.tally import Judged, judged

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "diagnosis.json"


def main() -> None:
    """Run what was asked for, print the table, and write the results if everything was run."""
    options = _options()
    os.environ.update(divided(os.environ, options.jobs))
    runs = list(_chosen(options))
    if options.sample:
        runs = random.Random(0).sample(runs, min(options.sample, len(runs)))
    whole = not (options.sample or options.names or options.only)
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"wrong": []}
    reasons = {one["what"]: one["reason"] for one in kept["wrong"]}
    results = summed(_all_judged(runs, options.jobs), reasons, _seconds_of_import() if whole else None)
    for one in results["wrong"]:
        print(f"{one['what']}; first {one['first']}: {one['message']}  {one['reason']}")
    print(table(results))
    if whole:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        update(ROOT / "README.md", results)
        state(results["zoo"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("names", nargs="*", help="scripts, such as digits_mlp or digits_mlp--softmax-removed (default: all)")
    add("--only", choices=("zoo", "mutants"))
    add("--jobs", type=int, default=2, help="checks at a time (default: 2)")
    add("--seeds", type=int, default=8, help="seeds of each healthy script (default: 8)")
    add("--mutant-seeds", type=int, default=1, help="seeds of each mutant (default: 1)")
    add("--sample", type=int, metavar="N", help="only N runs, always the same ones")
    return parser.parse_args()


def _chosen(options: argparse.Namespace) -> Iterator[tuple[Script, int]]:
    """Yield all scripts from the first seed before any from the second: what is early shows the most."""
    kinds = [(zoo(), options.seeds), (mutants(), options.mutant_seeds)]
    chosen = kinds[:1] if options.only == "zoo" else kinds[1:] if options.only == "mutants" else kinds
    for scripts, seeds in chosen:
        wanted = [script for script in scripts if not options.names or script.name in options.names]
        yield from ((script, seed) for seed in range(seeds) for script in wanted)


def _all_judged(runs: Sequence[tuple[Script, int]], jobs: int) -> list[Judged]:
    ill, finished = hurting([script for script, _ in runs], zoo()), []
    if unknown := sum(ill[script.name] is None for script, _ in runs):
        print(
            f"left out: {unknown} runs of mutants that benchmarks/harm.py has not measured", file=sys.stderr
        )
    runs = [(script, seed) for script, seed in runs if ill[script.name] is not None]
    with ThreadPoolExecutor(jobs) as pool:
        for (script, _), outcome in zip(runs, pool.map(lambda run: checked(*run), runs), strict=True):
            run = judged(script, outcome, hurts=bool(ill[script.name]))
            finished.append(run)
            shown = f"{script.name} seed {outcome.seed}: {outcome.verdict} in {outcome.seconds:.1f} s"
            print(
                f"[{len(finished)}/{len(runs)}] {shown} {'; '.join(run.wrong)}", file=sys.stderr, flush=True
            )
    return finished


def _seconds_of_import() -> float:
    """Return the median time to import TensorFlow, for comparison."""
    times = []
    for _ in range(5):
        started = time.monotonic()
        subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, capture_output=True)
        times.append(time.monotonic() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
