"""Healthy models of many kinds: nothing fails, nothing warns."""

from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "healthy").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_healthy_model_of_this_kind_gives_no_fail_and_no_warning(check, script):
    (subject,) = check(script.read_text(), script.name)
    assert subject.verdict == "healthy"
    assert not [one.message for one in subject.findings if one.status in ("fail", "warn", "error")]


def test_all_kinds_are_there():
    assert len(SCRIPTS) == 8
