"""The results as Markdown, between two marks of the README."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- diagnosis: made by benchmarks/diagnosis.py -->", "<!-- /diagnosis -->"
COLUMNS = ("detected", "right cause first", "right line", "false fail", "false warning")


def table(results: Mapping[str, Any]) -> str:
    """Return the results as Markdown."""
    return "\n".join([*_introduction(results), "", *_in_all(results), "", *_by_rule(results["rules"])])


def _introduction(results: Mapping[str, Any]) -> list[str]:
    healthy, ill, scripts = results["healthy"], results["ill"], results["runs"]["scripts"]
    zoo = results["zoo"]["runs"]
    return [
        f"{zoo} runs of healthy scripts, {healthy - zoo} of mutants that hurt nothing and count as healthy,",
        f"and {ill} of mutants that really hurt ({scripts} scripts), each through the real command;",
        "with Wilson's 95 % intervals:",
    ]


def _in_all(results: Mapping[str, Any]) -> list[str]:
    seconds, same = results["seconds"], results["agreement"]
    imported = seconds["import_tensorflow"]
    return [
        "| in all | | |",
        "| --- | --- | --- |",
        *(f"| {name} | {_counted(results['shares'][name])} |" for name in COLUMNS),
        *(
            f"| {name}, where nothing was planted | {_counted(results['zoo'][name])} |"
            for name in COLUMNS[-2:]
        ),
        f"| same verdict from every seed | {_counted(same)} |",
        f"| seconds, median | {seconds['median']:.1f} | healthy ones {seconds['healthy_median']:.1f} |",
        f"| seconds, 90th percentile | {seconds['p90']:.1f} | healthy ones {seconds['healthy_p90']:.1f} |",
        *([f"| seconds, `import tensorflow` alone | {imported:.1f} | |"] if imported else []),
    ]


def _by_rule(rules: Mapping[str, Any]) -> list[str]:
    cells = {rule: " | ".join(_cell(counts[name]) for name in COLUMNS) for rule, counts in rules.items()}
    head = [f"| rule | {' | '.join(COLUMNS)} |", f"| --- |{' --- |' * len(COLUMNS)}"]
    return [*head, *(f"| `{rule}` | {row} |" for rule, row in cells.items())]


def _counted(share: Mapping[str, Any]) -> str:
    low, high = share["interval"]
    part = f" ({share['hits'] / share['of']:.1%})" if share["of"] else ""
    return f"{share['hits']} of {share['of']}{part} | {low:.1%} to {high:.1%}"


def _cell(share: Mapping[str, Any]) -> str:
    low, high = share["interval"]
    return f"{share['hits']}/{share['of']} ({low:.0%} to {high:.0%})" if share["of"] else ""


def with_table(readme: str, results: Mapping[str, Any]) -> str:
    """Return the README's text with the table between its marks brought up to date."""
    before, _, rest = readme.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the text has no {BEGIN} followed by {END}")
    return f"{before}{BEGIN}\n{table(results)}\n{found}{after}"


def update(readme: Path, results: Mapping[str, Any]) -> None:
    """Bring the README's table up to date."""
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), results), encoding="utf-8")
