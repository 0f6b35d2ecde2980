"""Words and numbers that every format shares."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from healthcheck.report import Experiment, RuleOutcome, Source, Status, Subject, Verdict

STATUS_WORDS: dict[Status, str] = {
    "error": "error",
    "fail": "fail",
    "warn": "warn",
    "info": "info",
    "inconclusive": "inconclusive",
    "not_applicable": "not applicable",
    "pass": "pass",
}
"""What a reader sees for each status, the gravest first."""

VERDICT_WORDS: dict[Verdict, str] = {
    "unhealthy": "unhealthy",
    "not_checked": "not checked",
    "healthy": "healthy",
}

_COUNT_WORDS: dict[Status, str] = {
    "error": "in error",
    "fail": "failed",
    "warn": "warned",
    "info": "noted",
    "pass": "passed",
    "not_applicable": "not applicable",
    "inconclusive": "inconclusive",
}

# A terminal's control sequences: CSI, OSC up to its end, and the two-character ones.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")


def cleaned(text: str) -> str:
    """Take out whatever could steer a terminal or turn the reading direction; keep line breaks.

    Names and messages come from the checked program, so they are data.
    """
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").expandtabs(4)
    return "".join(_safe(character) for character in text)


def one_line(text: str) -> str:
    """Clean a text and join its lines."""
    return " ".join(cleaned(text).split())


def shortened(name: str, width: int = 60) -> str:
    """Clean a name and leave out its middle when it is very long."""
    name = one_line(name)
    return name if len(name) <= width else f"{name[: width // 2 - 1]}…{name[-width // 2 :]}"


def _safe(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    return " " if unicodedata.category(character) in {"Zs", "Zl", "Zp"} else ""


def number(value: float) -> str:
    """Write a number with three significant digits, as people write it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:,.0f}" if size >= 100 else f"{value:.3g}"


def limit(measured: float | None, bound: float) -> str:
    """Say a limit so that it shows on which side of it the measured value should lie."""
    if measured is None or math.isnan(measured):
        return number(bound)
    return f"{'at most' if measured > bound else 'at least'} {number(bound)}"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: "1 rule", "2,500 steps"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def location(source: Source) -> str:
    """Write a place as editors and terminals understand it: `train.py:12`, `train.ipynb:cell 3:2`."""
    cell = "" if source.cell is None else f"cell {source.cell}:"
    return f"{source.file}:{cell}{source.line}"


def line_of_file(source: Source) -> int:
    """Return the line for formats that know files only: of a notebook's cells they see the first line."""
    return 1 if source.cell is not None else source.line


def in_cell(source: Source | None) -> str:
    """Say the place within a notebook, for formats that know files and lines only."""
    return f"Cell {source.cell}, line {source.line}: " if source and source.cell is not None else ""


def trial(experiment: Experiment, arrow: str) -> str:
    """Say what came of the experiment, in one sentence without its full stop."""
    outcome = (
        f"loss after {counted(experiment.steps, 'step')} "
        f"{number(experiment.before)} {arrow} {number(experiment.after)} "
        f"(skill {_skill(experiment.skill_before)} {arrow} {_skill(experiment.skill_after)}), "
        f"better on {experiment.better_on} of {counted(len(experiment.seeds), 'seed')}"
    )
    if None not in (ends := (experiment.gain, experiment.gain_low, experiment.gain_high)):
        gain, low, high = (_skill(end) for end in ends if end is not None)
        outcome += f"; skill gained: {gain}, 95% interval {low} to {high}"
    return outcome if experiment.helped else f"{outcome}: no clear benefit"


def sentence(text: str) -> str:
    """Begin an ordinary word with a capital letter, and end with a full stop."""
    text = text.strip()
    first = text.partition(" ")[0].removesuffix(":")
    if first == "a" or (len(first) > 1 and first.isalpha() and first.islower()):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def _skill(skill: float) -> str:
    # Zero has no sign: what rounds to it from below is not "-0.00".
    if skill < -1.0:
        return "below -1"
    return f"{round(skill, 2) + 0.0:.2f}" if math.isfinite(skill) else number(skill)


def rule_counts(rules: Iterable[RuleOutcome]) -> str:
    """Count the rules by status; what was not judged is never among the passed."""
    counts = Counter(outcome.status for outcome in rules)
    parts = [f"{counts[status]} {word}" for status, word in _COUNT_WORDS.items() if counts[status]]
    return f"{counted(counts.total(), 'rule')}: {', '.join(parts)}" if parts else "no rule was run"


def verdict_counts(subjects: list[Subject]) -> str:
    """Count the subjects by verdict."""
    counts = Counter(subject.verdict for subject in subjects)
    parts = [f"{counts[verdict]} {word}" for verdict, word in VERDICT_WORDS.items() if counts[verdict]]
    return f"{counted(len(subjects), 'model')}: {', '.join(parts)}" if parts else "no model was found"
