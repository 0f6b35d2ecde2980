"""The command: arguments, then supervise, then render, then the exit code.

What `--help` does not need is imported where it is used.
"""
# ruff: noqa: PLC0415

import argparse
import json
import re
import shlex
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from healthcheck.errors import HealthcheckError
from healthcheck.options import option_parser
from healthcheck.output import (
    chosen_outputs,
    clash,
    deliver,
    prepare,
    write_whole,
)
from healthcheck.streams import console_of, open_standard_streams, progress_shown, put, say

if TYPE_CHECKING:
    from rich.console import Console

    from healthcheck.config import Settings
    from healthcheck.output import Output

EXIT_CODES = {"healthy": 0, "unhealthy": 1, "not_checked": 2}


def main() -> int:
    """Run the command and return its exit code."""
    open_standard_streams()
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # `nohup` ignores it
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        return _run(sys.argv[1:])
    except HealthcheckError as error:
        say(f"healthcheck: error: {error}")
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
    try:
        Path.cwd()
    except OSError as error:
        raise HealthcheckError(
            "the working directory does not exist any more: change to one that does"
        ) from error
    if words[:1] in (["compare"], ["merge"]):
        return (_compare if words[0] == "compare" else _merge)(words[1:])
    end = words.index("--") if "--" in words else len(words)
    parser = option_parser()
    options, unknown = parser.parse_known_intermixed_args(words[:end])
    if unknown:
        from healthcheck.config import did_you_mean

        name = unknown[0].partition("=")[0]
        close = did_you_mean(name, set(re.findall(r"--[a-z-]+", parser.format_help())))
        theirs = "; --help lists them, and what is meant for the program follows `--`"
        parser.error(f"unknown option {name!r}{close or theirs}")
    if unclear := clash(chosen_outputs(options)):
        parser.error(unclear)
    answer = _answer(options)
    if answer is not None:
        put(answer)
        return 0
    options.targets += [f"-m {module.strip()}" for module in options.modules]
    if not options.targets:
        parser.error("no target: name a training script, as in: healthcheck train.py")
    if unused := _given_in_vain(options):
        parser.error(unused)
    if options.shard:
        from healthcheck.many import shard

        options.targets = shard(options.targets, *options.shard)
    return _check(options, words[end + 1 :], command)


def _given_in_vain(options: argparse.Namespace) -> str | None:
    """Say which option has nothing to act on, such as what only a program's own arguments can tell it."""
    from healthcheck.target import parsed

    if options.executor == "ray" and options.jobs > 1:
        return (
            "--jobs is for this machine: a Ray cluster checks as many targets at a time as it has processors"
        )
    if options.executor == "local" and options.ray_address:
        return "--ray-address is for --executor ray"
    forms = [parsed(target).form for target in options.targets]
    given = [name for name in ("data", "epochs", "batch_size") if getattr(options, name) is not None]
    if not given or any(form in ("function", "saved model") for form in forms):
        return None
    option = given[0].replace("_", "-")
    return (
        f"--{option} is for a model that comes alone; a {forms[0]} has its own plan "
        f"(after `--` it would get it as an argument: -- --{option} ...)"
    )


def _answer(options: argparse.Namespace) -> str | None:
    """Answer what is asked about the tool itself, if anything is."""
    from healthcheck.config import configured_rules
    from healthcheck.registry import installed_rules
    from healthcheck.rule_text import rule_list, settings_in_toml

    if options.explain:
        return _explained(options.explain.replace("_", "-"), console_of(options.color))
    if options.list_rules:
        return rule_list(installed_rules())
    if options.show_settings:
        settings = _settings(options)
        return settings_in_toml(settings, configured_rules(settings))
    if options.schema:
        from healthcheck.schemas import report_schema, settings_schema

        schema = settings_schema() if options.schema == "settings" else report_schema()
        return json.dumps(schema, indent=1) + "\n"
    return None


def _explained(name: str, console: "Console") -> str:
    """Return a rule's explanation: as Markdown, or laid out when a terminal shows it."""
    from healthcheck.config import did_you_mean
    from healthcheck.registry import installed_rules
    from healthcheck.rule_text import explanation

    rules = installed_rules()
    if name not in rules:
        raise HealthcheckError(f"{name!r} is not a rule{did_you_mean(name, rules)}")
    if not console.is_terminal:
        return explanation(rules[name])
    from rich.markdown import Markdown

    with console.capture() as capture:
        console.print(Markdown(explanation(rules[name])))
    return capture.get()


