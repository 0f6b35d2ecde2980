"""The command: arguments, then supervise, then render, then the exit code.

What `--help` does not need is imported where it is used.
"""
# ruff: noqa: PLC0415

import argparse
import json
import os
import platform
import re
import shlex
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from healthcheck import __version__
from healthcheck.errors import HealthcheckError

if TYPE_CHECKING:
    from rich.console import Console

    from healthcheck.config import Settings
    from healthcheck.report import Report
    from healthcheck.supervisor import Outcome

EXIT_CODES = {"healthy": 0, "unhealthy": 1, "not_checked": 2}
FORMATS = ("text", "json", "html")
DEFAULT_OUTPUT = Path("healthcheck-report")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="healthcheck",
        usage="%(prog)s [OPTIONS] TARGET... [-- ARGS...]",
        description="Find out, in seconds, whether a Keras model can learn. Checking a script runs it.",
        epilog="Exit codes: 0 healthy, 1 unhealthy, 2 could not check or wrong usage, 130 interrupted. "
        "Settings are also read from [tool.healthcheck] in the closest pyproject.toml.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("targets", nargs="*", metavar="TARGET", help="training script; what follows -- is passed on to it")
    add("--version", action="version", version=f"healthcheck {__version__}")
    add = parser.add_argument_group("what is checked").add_argument
    add("--select", type=_names, action="extend", metavar="NAMES", help="only these rules or families")
    add("--ignore", type=_names, action="extend", metavar="NAMES", help="not these rules or families")
    add("--fail-on", metavar="fail|warn", help="status from which a model is unhealthy (default: fail)")
    add = parser.add_argument_group("how it is checked").add_argument
    add("--budget", metavar="TIME", help="probing time per model, such as 60s or 2m (default: 60s)")
    add("--time-limit", metavar="TIME", help="time per target, its own code included (default: 10m)")
    add("--seed", type=int, metavar="N", help="the first seed (default: 0)")
    add("--seeds", type=int, metavar="N", help="how many seeds an experiment has (default: 3)")
    add("--device", metavar="auto|cpu|gpu[:N]", help="where to run (default: auto)")
    add("--no-experiments", dest="experiments", action="store_false", default=None, help="try no remedy")
    group = parser.add_argument_group("what is shown")
    add = group.add_argument
    add("--output", type=Path, metavar="DIR", help=f"folder of the reports (default: {DEFAULT_OUTPUT})")
    shown = "text, json or html, to PATH or standard output, instead of text and reports; repeatable"
    add("--format", type=_format, action="append", default=[], metavar="FORMAT[=PATH]", help=shown)
    add("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")
    add = group.add_mutually_exclusive_group().add_argument
    add("--quiet", action="store_true", help="one line")
    add("--verbose", action="store_true", help="also the status of every rule")
    add = parser.add_argument_group("instead of checking").add_argument
    add("--list-rules", action="store_true", help="list the rules and what they see")
    add("--explain", metavar="RULE", help="explain a rule and its thresholds")
    add("--show-settings", action="store_true", help="print the settings in force, as TOML")
    add("--schema", action="store_true", help="print the JSON schema of the report")
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _format(text: str) -> tuple[str, Path | None]:
    name, equals, path = text.partition("=")
    if name not in FORMATS:
        from healthcheck.config import did_you_mean

        raise argparse.ArgumentTypeError(f"{name!r} is not a format{did_you_mean(name, FORMATS)}")
    return name, Path(path) if equals else None


def main() -> int:
    """Run the command and return its exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(sys.argv[1:])
    except HealthcheckError as error:
        sys.stderr.write(f"healthcheck: error: {error}\n")
        return EXIT_CODES["not_checked"]
    except KeyboardInterrupt:
        sys.stderr.write("healthcheck: interrupted\n")
        return 130
    except Exception:  # noqa: BLE001  left alone, a fault of ours would exit with 1: "unhealthy"
        traceback.print_exc()
        return EXIT_CODES["not_checked"]


def _interrupt(number: int, _: object) -> NoReturn:
    """Take a polite request to stop like Ctrl-C, so that the child is stopped as well."""
    raise KeyboardInterrupt(number)


def _run(words: list[str]) -> int:
    command = shlex.join(["healthcheck", *words])
    if command.encode(errors="replace").decode() != command:
        raise HealthcheckError("an argument is not valid UTF-8")
    end = words.index("--") if "--" in words else len(words)
    parser = _parser()
    options, unknown = parser.parse_known_intermixed_args(words[:end])
    if unknown:
        from healthcheck.config import did_you_mean

        name = unknown[0].partition("=")[0]
        close = did_you_mean(name, set(re.findall(r"--[a-z-]+", parser.format_help())))
        parser.error(f"unknown option {name!r}{close or '; --help lists them'}")
    if sum(path is None for _, path in options.format) > 1:
        parser.error("only one format can go to standard output: give the others a path, FORMAT=PATH")
    answer = _answer(options)
    if answer is not None:
        _put(answer)
        return 0
    if not options.targets:
        parser.error("no target: name a training script, as in: healthcheck train.py")
    return _check(options, words[end + 1 :], command)


def _answer(options: argparse.Namespace) -> str | None:
    """Answer what is asked about the tool itself, if anything is."""
    from healthcheck.config import configured_rules, rule_list, settings_in_toml
    from healthcheck.registry import installed_rules
    from healthcheck.report import Report

    if options.explain:
        return _explained(options.explain.replace("_", "-"), _console(options.color))
    if options.list_rules:
        return rule_list(installed_rules())
    if options.show_settings:
        settings = _settings(options)
        return settings_in_toml(settings, configured_rules(settings))
    if options.schema:
        return json.dumps(Report.model_json_schema(mode="serialization"), indent=1) + "\n"
    return None


def _explained(name: str, console: "Console") -> str:
    """Return a rule's explanation: as Markdown, or laid out when a terminal shows it."""
    from healthcheck.config import did_you_mean, explanation
    from healthcheck.registry import installed_rules

    rules = installed_rules()
    if name not in rules:
        raise HealthcheckError(f"{name!r} is not a rule{did_you_mean(name, rules)}")
    if not console.is_terminal:
        return explanation(rules[name])
    from rich.markdown import Markdown

    with console.capture() as capture:
        console.print(Markdown(explanation(rules[name])))
    return capture.get()


