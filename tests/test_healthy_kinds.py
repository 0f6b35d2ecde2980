"""Healthy models of many kinds: nothing fails, nothing warns."""

from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "healthy").glob("*.py"))
DEAR = ("residual_net", "transformer")
"""Checked every night: by day the kinds of `test_programs.py` stand for them."""


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(script, id=script.stem, marks=pytest.mark.slow if script.stem in DEAR else ())
        for script in SCRIPTS
    ],
)
def test_a_healthy_model_of_this_kind_gives_no_fail_and_no_warning(check, script):
    (subject,) = check(script.read_text(), script.name)
    assert subject.verdict == "healthy"
    assert not [one.message for one in subject.findings if one.status in ("fail", "warn", "error")]


def test_all_kinds_are_there():
    assert len(SCRIPTS) == 8