def _compare(words: list[str]) -> int:
    """Show what changed between two reports; 1 when something that fails is new or worse."""
    from healthcheck.comparison import compared
    from healthcheck.render.comparison import RENDERERS
    from healthcheck.report import Report

    parser = argparse.ArgumentParser(
        prog="healthcheck compare",
        description="Show what is new, worse, better and fixed in the second of two JSON reports.",
        epilog="Exit codes: 1 if something that fails, or could not be checked, is new or worse; else 0; "
        "2 for a file that cannot be read. A script of this name is checked as ./compare.",
        allow_abbrev=False,
    )
    parser.add_argument("old", type=Path, metavar="OLD.json")
    parser.add_argument("new", type=Path, metavar="NEW.json")
    parser.add_argument("--format", choices=list(RENDERERS), default="text", help="default: text")
    options = parser.parse_args(words)
    comparison = compared(Report.load(options.old), Report.load(options.new))
    put(RENDERERS[options.format](comparison))
    return int(comparison.is_worse)


def _merge(words: list[str]) -> int:
    """Put reports together, show and write the whole, and return its exit code."""
    from healthcheck.assemble import merged
    from healthcheck.options import merge_parser
    from healthcheck.report import Report

    parser = merge_parser()
    options = parser.parse_args(words)
    outputs = chosen_outputs(options)
    if unclear := clash(outputs):
        parser.error(unclear)
    report = merged(
        [Report.load(file) for file in options.reports], shlex.join(["healthcheck", "merge", *words])
    )
    for _, path in outputs:
        if path:
            prepare(path)
    deliver(report, outputs, options)
    _say_where(outputs, options)
    return EXIT_CODES[report.verdict]


def _say_where(outputs: "list[Output]", options: argparse.Namespace) -> None:
    paths = [str(path) for _, path in outputs if path]
    if paths and not options.quiet:
        say(f"reports: {', '.join(paths)}")


def _settings(options: argparse.Namespace) -> "Settings":
    from healthcheck.config import Settings, read_settings

    fields = Settings.model_fields.keys() - {"output"}  # a path, which the options keep for themselves
    given = {key: value for key, value in vars(options).items() if key in fields}
    return read_settings(Path.cwd(), {key: value for key, value in given.items() if value is not None})


def _check(options: argparse.Namespace, arguments: list[str], command: str) -> int:
    """Check every target, show and write the results, and return the exit code."""
    from healthcheck.assemble import assembled
    from healthcheck.baseline import baseline_in_force
    from healthcheck.many import supervise_all
    from healthcheck.on_ray import supervise_on_ray

    started = time.monotonic()
    outputs = chosen_outputs(options)
    try:
        settings = _settings(options)
        outputs = chosen_outputs(options, Path(settings.output))
        baseline = baseline_in_force(settings.baseline, options.write_baseline)
    except HealthcheckError as error:
        _report_unread_settings(options, outputs, command, str(error))
        raise
    for path in (options.write_baseline, *(path for _, path in outputs)):
        if path:
            prepare(path)
    if find_spec("tensorflow") is None:
        raise HealthcheckError('TensorFlow is not installed: pip install "model-healthcheck[cpu]"')
    if any(name == "html" for name, _ in outputs):
        # Plotting takes a second to import; the child needs longer to import TensorFlow.
        threading.Thread(target=import_module, args=("healthcheck.render.html",), daemon=True).start()
    with progress_shown(options.color, quiet=options.quiet) as show:
        if options.executor == "ray":
            found = supervise_on_ray(options.targets, arguments, settings, show, options.ray_address)
        else:
            found = supervise_all(options.targets, arguments, settings, show, options.jobs)
    outcomes, interrupted = found
    judged = [baseline.applied(outcome, settings.fail_on) for outcome in outcomes]
    report = assembled(judged, settings, command, time.monotonic() - started)
    deliver(report, outputs, options)
    if options.write_baseline and not interrupted:
        write_whole(options.write_baseline, baseline.written(outcomes, options.write_baseline.parent))
    _say_where(outputs, options)
    if interrupted:
        raise KeyboardInterrupt
    return EXIT_CODES[report.verdict]


def _report_unread_settings(
    options: argparse.Namespace, outputs: "list[Output]", command: str, message: str
) -> None:
    """Leave a report of what could not be checked, where files were asked for."""
    from healthcheck.assemble import assembled
    from healthcheck.config import Settings
    from healthcheck.report import not_checked
    from healthcheck.supervisor import Outcome

    subjects = [not_checked(target, message) for target in options.targets]
    files = [output for output in outputs if output[1]]
    for _, path in files:
        if path:
            prepare(path)
    deliver(assembled([Outcome(subjects=subjects)], Settings(), command, 0.0), files, options)
