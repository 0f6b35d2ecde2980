"""Train the healthy scripts with plain Keras and see that they reach what they state.

`python benchmarks/reached.py [--seeds 3] [--jobs 2] [NAME ...]` prints a line a run, and ends with 1 if one
falls short; `--skill` shows how far, from 0 (the best constant prediction) to 1.
"""

import argparse
import os

from verdicts.cases import zoo
from verdicts.plain import endings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> int:
    """Print what each script reaches from each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="scripts of the zoo, without .py (default: all)")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    scripts = {script.name: script for script in zoo() if script.goal}
    names = options.names or list(scripts)
    short = 0
    for ending in endings(
        ((scripts[name], seed) for name in names for seed in range(options.seeds)), options.jobs
    ):
        goal = scripts[ending.script].goal
        assert goal
        value = ending.final(goal.metric)
        short += not goal.is_reached(value)
        mark = " " if goal.is_reached(value) else "!"
        print(
            f"{mark} {ending.script:26} {ending.seed:3} {goal.metric} {value:.3f} of {goal.value:.3f}",
            end=" ",
        )
        print(f"skill {goal.skill(value):.2f} {ending.seconds:5.1f} s {ending.error}", flush=True)
    return int(short > 0)


if __name__ == "__main__":
    raise SystemExit(main())
