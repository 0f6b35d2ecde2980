"""A test run that checks targets: collect them, share the probes between processes, report."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from healthcheck.assemble import assembled
from healthcheck.baseline import Baseline, baseline_in_force
from healthcheck.config import Settings, configured_rules
from healthcheck.errors import HealthcheckError
from healthcheck.output import write_reports
from healthcheck.render.phrasing import VERDICT_WORDS, counted, rule_counts
from healthcheck.report import Report, overall

from .health import Health, health_key
from .nodes import HealthcheckFile
from .probing import Probed, Probes
from .targets import Targets, configured_targets, is_test_file


class HealthSession:
    """The hooks of a run with targets, in the controller and in every worker of xdist."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        baseline = _baseline(settings)
        given: dict[str, Any] | None = getattr(config, "workerinput", None)
        self.is_worker = given is not None
        if given is None:
            self.folder = Path(tempfile.mkdtemp(prefix="pytest-healthcheck-"))
            targets = configured_targets(config)
            _ask_for(targets, config)
        else:
            self.folder = Path(given["healthcheck_folder"])
            targets = _unpacked(given["healthcheck_targets"])
        rules = {name: rule.family() for name, rule in configured_rules(settings).items()}
        strict = bool(config.getoption("healthcheck_strict") or config.getini("healthcheck_strict"))
        import_path = [str(path) for path in config.getini("pythonpath")]
        probes = Probes(self.folder, settings, import_path, baseline)
        self.health = Health(targets, rules, settings, strict, probes)
        self.reports: list[Path] = []
        config.stash[health_key] = self.health

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist what is checked and where the probes are shared."""
        node.workerinput["healthcheck_folder"] = str(self.folder)
        node.workerinput["healthcheck_targets"] = [
            (str(file), attribute, name)
            for file, of_file in self.health.targets.items()
            for attribute, name in of_file
        ]

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect a target; unless its name is that of a test file, nothing else may import it."""
        collected = yield
        if file_path not in self.health.targets:
            return collected
        others = collected if is_test_file(self.config, file_path) else []
        return [*others, HealthcheckFile.from_parent(parent, path=file_path)]

    def pytest_report_header(self) -> str:
        """Name versions, device and budget."""
        settings = self.health.settings
        versions = [f"{name} {found}" for name in ("keras", "tensorflow") if (found := _version(name))]
        ours = f"healthcheck: {_version('model-healthcheck')}, {', '.join(versions)}"
        count = sum(map(len, self.health.targets.values()))
        limits = f"device {settings.device}, budget {settings.budget:g} s"
        return f"{ours}, {limits}, {counted(count, 'target')}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Write the reports on what was probed."""
        probed = [] if self.is_worker else self.health.probes.finished()
        if probed:
            self.reports = self._written(self._report(probed))

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Say what came of each target, and where the report is."""
        probed = self.health.probes.finished()
        if not probed:
            return
        terminalreporter.section("healthcheck")
        for one in probed:
            subjects = one.outcome.subjects
            verdict = VERDICT_WORDS[overall([subject.verdict for subject in subjects])]
            counts = rule_counts(outcome for subject in subjects for outcome in subject.rules)
            device = f" on {one.outcome.device}" if one.outcome.device else ""
            terminalreporter.line(f"{one.target}: {verdict}; {counts}; {one.seconds:.1f} s{device}")
        terminalreporter.line(f"report: {self.reports[-1]}")

    def pytest_unconfigure(self) -> None:
        """Leave no file but the reports."""
        if not self.is_worker:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _report(self, probed: list[Probed]) -> Report:
        command = shlex.join(["pytest", *map(str, self.config.invocation_params.args)])
        seconds = sum(one.seconds for one in probed)
        return assembled([one.outcome for one in probed], self.health.settings, command, seconds)

    def _written(self, report: Report) -> list[Path]:
        option, ini = self.config.getoption("healthcheck_report"), self.config.getini("healthcheck_report")
        root = self.config.rootpath
        folder = Path(option) if option else root / (ini or self.health.settings.output)
        try:
            return write_reports(report, folder)
        except HealthcheckError as error:
            raise pytest.UsageError(f"--healthcheck-report: {error}") from error


def _baseline(settings: Settings) -> Baseline:
    try:
        return baseline_in_force(settings.baseline, None)
    except HealthcheckError as error:
        raise pytest.UsageError(f"healthcheck: {error}") from error


def _ask_for(targets: Targets, config: pytest.Config) -> None:
    """Have the targets collected when no argument says what to collect."""
    if not targets and config.args_source is not config.ArgsSource.ARGS:
        raise pytest.UsageError(
            "--healthcheck: there is no target; name a script, or set `healthcheck_targets` in the ini file"
        )
    if config.args_source is config.ArgsSource.ARGS:
        return
    walked = [Path(os.path.abspath(config.invocation_params.dir / arg)) for arg in config.args]  # noqa: PTH100
    config.args += [str(file) for file in targets if not any(file.is_relative_to(path) for path in walked)]


def _unpacked(targets: list[tuple[str, str | None, str]]) -> Targets:
    unpacked: Targets = {}
    for file, attribute, name in targets:
        unpacked.setdefault(Path(file), []).append((attribute, name))
    return unpacked


def _version(name: str) -> str | None:
    for distribution in (name, f"{name}-cpu"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return None