def _settings(options: argparse.Namespace) -> "Settings":
    from healthcheck.config import Settings, read_settings

    given = {key: value for key, value in vars(options).items() if key in Settings.model_fields}
    return read_settings(Path.cwd(), {key: value for key, value in given.items() if value is not None})


def _check(options: argparse.Namespace, arguments: list[str], command: str) -> int:
    """Check every target, show and write the results, and return the exit code."""
    from healthcheck.supervisor import supervise

    started = time.monotonic()
    settings = _settings(options)
    outputs = _outputs(options)
    paths = [path for _, path in outputs if path]
    for path in paths:
        _prepare(path)
    if find_spec("tensorflow") is None:
        raise HealthcheckError('TensorFlow is not installed: pip install "model-healthcheck[cpu]"')
    if any(name == "html" for name, _ in outputs):
        # Plotting takes a second to import; the child needs longer to import TensorFlow.
        threading.Thread(target=import_module, args=("healthcheck.render.html",), daemon=True).start()
    with _progress(options) as show:
        outcomes = [supervise(name, arguments, settings, partial(show, name)) for name in options.targets]
    report = _report(outcomes, settings, command, time.monotonic() - started)
    for name, path in outputs:
        text = _rendered(name, report, options, _console("never" if path else options.color))
        _put(text) if path is None else _write(path, text)
    if paths and not options.quiet:
        sys.stderr.write(f"reports: {', '.join(map(str, paths))}\n")
    return EXIT_CODES[report.verdict]


def _outputs(options: argparse.Namespace) -> list[tuple[str, Path | None]]:
    """Say which format goes where: standard output first, where no full disk can lose it."""
    outputs: list[tuple[str, Path | None]] = options.format or [("text", None)]
    outputs = sorted(outputs, key=lambda output: output[1] is not None)
    if options.output or not options.format:
        folder = options.output or DEFAULT_OUTPUT
        outputs += [("json", folder / "report.json"), ("html", folder / "report.html")]
    return outputs


def _prepare(path: Path) -> None:
    """Find out before the check whether a report can be written to `path`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HealthcheckError(f"folder {str(path.parent)!r} cannot be made: {error.strerror}") from error
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        reason = "it is a folder" if path.is_dir() else "its folder is read-only"
        raise HealthcheckError(f"the report {str(path)!r} cannot be written: {reason}")


@contextmanager
def _progress(options: argparse.Namespace) -> Generator[Callable[[str, str], None]]:
    """Yield what shows a target and its latest event: on a terminal, and else nowhere."""
    from rich.text import Text

    if options.quiet or not sys.stderr.isatty():
        yield lambda target, event: None
        return
    with _console(options.color, stderr=True).status(Text("starting")) as status:
        yield lambda target, event: status.update(Text(f"{target}: {event}"))


def _report(outcomes: "list[Outcome]", settings: "Settings", command: str, seconds: float) -> "Report":
    from healthcheck.report import Report, overall

    subjects = [subject for outcome in outcomes for subject in outcome.subjects]
    versions = {"healthcheck": __version__, "python": platform.python_version()}
    for outcome in outcomes:
        versions |= outcome.versions
    return Report(
        versions=dict(sorted(versions.items())),
        device=next((outcome.device for outcome in outcomes if outcome.device), settings.device),
        command=command,
        settings=settings.model_dump(mode="json"),
        verdict=overall([subject.verdict for subject in subjects]),
        subjects=subjects,
        seconds=seconds,
    )


def _rendered(name: str, report: "Report", options: argparse.Namespace, console: "Console") -> str:
    if name == "json":
        return report.to_json()
    if name == "html":
        from healthcheck.render.html import render_html

        return render_html(report)
    from healthcheck.render import terminal

    with console.capture() as capture:
        show = terminal.print_summary_line if options.quiet else terminal.print_report
        show(report, console)
        if options.verbose:
            terminal.print_every_rule(report, console)
    return capture.get()


def _console(color: str, *, stderr: bool = False) -> "Console":
    from rich.console import Console

    if color == "always":
        return Console(stderr=stderr, force_terminal=True, color_system="standard")
    return Console(stderr=stderr, color_system=None if color == "never" else "auto")


def _put(text: str) -> None:
    """Write to standard output, whatever its encoding, and mind no reader who has left."""
    try:
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, errors="replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(path: Path, text: str) -> None:
    """Write a file so that at no time a reader sees half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise HealthcheckError(f"the report {str(path)!r} cannot be written: {error.strerror}") from error
