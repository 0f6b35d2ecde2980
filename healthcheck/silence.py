"""What the user silences becomes information: still shown, with its reason; what silences nothing is said.

On the line that a finding names: `# healthcheck: ignore[rule-name] reason`. In the settings, for
layers by their path: `[tool.healthcheck.per-layer-ignores]` with `"encoder/*" = ["rule-name"]`.
"""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from healthcheck.report import Finding as ReportedFinding
from healthcheck.report import Source, Subject
from healthcheck.rule import Claim, Finding

_COMMENT = re.compile(r"#\s*healthcheck:\s*ignore\[([\w\s,-]+)\]\s*(.*)$")

Ignores = Mapping[str, Sequence[str]]
"""Rules and families by pattern of the layers' paths."""


def silenced(rule: str, family: str, finding: Finding, line: Source | None, ignores: Ignores) -> Finding:
    """Return the finding, as a note where its line or the settings ask for that."""
    comment = _COMMENT.search(line.code) if line else None
    if comment and _names({rule, family}, comment[1].split(",")):
        return _noted(finding, f"ignored on its line{': ' if comment[2] else ''}{comment[2]}")
    for pattern, names in ignores.items():
        if _matches(finding.layer, pattern) and _names({rule, family}, names):
            return _noted(finding, f"ignored by the settings for {pattern!r}")
    return finding


def unused(subjects: Sequence[Subject], ignores: Ignores, rules: Iterable[str]) -> list[str]:
    """Say which comments and settings silenced nothing, among those that name rules that gave a verdict.

    `rules` are all installed rules; a comment that names none of them, nor a family, is reported as well.
    """
    families = {outcome.rule: outcome.family for subject in subjects for outcome in subject.rules}
    undecided = {o.rule for s in subjects for o in s.rules if o.status in ("inconclusive", "error")}
    decided = families.keys() - undecided
    found = [finding for subject in subjects for finding in subject.findings]
    known = {*rules, *families.values()}

    def is_needed(name: str, ours: Iterable[ReportedFinding]) -> bool:
        named = {rule for rule, family in families.items() if name in (rule, family)}
        return bool(named - decided) or (not named and name in known) or any(f.rule in named for f in ours)

    said = [
        f"{file}:{line}: `ignore[{name}]` names no rule"
        if name not in known
        else f"{file}:{line}: `ignore[{name}]` silences nothing: remove it"
        for file, line, name in _comments(_files(subjects))
        if not is_needed(name, (f for f in found if _is_at(f.source, file, line)))
    ]
    return said + [
        f"setting per-layer-ignores: {name!r} for {pattern!r} silences nothing: remove it"
        for pattern, names in ignores.items()
        for name in names
        if not is_needed(name, (f for f in found if _matches(f.layer, pattern)))
    ]


def _noted(finding: Finding, why: str) -> Finding:
    return replace(finding, claim=Claim.NOTE, remedy=None, message=f"{finding.message} ({why})")


def _matches(layer: str | None, pattern: str) -> bool:
    return layer is not None and fnmatchcase(layer, pattern)


def _names(own: set[str], names: Iterable[str]) -> bool:
    return not own.isdisjoint(name.strip().replace("_", "-") for name in names)


def _is_at(source: Source | None, file: str, line: int) -> bool:
    return source is not None and (source.file, source.line) == (file, line)


def _files(subjects: Sequence[Subject]) -> list[str]:
    """Return the user's files that made a layer or train a model."""
    places = [subject.source for subject in subjects]
    places += [layer.source for subject in subjects for layer in subject.layers]
    return sorted({place.file for place in places if place})


def _comments(files: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and name for every rule or family that a comment wants silenced."""
    for file in files:
        try:
            text = Path(file).read_text(encoding="utf-8")
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        except (OSError, UnicodeDecodeError, SyntaxError, tokenize.TokenError):
            continue  # a notebook's cell or a file that is gone: there is no line to look at
        for token in tokens:
            comment = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
            for name in comment[1].split(",") if comment else ():
                yield file, token.start[0], name.strip().replace("_", "-")
