"""A comparison of two reports as text, as Markdown and as JSON."""

from collections.abc import Callable

from healthcheck.comparison import Change, Comparison
from healthcheck.render.gfm import code, table, text
from healthcheck.render.phrasing import STATUS_WORDS, VERDICT_WORDS, counted, location, number, one_line

MAX_ROWS = 100
"""Changes of one kind that are shown."""

_TITLES = {
    "new": "new",
    "worse": "worse",
    "better": "better",
    "fixed": "fixed",
    "unknown": "not looked for, or not decided",
}


def _groups(comparison: Comparison) -> list[tuple[str, list[Change]]]:
    return [
        (title, getattr(comparison, name)) for name, title in _TITLES.items() if getattr(comparison, name)
    ]


def _headline(comparison: Comparison) -> str:
    counts = [f"{len(changes):,} {title}" for title, changes in _groups(comparison)]
    return ", ".join([*counts, f"{comparison.unchanged:,} unchanged"])


def _verdicts(comparison: Comparison) -> str:
    return f"{VERDICT_WORDS[comparison.verdict_before]} → {VERDICT_WORDS[comparison.verdict_after]}"


def _figures(change: Change) -> str:
    """Write what was measured before and after, and the limit."""
    values = [number(value) for value in (change.before, change.after) if value is not None]
    bound = "" if change.limit is None or not values else f" (limit {number(change.limit)})"
    return " → ".join(values) + bound


def _status(change: Change) -> str:
    words = [STATUS_WORDS[one] for one in (change.status_before, change.status_after) if one]
    return " → ".join(dict.fromkeys(words))


def _where(change: Change) -> str:
    return location(change.source) if change.source else change.target


def render_text(comparison: Comparison) -> str:
    """Write one line for each change, the worst kind first."""
    lines = [f"{_verdicts(comparison)}: {_headline(comparison)}"]
    for title, changes in _groups(comparison):
        lines += ["", title.upper(), *map(_line, changes[:MAX_ROWS])]
        if len(changes) > MAX_ROWS:
            lines.append(f"  ... and {len(changes) - MAX_ROWS:,} more")
    return "\n".join(lines) + "\n"


def _line(change: Change) -> str:
    about = f"{change.subject} {change.layer}" if change.layer else change.subject
    parts = [_where(change), _status(change), f"{change.rule}: {about}", _figures(change), change.message]
    return "  " + "  ".join(one_line(part) for part in parts if part)


def render_markdown(comparison: Comparison) -> str:
    """Write a table for each kind of change."""
    parts = [f"## {_verdicts(comparison)}", f"{_headline(comparison)}."]
    for title, changes in _groups(comparison):
        head = ("status", "rule", "model", "layer", "where", "measured")
        parts.append(f"### {title.capitalize()} ({counted(len(changes), 'finding')})")
        parts.append(table(head, map(_row, changes[:MAX_ROWS])))
        if len(changes) > MAX_ROWS:
            parts.append(f"... and {len(changes) - MAX_ROWS:,} more")
    return "\n\n".join(parts) + "\n"


def _row(change: Change) -> list[str]:
    names = [code(part) for part in (change.rule, change.subject, change.layer or "", _where(change))]
    return [_status(change), *names, text(_figures(change))]


def render_json(comparison: Comparison) -> str:
    """Write the comparison as strict JSON."""
    return comparison.model_dump_json(indent=1) + "\n"


RENDERERS: dict[str, Callable[[Comparison], str]] = {
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
}
