"""The measured false alarms of every rule, as the last sentence of its docstring."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from verdicts.tally import Share

KINDS = ("false fail", "false warning")
BEGIN, END = re.compile(r'^class \w+\(Rule\):\n    """', re.MULTILINE), '\n    """\n'
MARK = "\n\n    Measured: "


def sentence(rule: str, zoo: Mapping[str, Any]) -> str:
    """Return what was measured of one rule on healthy scripts."""
    runs, counts = zoo["runs"], zoo["rules"].get(rule)
    fails, warnings = (counts[kind]["hits"] if counts else 0 for kind in KINDS)
    said = f"it failed {fails} and warned of {warnings}" if fails or warnings else "it alarmed on none"
    highest = Share(max(fails, warnings), runs).interval[1]
    return f"of {runs} runs of healthy scripts {said} (95 % interval: up to {highest:.1%})."


def with_rate(source: str, text: str) -> str:
    """Return a rule's source with the sentence at the end of its docstring, in the place of an older one."""
    begin = BEGIN.search(source)
    if begin is None:
        raise ValueError("no rule with a docstring")
    end = source.index(END, begin.end())
    kept = source[:end].partition(MARK)[0]
    return f"{kept}{MARK}{text}{source[end:]}"


def state(zoo: Mapping[str, Any]) -> None:
    """Bring the docstrings of all rules up to date."""
    from healthcheck.registry import installed_rules

    for name, rule in installed_rules().items():
        file = Path(sys.modules[rule.__module__].__file__ or "")
        file.write_text(with_rate(file.read_text(encoding="utf-8"), sentence(name, zoo)), encoding="utf-8")
