import textwrap

import pytest

from healthcheck.report import Finding as ReportedFinding
from healthcheck.report import RuleOutcome, Source, Subject
from healthcheck.rule import Claim, Finding
from healthcheck.silence import silenced, unused

FOUND = Finding("ratio 0.5", layer="hidden", claim=Claim.FACT)


@pytest.mark.parametrize("named", ["gradient-mismatch", "gradients", "dead-units, gradient-mismatch"])
def test_a_comment_on_the_line_makes_a_finding_a_note_that_is_still_shown(named):
    line = Source(file="train.py", line=3, code=f"Round(),  # healthcheck: ignore[{named}] straight through")
    heeded = silenced("gradient-mismatch", "gradients", FOUND, line, {})
    assert heeded.claim is Claim.NOTE
    assert heeded.message == "ratio 0.5 (ignored on its line: straight through)"


@pytest.mark.parametrize("code", ["Round(),", "Round(),  # healthcheck: ignore[dead-units]", "# ignore"])
def test_any_other_line_changes_nothing(code):
    assert (
        silenced("gradient-mismatch", "gradients", FOUND, Source(file="a.py", line=1, code=code), {}) is FOUND
    )
    assert silenced("gradient-mismatch", "gradients", FOUND, None, {}) is FOUND


@pytest.mark.parametrize(("pattern", "claim"), [("hid*", Claim.NOTE), ("out*", Claim.FACT)])
def test_the_settings_silence_a_rule_on_layers_by_their_path(pattern, claim):
    heeded = silenced("gradient-mismatch", "gradients", FOUND, None, {pattern: ("gradient_mismatch",)})
    assert heeded.claim is claim


RULES = ("dead-units", "gradient-mismatch", "overfitting")


@pytest.fixture
def checked(tmp_path):
    """Return a function from a script's text to a subject in which a rule spoke on its second line."""

    def make(text, status="pass"):
        file = tmp_path / "train.py"
        file.write_text(textwrap.dedent(text))
        at = Source(file=str(file), line=2)
        outcomes = [
            RuleOutcome(rule="dead-units", family="activations", status="info"),
            RuleOutcome(rule="gradient-mismatch", family="gradients", status=status),
        ]
        found = ReportedFinding(rule="dead-units", status="info", layer="hidden", source=at, message="")
        return Subject(
            name="m", target="t", verdict="healthy", source=at, summary="", rules=outcomes, findings=[found]
        )

    return make


SCRIPT = """
    a = 1  # healthcheck: ignore[{}] on purpose
    b = "# healthcheck: ignore[nothing]"
"""


@pytest.mark.parametrize("name", ["dead-units", "activations", "overfitting"])
def test_a_comment_that_silences_a_finding_or_names_a_rule_that_did_not_run_is_not_reported(checked, name):
    assert unused([checked(SCRIPT.format(name))], {}, RULES) == []


def test_a_comment_that_silences_nothing_is_reported_with_its_line(checked):
    (said,) = unused([checked(SCRIPT.format("gradient-mismatch, dead_units"))], {}, RULES)
    assert said.endswith("train.py:2: `ignore[gradient-mismatch]` silences nothing: remove it")


def test_a_comment_on_a_rule_that_could_not_decide_is_not_reported(checked):
    assert unused([checked(SCRIPT.format("gradient-mismatch"), "inconclusive")], {}, RULES) == []


def test_a_comment_that_names_no_rule_is_reported(checked):
    (said,) = unused([checked(SCRIPT.format("dead-unit"))], {}, RULES)
    assert said.endswith("train.py:2: `ignore[dead-unit]` names no rule")


def test_a_setting_that_silences_nothing_is_reported(checked):
    ignores = {"hid*": ("dead-units", "gradient-mismatch"), "out*": ("activations", "overfitting")}
    assert unused([checked("")], ignores, RULES) == [
        "setting per-layer-ignores: 'gradient-mismatch' for 'hid*' silences nothing: remove it",
        "setting per-layer-ignores: 'activations' for 'out*' silences nothing: remove it",
    ]


def test_a_file_that_is_gone_is_not_searched(checked, tmp_path):
    subject = checked(SCRIPT.format("gradient-mismatch"))
    (tmp_path / "train.py").unlink()
    assert unused([subject], {}, RULES) == []
