"""Comparison with the base: where its report comes from, and what fails because of it."""

import pytest


@pytest.fixture
def sick_and_worse(reports):
    """Return a report, and the same with a finding more."""
    sick = reports.sick_subject()
    more = reports.Finding(
        rule="dead-units", status="fail", layer="dense", message="0.9 of the units are dead"
    )
    worse = sick.model_copy(
        update={"findings": [*sick.findings, more], "rules": [*sick.rules, *reports.rules(dead_units="fail")]}
    )
    return reports.report("unhealthy", sick), reports.report("unhealthy", worse)


def test_the_newest_report_of_the_base_branch_is_compared_with(act, made, github, reports, sick_and_worse):
    sick, worse = sick_and_worse
    github.keep(1, {"report.json": worse.to_json()})
    github.keep(3, {"report.json": sick.to_json()})
    github.keep(2, {"report.json": worse.to_json()})
    job = act(python=made(worse), baseline="base-branch")
    for text in (job.summary, github.comments[0]["body"]):
        assert "### Compared with the base: unhealthy → unhealthy" in text
        assert "1 new" in text
        assert "#### New (1 finding)" in text
        assert text.index("## Unhealthy") < text.index("### Compared") < text.index("### Findings")
    assert job.status == 1


def test_what_is_known_does_not_fail_when_only_new_findings_shall(act, made, github, sick_and_worse):
    sick, worse = sick_and_worse
    github.keep(1, {"report.json": sick.to_json()})
    same = act(python=made(sick), baseline="base-branch", fail_on="new")
    assert (same.status, same.outputs["verdict"]) == (0, "unhealthy")
    new = act(python=made(worse), baseline="base-branch", fail_on="new")
    assert (new.status, new.failed_step) == (1, "Verdict")


def test_what_could_not_be_checked_fails_in_spite_of_a_base(act, made, github, reports):
    report = reports.REPORTS["not_checked"]
    github.keep(1, {"report.json": report.to_json()})
    assert act(python=made(report), baseline="base-branch", fail_on="new").status == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"run": {"head_branch": "feature"}},
        {"run": {"head_repository_id": 2}},
        {"run": {"repository_id": None, "head_repository_id": None}},
        {"expired": True},
    ],
    ids=["another branch", "a fork's branch of that name", "a run nobody knows", "expired"],
)
def test_an_artifact_that_is_not_the_bases_is_not_taken(act, made, github, sick_and_worse, fields):
    sick, worse = sick_and_worse
    github.keep(1, {"report.json": sick.to_json()}, **fields)
    job = act(python=made(worse), baseline="base-branch", fail_on="new")
    assert job.status == 1
    assert "has no artifact 'healthcheck-report' yet" in job.level("notice")[0].message
    assert "Compared" not in job.summary


@pytest.mark.parametrize("content", [b"no archive", b""])
def test_an_artifact_that_cannot_be_read_is_a_notice(act, made, github, sick_and_worse, content):
    github.keep(1, {"report.json": "{}"})
    github.archives[1] = content
    job = act(python=made(sick_and_worse[0]), baseline="base-branch")
    assert job.status == 1
    assert "nothing to compare with" in job.level("notice")[0].message


def test_a_report_in_the_repository_is_compared_with(act, made, workspace, reports, sick_and_worse):
    (workspace / "base.json").write_text(reports.REPORTS["healthy"].to_json())
    job = act(python=made(sick_and_worse[0]), baseline="base.json", fail_on="new")
    assert job.status == 1
    assert "### Compared with the base: healthy → unhealthy" in job.summary


def test_a_baseline_in_the_repository_goes_to_the_command(act, made, workspace, reports):
    (workspace / "baseline.json").write_text('{"schema_version": "1.0", "entries": []}')
    python = made(reports.REPORTS["healthy"])
    act(python=python, baseline="baseline.json")
    assert f"--baseline={workspace / 'baseline.json'}" in (python.parents[1] / "given.json").read_text()


def test_a_base_that_the_command_cannot_read_is_a_warning(act, made, workspace, sick_and_worse):
    (workspace / "base.json").write_text('{"schema_version": "99.0", "subjects": []}')
    job = act(python=made(sick_and_worse[0]), baseline="base.json", fail_on="new")
    assert job.status == 1
    assert "could not be compared" in job.level("warning")[0].message


def test_without_a_pull_request_there_is_no_base_and_everything_counts(act, made, github, sick_and_worse):
    job = act(
        python=made(sick_and_worse[0]),
        baseline="base-branch",
        fail_on="new",
        event={"ref": "refs/heads/main"},
    )
    assert (job.status, github.requests) == (1, [])
