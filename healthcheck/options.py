"""The options of the command, and what each of them is called in `--help`."""

import argparse
import os
import re
from pathlib import Path

from healthcheck import __version__
from healthcheck.output import DEFAULT_OUTPUT

FORMATS = ("text", "json", "html", "markdown", "sarif", "junit", "github")


def option_parser() -> argparse.ArgumentParser:
    """Return the parser of all but `compare` and `merge`."""
    parser = argparse.ArgumentParser(
        prog="healthcheck",
        usage="%(prog)s [OPTIONS] TARGET... [-- ARGS...]\n       %(prog)s compare OLD.json NEW.json"
        "\n       %(prog)s merge [OPTIONS] REPORT.json...",
        description="Find out, in seconds, whether a Keras model can learn. Checking a script runs it.",
        epilog="Exit codes: 0 healthy, 1 unhealthy, 2 could not check or wrong usage, 130 interrupted. "
        "Settings are also read from [tool.healthcheck] in the closest pyproject.toml.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    shown = "script, notebook, file.py::function, module:function or model.keras"
    add("targets", nargs="*", metavar="TARGET", help=shown)
    shown = "run a module as `python -m` does; what follows `--` goes to the program"
    add("-m", dest="modules", action="append", default=[], metavar="MODULE", help=shown)
    add("--version", action="version", version=f"healthcheck {__version__}")
    add = parser.add_argument_group("what is checked").add_argument
    add("--select", type=_names, action="extend", metavar="NAMES", help="only these rules or families")
    add("--ignore", type=_names, action="extend", metavar="NAMES", help="not these rules or families")
    add("--fail-on", metavar="fail|warn", help="status from which a model is unhealthy (default: fail)")
    add = parser.add_argument_group("what a model is trained on that comes alone").add_argument
    add("--data", metavar="FILE", help=".npz with x and y, or a Python file with load_data()")
    add("--epochs", type=_whole, metavar="N", help="planned epochs (default: 20)")
    add("--batch-size", type=_whole, metavar="N", help="batch size (default: 32)")
    add = parser.add_argument_group("how it is checked").add_argument
    add("--budget", metavar="TIME", help="probing time per model, such as 60s or 2m (default: 60s)")
    add("--time-limit", metavar="TIME", help="time per target, its own code included (default: 10m)")
    add("--memory-limit", metavar="SIZE", help="memory per target, such as 4GB or 50%% (default: 90%%)")
    add("--pass-env", type=_names, action="extend", metavar="NAMES", help="variables not to withhold")
    add("--seed", type=_whole, metavar="N", help="the first seed (default: 0)")
    add("--seeds", type=_whole, metavar="N", help="how many seeds an experiment has (default: 3)")
    add(
        "--max-fits", type=_whole, metavar="N", help="configurations that are checked per script (default: 8)"
    )
    add("--device", metavar="auto|cpu|gpu[:N]", help="where to run (default: auto)")
    add("--jobs", type=_jobs, default=1, metavar="N", help="targets at a time (default: 1)")
    add("--executor", choices=("local", "ray"), default="local", help="ray: on a Ray cluster (extra: ray)")
    add("--ray-address", metavar="ADDRESS", help="the cluster (default: one started for the check)")
    add("--shard", type=_shard, metavar="I/N", help="only the I-th of N parts of the targets")
    add("--no-experiments", dest="experiments", action="store_false", default=None, help="try no remedy")
    shown = "keep the result while nothing has changed, in .healthcheck_cache (default: unless CI is set)"
    add("--cache", action=argparse.BooleanOptionalAction, default=None, help=shown)
    add = parser.add_argument_group("what is known").add_argument
    add("--baseline", metavar="FILE", help="only what is not in FILE, or worse than there, counts")
    add("--write-baseline", type=Path, metavar="FILE", help="write what was found to FILE")
    _add_what_is_shown(parser)
    add = parser.add_argument_group("instead of checking").add_argument
    add("--list-rules", action="store_true", help="list the rules and what they see")
    add("--explain", metavar="RULE", help="explain a rule and its thresholds")
    add("--show-settings", action="store_true", help="print the settings in force, as TOML")
    shown = "print the JSON schema of the report, or of the settings"
    add("--schema", nargs="?", const="report", choices=("report", "settings"), help=shown)
    return parser


def merge_parser() -> argparse.ArgumentParser:
    """Return the parser of `merge`."""
    parser = argparse.ArgumentParser(
        prog="healthcheck merge",
        description="Put JSON reports together as one, such as those of the shards of one run.",
        epilog="Exit codes: those of the whole. A script of this name is checked as ./merge.",
        allow_abbrev=False,
    )
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT.json")
    _add_what_is_shown(parser)
    return parser


def _add_what_is_shown(parser: argparse.ArgumentParser) -> None:
    color = "never" if os.environ.get("NO_COLOR") else "auto"
    group = parser.add_argument_group("what is shown")
    add = group.add_argument
    add("--output", type=Path, metavar="DIR", help=f"folder of the reports (default: {DEFAULT_OUTPUT})")
    shown = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}, to PATH or standard output (also: -), "
    shown += "instead of text and reports; repeatable"
    add("--format", type=_format, action="append", default=[], metavar="FORMAT[=PATH]", help=shown)
    add("--color", choices=("auto", "always", "never"), default=color, help="default: auto")
    add = group.add_mutually_exclusive_group().add_argument
    add("--quiet", action="store_true", help="one line")
    add("--verbose", action="store_true", help="also the status of every rule")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _whole(text: str) -> int:
    if re.fullmatch(r"[+-]?\d{1,18}", text.strip(), re.ASCII) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _jobs(text: str) -> int:
    if (jobs := _whole(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is less than one target at a time")
    return jobs


def _shard(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text.strip(), re.ASCII)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no part of a whole, such as 1/4 to 4/4")
    return int(match[1]), int(match[2])


def _format(text: str) -> tuple[str, Path | None]:
    name, equals, path = text.partition("=")
    if name not in FORMATS:
        from healthcheck.config import did_you_mean  # noqa: PLC0415 - `--help` does not need it

        raise argparse.ArgumentTypeError(f"{name!r} is not a format{did_you_mean(name, FORMATS)}")
    return name, Path(path) if equals and path != "-" else None
