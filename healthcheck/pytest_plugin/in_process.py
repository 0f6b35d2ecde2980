"""Check models that tests make, in the test's own process."""

import functools
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

import healthcheck
from healthcheck.capture.call import check
from healthcheck.capture.factory import fit_of
from healthcheck.capture.recorder import Recorder, recording
from healthcheck.config import Settings
from healthcheck.report import Report

from .settings import settings_of

_MARKER = ("select", "ignore", "budget", "seeds")


class Checker:
    """What the fixture gives: `healthcheck(model, x, y, epochs=20) -> Report`."""

    def __init__(self, settings: Settings, recorder: Recorder) -> None:
        self.settings, self.recorder = settings, recorder

    def __call__(self, model: Any, x: Any, y: Any = None, **fit: Any) -> Report:
        """Check a model as `healthcheck.check` does, with the settings of the test."""
        return check(model, x, y, **fit, settings=self.settings, recorder=self.recorder)

    def check_gradients(self, layer: Any, x: Any) -> Any:
        """Compare a layer's gradients with numeric ones, as `healthcheck.check_gradients` does."""
        engine: Any = healthcheck
        return engine.check_gradients(layer, x)


@contextmanager
def checking(node: pytest.Item, config: pytest.Config) -> Generator[Checker]:
    """Watch how models are built as long as the test runs."""
    settings = settings_of(config, _marked(node))
    with recording() as recorder:
        yield Checker(settings, recorder)


@contextmanager
def checked_result(item: pytest.Function) -> Generator[None]:
    """Check the model that the test function returns inside the block, and let it return None."""
    function: Any = item.obj
    known: Any = item.funcargs.get("healthcheck")

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> None:
        if known is not None:
            _assert_healthy(function(*args, **kwargs), item, known)
            return
        with checking(item, item.config) as checker:
            _assert_healthy(function(*args, **kwargs), item, checker)

    item.obj = checked
    try:
        yield
    finally:
        item.obj = function


def _assert_healthy(made: Any, item: pytest.Function, checker: Checker) -> None:
    if made is None:
        if "healthcheck" not in item.fixturenames:
            pytest.fail(
                "the test is marked `healthcheck`, but it neither returns a model nor uses the fixture"
            )
        return
    model, fit = fit_of(made, item.getparent(pytest.Module).obj)  # pyright: ignore[reportOptionalMemberAccess]
    report = checker(model, fit.pop("x", None), fit.pop("y", None), **fit)
    try:
        report.assert_healthy()
    except AssertionError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _marked(node: pytest.Item) -> dict[str, object]:
    """Return the settings of the test's marker."""
    marker = node.get_closest_marker("healthcheck")
    if marker is None:
        return {}
    unknown = [*map(repr, marker.args), *(name for name in marker.kwargs if name not in _MARKER)]
    if unknown:
        raise pytest.UsageError(f"pytest.mark.healthcheck takes {', '.join(_MARKER)}, not {unknown[0]}")
    return dict(marker.kwargs)
