"""A comment on the line that a finding names makes it information: it is still shown, with its reason."""

import re
from dataclasses import replace

from healthcheck.report import Source
from healthcheck.rule import Claim, Finding

_COMMENT = re.compile(r"#\s*healthcheck:\s*ignore\[([\w\s,-]+)\]\s*(.*)$")


def heeding(rule: str, family: str, finding: Finding, line: Source | None) -> Finding:
    """Return the finding, as a note where `# healthcheck: ignore[rule-name] reason` stands on its line."""
    found = _COMMENT.search(line.code) if line else None
    if not found or {rule, family}.isdisjoint(name.strip() for name in found[1].split(",")):
        return finding
    reason = f": {found[2]}" if found[2] else ""
    return replace(
        finding, claim=Claim.NOTE, remedy=None, message=f"{finding.message} (ignored on its line{reason})"
    )
