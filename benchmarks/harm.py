"""Train the healthy scripts and their mutants with plain Keras, to know which mutants really hurt.

`python benchmarks/harm.py [--jobs 2] [--seeds 3] [NAME ...]` writes `benchmarks/results/harm.json`,
trains only what is not there yet, and can be stopped and started again
(half an hour in all on two idle cores).
"""

import argparse
import sys

from mutants import mutants
from verdicts.cases import zoo
from verdicts.harm import SEEDS, Trained, hurting, known_trainings, text_key, write_trainings
from verdicts.plain import endings


def main() -> None:
    """Train what is not known yet, and say what hurts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", help="only these mutants, and the scripts that they were (default: all)"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="train from so many seeds")
    options = parser.parse_args()
    healthy = [script for script in zoo() if script.goal]
    scripts = [*healthy, *mutants()]
    wanted = {name for one in options.names for name in (one, one.partition("--")[0])}
    by_name, known = {script.name: script for script in scripts}, known_trainings()
    missing = [
        (script, seed)
        for seed in SEEDS[: options.seeds]
        for script in scripts
        if script.harm != "fact" and (not wanted or script.name in wanted)
        if seed not in known.get(text_key(script), {})
    ]
    for number, ending in enumerate(endings(missing, options.jobs), 1):
        trained = Trained.from_ending(ending, by_name[ending.script])
        known.setdefault(text_key(by_name[ending.script]), {})[ending.seed] = trained
        shown = f"{ending.script} seed {ending.seed}: skill {trained.skill:.2f}, rise {trained.rise:.2f}"
        print(
            f"[{number}/{len(missing)}] {shown}, {ending.seconds:.1f} s {ending.error}",
            file=sys.stderr,
            flush=True,
        )
        if number % 10 == 0:
            write_trainings(scripts, known)
    write_trainings(scripts, known)
    ill = hurting(scripts, healthy)
    planted = [script for script in scripts if script.original]
    print(
        f"{sum(ill[script.name] is True for script in planted)} of {len(planted)} mutants hurt; the others:"
    )
    for script in planted:
        if not ill[script.name]:
            print(f"  {script.name}")


if __name__ == "__main__":
    main()
