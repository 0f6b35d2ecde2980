"""Everything that the results file of the diagnosis benchmark says."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from verdicts.command import installed_sources
from verdicts.tally import Judged, Share, agreement, shares, shares_by_rule, wrong_verdicts


def summed(
    runs: Sequence[Judged], reasons: Mapping[str, str], import_seconds: float | None
) -> dict[str, Any]:
    """Return the results of these runs; reasons for wrong verdicts are kept from one run to the next."""
    outcomes = [run.outcome for run in runs]
    healthy = [run.outcome.seconds for run in runs if not run.expected]
    median, p90 = _median_and_p90([outcome.seconds for outcome in outcomes])
    healthy_median, healthy_p90 = _median_and_p90(healthy)
    return {
        "sources": installed_sources(),
        "machine": {
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
        "runs": {
            "scripts": len({outcome.script for outcome in outcomes}),
            "seeds": len({outcome.seed for outcome in outcomes}),
        },
        "ill": sum(bool(run.expected) for run in runs),
        "healthy": len(healthy),
        "shares": {name: _plain(share) for name, share in shares(runs).items()},
        "agreement": _plain(agreement(outcomes)),
        "seconds": {
            "median": median,
            "p90": p90,
            "healthy_median": healthy_median,
            "healthy_p90": healthy_p90,
            "import_tensorflow": import_seconds,
        },
        "zoo": _of_the_zoo([run for run in runs if not run.is_mutant]),
        "rules": {
            rule: {name: _plain(share) for name, share in counts.items()}
            for rule, counts in shares_by_rule(runs).items()
        },
        "wrong": wrong_verdicts(runs, reasons),
    }


def _of_the_zoo(runs: Sequence[Judged]) -> dict[str, Any]:
    """Return what was said of scripts in which nobody planted anything, by rule as well."""
    kinds = ("false fail", "false warning")
    whole, by_rule = shares(runs), shares_by_rule(runs)
    return {
        "runs": len(runs),
        **{kind: _plain(whole[kind]) for kind in kinds},
        "rules": {rule: {kind: _plain(counts[kind]) for kind in kinds} for rule, counts in by_rule.items()},
    }


def _plain(share: Share) -> dict[str, Any]:
    return {"hits": share.hits, "of": share.of, "interval": [round(end, 6) for end in share.interval]}


def _median_and_p90(seconds: Sequence[float]) -> tuple[float, float]:
    if len(seconds) < 2:
        return (seconds[0], seconds[0]) if seconds else (0.0, 0.0)
    return statistics.median(seconds), statistics.quantiles(seconds, n=10, method="inclusive")[-1]
