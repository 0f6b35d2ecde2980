"""What the runner understands: commands on standard output, files for outputs and for the summary."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

SUMMARY_BYTES = 1024 * 1024
"""What one step may write into the summary of its job; the runner refuses more."""


def say(text: str) -> None:
    """Write a line to the log, at once and in order with what child processes write."""
    sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def remark(level: str, message: str, **properties: str) -> None:
    """Make an annotation; `level` is error, warning or notice."""
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    say(f"::{level}{' ' if written else ''}{written}::{_data(message)}")


def _data(text: str) -> str:
    """Escape what would end the command and begin another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


@contextmanager
def commands_stopped() -> Generator[None, None, None]:
    """Let nothing that is printed meanwhile be a command: the word that ends it cannot be guessed."""
    token = secrets.token_hex(16)
    say(f"::stop-commands::{token}")
    try:
        yield
    finally:
        # On a line of its own, even where the output before it did not end its line.
        say(f"\n::{token}::")


def set_outputs(environment: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Set outputs of the step, whatever lines the values have."""
    with Path(environment["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        for name, value in values.items():
            delimiter = f"end-{secrets.token_hex(16)}"
            file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def add_to_summary(environment: Mapping[str, str], text: str) -> None:
    """Append to the summary of the job."""
    path = environment.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{text.rstrip()}\n\n")
