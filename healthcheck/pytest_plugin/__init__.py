"""The pytest plugin: the health of models as tests.

Imported as `pytest_healthcheck`, so that a repository with a folder called `healthcheck/` can be
tested. Whoever does not ask for it pays nothing: the engine, NumPy and TensorFlow are imported
where they are first needed.
"""
# ruff: noqa: PLC0415 - see above

import inspect
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .in_process import Checker


class HealthcheckWarning(pytest.PytestWarning):
    """A rule warned about a model."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what `[tool.healthcheck]` can set, too, and what only tests need."""
    group = parser.getgroup("healthcheck", "health of Keras models (healthcheck)")
    add = group.addoption
    add(
        "--healthcheck", action="store_true", help="check the ini file's targets, or those named as arguments"
    )
    add("--healthcheck-select", action="append", metavar="NAMES", help="only these rules or families")
    add("--healthcheck-ignore", action="append", metavar="NAMES", help="not these rules or families")
    add("--healthcheck-budget", metavar="TIME", help="probing time per model, such as 60s or 2m")
    add("--healthcheck-time-limit", metavar="TIME", help="time per target, its own code included")
    add("--healthcheck-seeds", type=int, metavar="N", help="how many seeds an experiment has")
    add("--healthcheck-fail-on", metavar="fail|warn", help="status from which a rule's test fails")
    add("--healthcheck-baseline", metavar="FILE", help="only what is not in FILE, or worse than there, fails")
    add("--healthcheck-strict", action="store_true", help="a rule that could not decide fails its test")
    add("--healthcheck-report", metavar="DIR", help="folder of the reports (default: healthcheck-report)")
    what = "what --healthcheck checks: train.py, models.py::build_model, package.models:build_model"
    parser.addini("healthcheck_targets", what, type="linelist", default=[])
    parser.addini("healthcheck_baseline", "file of known findings, which do not fail", default="")
    parser.addini("healthcheck_strict", "whether a rule that could not decide fails its test", "bool", False)
    parser.addini("healthcheck_report", "folder of healthcheck's reports", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, when it is asked for, the collection of targets."""
    config.addinivalue_line(
        "markers",
        "healthcheck(select, ignore, budget, seeds): settings of the `healthcheck` fixture; "
        "a model that the test returns, alone or as (model, x, y), has to be healthy.",
    )
    if config.getoption("healthcheck") or config.getini("healthcheck_targets"):
        from .settings import settings_of

        settings = settings_of(config)
        from .session import HealthSession

        config.pluginmanager.register(HealthSession(config, settings), "healthcheck-session")


@pytest.fixture
def healthcheck(request: pytest.FixtureRequest) -> "Generator[Checker]":
    """Check a model in this process: `healthcheck(model, x, y, epochs=20).assert_healthy()`."""
    from .in_process import checking

    with checking(request.node, request.config) as checker:
        yield checker


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Check the model that a marked test returns."""
    marked = pyfuncitem.get_closest_marker("healthcheck") is not None
    if not marked or inspect.iscoroutinefunction(pyfuncitem.obj):
        return (yield)
    from .in_process import checked_result

    with checked_result(pyfuncitem):
        return (yield)
