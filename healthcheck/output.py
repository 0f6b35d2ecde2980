"""Where a report goes: which format to which file, written as a whole or not at all."""
# ruff: noqa: PLC0415 - what `--help` does not need is imported where it is used

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from healthcheck.errors import HealthcheckError

if TYPE_CHECKING:
    from rich.console import Console

    from healthcheck.report import Report

DEFAULT_OUTPUT = Path("healthcheck-report")

STREAMED = ("text", "github")
"""Formats made of lines, which can share standard output."""

Output = tuple[str, Path | None]
"""A format and its file; None is standard output."""


def chosen_outputs(options: argparse.Namespace, folder: Path = DEFAULT_OUTPUT) -> list[Output]:
    """Say which format goes where: standard output first, where no full disk can lose it.

    `folder` is where the reports go that no option names a place for.
    """
    outputs: list[Output] = options.format or [("text", None)]
    outputs = sorted(outputs, key=lambda output: output[1] is not None)
    if options.output or not options.format:
        folder = options.output or folder
        outputs += [("json", folder / "report.json"), ("html", folder / "report.html")]
    return outputs


def clash(outputs: list[Output]) -> str | None:
    """Say why these outputs would get mixed up, if so."""
    shown = {"lines" if name in STREAMED else name for name, path in outputs if path is None}
    if len(shown) > 1:
        return "only one format can go to standard output: give the others a path, FORMAT=PATH"
    files = [path for _, path in outputs if path]
    twice = next((path for path in files if files.count(path) > 1), None)
    return f"two formats go to {str(twice)!r}: give each a path of its own" if twice else None


def prepare(path: Path) -> None:
    """Find out before the check whether a report can be written to `path`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HealthcheckError(f"folder {str(path.parent)!r} cannot be made: {error.strerror}") from error
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        reason = "it is a folder" if path.is_dir() else "its folder is read-only"
        raise HealthcheckError(f"{str(path)!r} cannot be written: {reason}")


def deliver(report: "Report", outputs: list[Output], options: argparse.Namespace) -> None:
    """Render the report in every format and put each where it belongs."""
    for name, path in outputs:
        text = _rendered(name, report, options, console_of("never" if path else options.color))
        put(text) if path is None else write_whole(path, text)


def write_reports(report: "Report", folder: Path) -> list[Path]:
    """Write the two usual reports into a folder and return their files."""
    from healthcheck.render.html import render_html

    texts = {folder / "report.json": report.to_json(), folder / "report.html": render_html(report)}
    for path, text in texts.items():
        prepare(path)
        write_whole(path, text)
    return list(texts)


def _rendered(name: str, report: "Report", options: argparse.Namespace, console: "Console") -> str:
    if name != "text":
        from healthcheck.render.formats import RENDERERS

        return RENDERERS[name](report)
    from healthcheck.render import terminal

    with console.capture() as capture:
        show = terminal.print_summary_line if options.quiet else terminal.print_report
        show(report, console)
        if options.verbose:
            terminal.print_every_rule(report, console)
    return capture.get()


def console_of(color: str, *, stderr: bool = False) -> "Console":
    """Return a console of rich, colored as asked."""
    from rich.console import Console

    if color == "always":
        return Console(stderr=stderr, force_terminal=True, color_system="standard")
    return Console(stderr=stderr, color_system=None if color == "never" else "auto")


def put(text: str) -> None:
    """Write to standard output, whatever its encoding, and mind no reader who has left."""
    try:
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, errors="replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_whole(path: Path, text: str) -> None:
    """Write a file so that at no time a reader sees half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise HealthcheckError(f"{str(path)!r} cannot be written: {error.strerror}") from error
