"""Two reports side by side: what is new, worse, better, fixed, and what nobody looked for."""

import json

import pytest
from reports import HOSTILE, REPORTS, healthy_subject, report, sick_subject, unchecked_subject

from healthcheck.comparison import Comparison, compared
from healthcheck.render.comparison import RENDERERS
from healthcheck.report import Finding, Report

SICK = REPORTS["sick"]


def changed(rule: str, **update) -> Report:
    """The sick report with one finding of `rule` changed, or dropped when nothing is given."""
    subject = sick_subject()
    findings = [
        finding.model_copy(update=update) if finding.rule == rule else finding
        for finding in subject.findings
        if update or finding.rule != rule
    ]
    return report("unhealthy", subject.model_copy(update={"findings": findings}))


def rules(changes: list) -> list[str]:
    return [change.rule for change in changes]


def test_a_report_compared_with_itself_is_unchanged():
    comparison = compared(SICK, SICK)
    assert comparison == Comparison(verdict_before="unhealthy", verdict_after="unhealthy", unchanged=5)
    assert not comparison.is_worse


def test_a_finding_only_in_the_second_report_is_new_and_counts_when_it_fails():
    comparison = compared(changed("loss-not-decreasing"), SICK)
    assert rules(comparison.new) == ["loss-not-decreasing"]
    assert (comparison.new[0].before, comparison.new[0].after) == (None, 0.693)
    assert comparison.is_worse


def test_a_new_warning_does_not_count():
    comparison = compared(changed("training-too-short"), SICK)
    assert rules(comparison.new) == ["training-too-short"]
    assert not comparison.is_worse


def test_a_finding_only_in_the_first_report_is_fixed_with_what_it_was():
    comparison = compared(SICK, changed("loss-not-decreasing"))
    assert rules(comparison.fixed) == ["loss-not-decreasing"]
    assert (comparison.fixed[0].before, comparison.fixed[0].status_before) == (0.693, "fail")
    assert not comparison.is_worse


def test_worse_and_better_have_both_figures():
    grown = changed("loss-not-decreasing", measured=0.9)
    worse, better = compared(SICK, grown), compared(grown, SICK)
    assert [(c.before, c.after, c.limit) for c in worse.worse] == [(0.693, 0.9, 0.68)]
    assert [(c.before, c.after) for c in better.better] == [(0.9, 0.693)]
    assert worse.is_worse
    assert not better.is_worse


def test_a_warning_that_fails_now_is_worse():
    comparison = compared(SICK, changed("training-too-short", status="fail"))
    assert rules(comparison.worse) == ["training-too-short"]
    assert comparison.is_worse


def test_what_the_second_report_did_not_look_for_is_not_fixed():
    comparison = compared(SICK, report("healthy", healthy_subject()))
    assert (len(comparison.unknown), comparison.fixed) == (5, [])


def test_a_target_that_can_no_longer_be_checked_counts():
    comparison = compared(report("healthy", healthy_subject()), report("not_checked", unchecked_subject()))
    assert rules(comparison.new) == ["not-checkable"]
    assert comparison.is_worse


def test_another_spelling_of_a_target_is_the_same_target():
    respelled = report(
        "unhealthy", sick_subject().model_copy(update={"target": "./examples/circles_sigmoid.py"})
    )
    assert compared(SICK, respelled).unchanged == 5


def test_what_is_known_to_the_baseline_of_the_second_report_is_neither_new_nor_fixed():
    known = changed("loss-not-decreasing", status="info", known=True)
    assert compared(SICK, known).unchanged == 5


def test_the_text_gives_counts_places_and_figures():
    text = RENDERERS["text"](compared(SICK, changed("loss-not-decreasing", measured=0.9)))
    assert text == (
        "unhealthy → unhealthy: 1 worse, 4 unchanged\n"
        "\n"
        "WORSE\n"
        "  examples/circles_sigmoid.py:21  fail  loss-not-decreasing: sequential  0.693 → 0.9 (limit 0.68)  "
        "after 2,500 steps the loss is no better than that of the best constant prediction\n"
    )


def test_the_markdown_has_a_table_for_each_kind():
    text = RENDERERS["markdown"](compared(SICK, changed("loss-not-decreasing")))
    assert text == (
        "## unhealthy → unhealthy\n"
        "\n"
        "1 fixed, 4 unchanged.\n"
        "\n"
        "### Fixed (1 finding)\n"
        "\n"
        "| status | rule | model | layer | where | measured |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| fail | `loss-not-decreasing` | `sequential` |  | `examples/circles_sigmoid.py` | 0.693 (limit 0.68) |\n"
    )


def test_the_json_is_strict_and_read_back():
    broken = report("unhealthy", sick_subject().model_copy(update={"findings": [
        Finding(rule="r", status="fail", message="m", measured=float("nan"), limit=float("inf"))
    ]}))  # fmt: skip
    comparison = compared(SICK, broken)
    text = RENDERERS["json"](comparison)
    json.loads(text, parse_constant=pytest.fail)
    assert Comparison.model_validate_json(text).new[0].rule == "r"


@pytest.mark.parametrize("style", ["text", "markdown"])
def test_hostile_names_stay_in_their_line(style):
    text = RENDERERS[style](compared(REPORTS["nothing"], REPORTS["hostile"]))
    assert all(character == "\n" or character.isprintable() for character in text)
    plain = RENDERERS[style](compared(REPORTS["nothing"], SICK))
    assert text.count("\n") == plain.count("\n") - 4
    assert HOSTILE not in text


def test_many_changes_are_cut_at_a_hundred_and_counted():
    text = RENDERERS["text"](compared(REPORTS["nothing"], REPORTS["deep"]))
    assert text.splitlines()[0] == "not checked → unhealthy: 500 new, 0 unchanged"
    assert text.splitlines()[-1] == "  ... and 400 more"
