"""Write the summary of the job."""

from __future__ import annotations

from collections.abc import Mapping

from github_action.plan import read_plan
from github_action.runner import SUMMARY_BYTES, add_to_summary
from github_action.text import bytes_of, fitted, letter


def main(environment: Mapping[str, str]) -> int:
    """Write as much as one step may."""
    text = letter(read_plan(environment), environment)
    add_to_summary(environment, fitted(text, SUMMARY_BYTES - 2, bytes_of))
    return 0
