"""Annotations: at most ten of each level, the rest counted, and no way out of a command."""

from generated import crowded_report
from reports import REPORTS, report, sick_subject

from healthcheck.render.github import render_github
from healthcheck.report import Finding, Source


def with_finding(**finding) -> list[str]:
    given = {"rule": "r", "status": "fail", "message": "m"} | finding
    subject = sick_subject().model_copy(update={"findings": [Finding(**given)], "source": None})
    return render_github(report("unhealthy", subject)).splitlines()


def test_a_failure_is_an_error_on_its_line_with_the_cause_in_the_title():
    first = render_github(REPORTS["sick"]).splitlines()[0]
    place = "file=examples/circles_sigmoid.py,line=12"
    assert first.startswith(f"::error {place},title=vanishing-gradients (cause)::The gradient reaching layer")


def test_line_breaks_percents_colons_and_commas_are_escaped():
    (line,) = with_finding(
        message="50%\n::error::x", source=Source(file="a,b:c\n.py", line=3), rule="r%0A::warning::"
    )
    assert line.startswith("::error file=a%2Cb%3Ac .py,line=3,title=r%250A%3A%3Awarning%3A%3A::50%25 ::error")


def test_a_finding_without_a_line_names_no_file():
    (line,) = with_finding()
    assert line.startswith("::error title=r::")


def test_many_layers_on_one_line_are_one_annotation_that_counts_them():
    lines = render_github(REPORTS["deep"]).splitlines()
    assert "and 9 more findings on this line" in lines[0].lower()


def test_five_thousand_findings_are_ten_of_each_level_and_one_count():
    lines = render_github(crowded_report(5000)).splitlines()
    levels = [line.split(" ")[0] for line in lines]
    assert [levels.count(f"::{level}") for level in ("error", "warning", "notice")] == [10, 10, 10]
    assert lines[-1].endswith("::4,971 more remarks: the report has all of them")


def test_what_could_not_be_checked_is_an_error():
    first = render_github(REPORTS["several"]).splitlines()[0]
    assert first.startswith("::error file=train.py,line=8,title=train.py%3A not checked::Not checked: ")


def test_a_healthy_report_annotates_nothing():
    assert render_github(REPORTS["healthy"]) == ""
