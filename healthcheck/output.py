"""Where a report goes: which format to which file, written as a whole or not at all."""
# ruff: noqa: PLC0415 - what `--help` does not need is imported where it is used

import argparse
import os
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from healthcheck.errors import HealthcheckError
from healthcheck.streams import console_of, put

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
    place = path if path.exists() and not path.is_file() else path.parent
    if path.is_dir() or not os.access(place, os.W_OK):
        reason = "it is a folder" if path.is_dir() else "its folder is read-only"
        raise HealthcheckError(f"{str(path)!r} cannot be written: {reason}")


def deliver(report: "Report", outputs: list[Output], options: argparse.Namespace) -> None:
    """Render the report in every format and put each where it belongs.

    What cannot be written keeps none of the others from being written, and is raised at the end.
    """
    failed: list[HealthcheckError] = []
    for name, path in outputs:
        try:
            text = _rendered(name, report, options, console_of("never" if path else options.color))
            put(text) if path is None else write_whole(path, text)
        except HealthcheckError as error:
            failed.append(error)
        except OSError as error:  # rich writes to standard output even what it captures
            failed.append(HealthcheckError(f"standard output cannot be written: {error.strerror}"))
    if failed:
        raise failed[0]


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


def write_whole(path: Path, text: str) -> None:
    """Write a file so that at no time a reader sees half of it, not even after a power cut."""
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device or a pipe, which must not be replaced
        else:
            _remove_drafts(path)
            _replace(path.resolve() if path.is_symlink() else path, text)
    except OSError as error:
        raise HealthcheckError(f"{str(path)!r} cannot be written: {error.strerror}") from error


def _replace(path: Path, text: str) -> None:
    _remove_drafts(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _remove_drafts(path: Path) -> None:
    """Remove what a process that was killed has left of an earlier attempt."""
    for draft in path.parent.glob(f".{escape(path.name)}.*"):
        number = draft.name.rpartition(".")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists() and Path("/proc/self").exists():
            draft.unlink(missing_ok=True)
