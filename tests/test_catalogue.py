"""Every rule on a sick script and on its healthy twin, which differ in the fault alone, through the whole chain.

`catalogue/FAMILY/RULE.py` is the sick script. A line that ends in `#: fail`, `#: warn` or `#: info` is
one that a finding of the rule has to name, with that status. A comment line `#> text` says what stands
in the healthy twin instead of the line above it.
"""

import re
from pathlib import Path

import pytest

from healthcheck.assemble import assemble
from healthcheck.capture.script import run_script
from healthcheck.config import Settings, configured_rules
from healthcheck.registry import installed_rules
from healthcheck.report import Report, not_checked
from healthcheck.run import check

FILES = sorted((Path(__file__).parent / "catalogue").glob("*/*.py"))
FIRSTS = {file.parent.name: file for file in reversed(FILES)}
"""The first case of each family, run through the real command as well."""

each_case = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
each_family = pytest.mark.parametrize("file", FIRSTS.values(), ids=FIRSTS)


def sick(file):
    return re.sub(r" *#> .*|  #: \w+$", "", file.read_text(), flags=re.MULTILINE)


def healthy(file):
    return re.sub(r"^.*\n( *)#> ?(.*)$", r"\n\1\2", file.read_text(), flags=re.MULTILINE)


def expected(file):
    """Return the status that each marked line has to get from the rule."""
    lines = file.read_text().splitlines()
    return {at: line.split("  #: ")[1] for at, line in enumerate(lines, 1) if "  #: " in line}
