"""How a test ends when a rule says different things of the models of one target."""

import pytest
from pytest_healthcheck.judgement import judgement_of

from healthcheck.report import Finding, RuleOutcome, Source, Subject, not_checked


def model(status, verdict="healthy"):
    outcome = RuleOutcome(rule="dead-units", family="activations", status=status, reason="why")
    finding = Finding(
        rule="dead-units", status=status, message="all dead", source=Source(file="a.py", line=3, code="x = 1")
    )
    findings = [finding] if status in ("fail", "warn", "info") else []
    return Subject(name="m", target="a.py", verdict=verdict, summary="s", rules=[outcome], findings=findings)


BROKEN = not_checked("a.py", "it crashed")


@pytest.mark.parametrize(
    ("subjects", "end"),
    [
        ([model("pass")], "pass"),
        ([model("info")], "pass"),
        ([model("warn"), model("pass")], "warn"),
        ([model("fail", "unhealthy"), model("warn"), BROKEN], "fail"),
        ([model("not_applicable")], "skip"),
        ([model("not_applicable"), model("pass")], "pass"),
        ([model("inconclusive"), model("pass")], "skip"),
        ([model("inconclusive"), model("warn")], "warn"),
        ([model("pass"), BROKEN], "unseen"),
        ([], "unseen"),
    ],
)
def test_the_worst_counts(subjects, end):
    assert judgement_of(subjects, "dead-units", "fail", strict=False).end == end


def test_strictly_what_is_undecided_fails():
    for others in ([], [model("warn")], [model("pass")]):
        judgement = judgement_of([model("inconclusive"), *others], "dead-units", "fail", strict=True)
        assert (judgement.end, judgement.text) == ("fail", "inconclusive: why")


def test_a_warning_fails_when_it_is_asked_to():
    assert judgement_of([model("warn")], "dead-units", "warn", strict=False).end == "fail"


def test_a_skip_says_why():
    assert judgement_of([model("not_applicable")], "dead-units", "fail", strict=False).text == (
        "not applicable: why"
    )


def test_one_model_not_checked_is_an_error_of_its_own_test():
    judgement = judgement_of([model("pass"), BROKEN], "not-checkable", "fail", strict=False)
    assert (judgement.end, judgement.text.splitlines()[0]) == ("error", "it crashed")


def test_the_text_begins_with_place_and_fault():
    text = judgement_of([model("fail", "unhealthy")], "dead-units", "fail", strict=False).text
    assert text.startswith("a.py:3: all dead\n\nFAIL dead-units\n")
