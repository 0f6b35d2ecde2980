"""The action on made-up reports: outputs, status, summary, annotations and the one comment."""

import json
import re
from pathlib import Path

import pytest
from gfm_page import rendered


@pytest.mark.parametrize(
    ("kind", "status", "verdict"),
    [
        ("sick", 1, "unhealthy"),
        ("healthy", 0, "healthy"),
        ("not_checked", 2, "not_checked"),
        ("several", 2, "not_checked"),
    ],
)
def test_every_verdict_reaches_status_outputs_summary_and_one_comment(
    act, made, reports, github, kind, status, verdict
):
    job = act(python=made(reports.REPORTS[kind]))
    assert job.status == status, job.log
    assert job.failed_step == ("Verdict" if status else "")
    assert job.outputs["verdict"] == verdict
    assert json.loads(Path(job.outputs["report-json"]).read_text())["verdict"] == verdict
    assert Path(job.outputs["report-html"]).exists()
    assert job.outputs["sarif"] == ""
    words = {"unhealthy": "Unhealthy", "healthy": "Healthy", "not_checked": "Not checked"}
    assert job.summary.startswith(f"## {words[verdict]}")
    (comment,) = github.comments
    assert job.summary.strip() in comment["body"]


def test_outputs_count_rules_not_findings(act, made, reports):
    job = act(python=made(reports.REPORTS["sick"]))
    assert (job.outputs["failed"], job.outputs["warned"]) == ("2", "1")


def test_a_sick_report_is_told_in_the_first_five_lines(act, made, reports, github):
    job = act(python=made(reports.REPORTS["sick"]))
    for text in (job.summary, github.comments[0]["body"].partition("\n")[2]):
        head = "\n".join(text.splitlines()[:5])
        assert "vanishing-gradients" in head
        assert "examples/circles\\_sigmoid.py:12" in head or "examples/circles_sigmoid.py:12" in head
        assert "use ReLU with He initialization" in head
        assert "better on 3 of 3 seeds" in head


def test_findings_are_annotated_with_line_and_remedy_the_cause_first(act, made, reports):
    job = act(python=made(reports.REPORTS["sick"]))
    first = job.level("error")[0]
    assert (first.file, first.line) == ("examples/circles_sigmoid.py", "12")
    assert first.title == "vanishing-gradients (cause)"
    assert "the gradient reaching layer 'dense'" in first.message
    assert "he_uniform" in first.message
    assert [one.title for one in job.level("warning")] == ["training-too-short"]
    assert len(job.level("error")) == 4


def test_of_each_level_ten_are_shown_and_the_rest_is_counted(act, made, reports):
    job = act(python=made(reports.REPORTS["deep"]))
    assert len(job.level("error")) == 10
    (rest,) = job.level("notice")
    assert rest.message == "490 more findings are in the report"


def test_lines_of_the_diff_come_first_then_files_of_it(act, made, reports, github):
    patch = "@@ -1,2 +50,3 @@ def block():\n context\n+new\n-old\n+newer\n\\ No newline at end of file"
    github.files.append({"filename": "resnet.py", "patch": patch})
    report = reports.REPORTS["deep"]
    job = act(python=made(report))
    assert [one.line for one in job.level("error")] == ["50"] * 10
    lines = [finding.source.line for finding in report.subjects[0].findings]
    assert lines.count(50) == lines.count(51) == 10


def test_files_are_named_from_the_root_of_the_repository(act, made, reports, workspace):
    (workspace / "nets").mkdir()
    job = act(python=made(reports.REPORTS["not_checked"]), working_directory="nets")
    (error,) = job.level("error")
    assert (error.file, error.line) == ("nets/train.py", "8")


def test_a_file_outside_the_repository_has_no_line_to_be_shown_on(act, made, reports):
    subject = reports.unchecked_subject()
    place = subject.source.model_copy(update={"file": "/usr/lib/python3/pandas.py"})
    findings = [one.model_copy(update={"source": place}) for one in subject.findings]
    job = act(python=made(reports.report("not_checked", subject.model_copy(update={"findings": findings}))))
    (error,) = job.level("error")
    assert (error.file, error.line) == (None, None)


def test_a_hostile_report_stays_text_everywhere(act, made, reports, github):
    command = "\n::error::pwned\n::set-output name=x::y\n\x1b[31m::add-mask::a\n"
    job = act(python=made(reports.REPORTS["hostile"], stdout=command, stderr=command))
    assert job.status == 1
    assert not [one for one in job.annotations if "pwned" in one.message]
    assert "::error::pwned" in job.log
    (error,) = job.level("error")
    assert error.message.startswith("x" * 300)
    for text in (job.summary, github.comments[0]["body"]):
        page = rendered(text)
        assert "alert(1)" in page
        assert set(re.findall(r"<(\w+)", page)) <= {
            "h2",
            "h3",
            "ul",
            "li",
            "strong",
            "p",
            "code",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "pre",
            "sub",
            "a",
        }


def test_output_that_ends_within_a_line_does_not_silence_the_runner(act, made, reports, workspace):
    (workspace / "base.json").write_text('{"schema_version": "99.0", "subjects": []}')
    job = act(python=made(reports.REPORTS["sick"], stdout="no end", stderr="of line"), baseline="base.json")
    assert "could not be compared" in job.level("warning")[0].message


def test_an_over_long_report_is_cut_before_a_heading(act, made, reports, github):
    from github_action.text import characters_of

    python = made(reports.REPORTS["sick"])
    folder = python.parents[1]
    sections = "\n".join(f"### Section {number}\n\n{'é𝄞 words ' * 4000}\n" for number in range(40))
    (folder / "report.md").write_text(f"## Unhealthy: a\n\n{sections}", encoding="utf-8")
    job = act(python=python)
    assert 1024 * 1024 - 50_000 < len(job.summary.encode()) <= 1024 * 1024
    body = github.comments[0]["body"]
    assert characters_of(body) <= 65_536
    for text in (body, job.summary):
        assert text.rstrip().endswith("the report has the rest.*")
        assert text.count("### Section") * 4000 == text.count("words")


def test_no_event_file_is_a_run_without_a_pull_request(act, made, reports, github):
    job = act(python=made(reports.REPORTS["sick"]), environment={"GITHUB_EVENT_PATH": "/nowhere/event.json"})
    assert job.status == 1
    assert job.outputs["verdict"] == "unhealthy"
    assert github.requests == []
    assert job.summary.startswith("## Unhealthy")
    assert [one.message for one in job.level("notice")] == ["there is no pull request to comment on"]


def test_reports_are_kept_and_sarif_is_uploaded_on_request(act, made, reports):
    python = made(reports.REPORTS["sick"])
    (python.parents[1] / "report.sarif").write_text("{}")
    job = act(python=python, sarif="true", artifact="health-3.11")
    kept = job.used["actions/upload-artifact"]
    assert kept["name"] == "health-3.11"
    assert [Path(line).name for line in kept["path"].split()] == ["report.html", "report.json", "comment.md"]
    assert all(Path(line).exists() for line in kept["path"].split())
    assert job.used["github/codeql-action/upload-sarif"]["sarif_file"] == job.outputs["sarif"]
    assert Path(job.outputs["sarif"]).exists()
    again = act(python=python, artifact="none")
    assert again.used == {}


def test_what_is_switched_off_is_not_done(act, made, reports, github):
    job = act(python=made(reports.REPORTS["sick"]), summary="false", annotations="false", comment="false")
    assert job.status == 1
    assert (job.summary, job.annotations, github.requests) == ("", [], [])
    assert not {"Summary", "Annotations", "Comment"} & set(job.ran)


def test_a_command_that_cannot_begin_says_why(act, made, github):
    job = act(python=made(status=2, stderr="healthcheck: error: --budget is 'soon', ```but\nno time\n"))
    assert job.status == 2
    assert job.outputs == {
        "verdict": "not_checked",
        "failed": "0",
        "warned": "0",
        "report-json": "",
        "report-html": "",
        "sarif": "",
    }
    assert "--budget is 'soon'" in job.summary
    assert "````text" in job.summary
    assert "no time" in github.comments[0]["body"]


def test_a_command_that_was_killed_is_not_healthy(act, made):
    job = act(python=made(status=0))
    assert (job.status, job.outputs["verdict"]) == (2, "not_checked")


def test_the_command_sees_neither_the_token_nor_the_files_of_the_runner(act, made, reports, tmp_path):
    python = made(reports.REPORTS["healthy"])
    script = python.with_name("healthcheck")
    spy = f"import os; open({str(tmp_path / 'seen.txt')!r}, 'w').write(repr(dict(os.environ)))\n"
    script.write_text(script.read_text().replace("import json, os", f"{spy}import json, os"))
    assert act(python=python).status == 0
    seen = (tmp_path / "seen.txt").read_text()
    assert "GITHUB_WORKSPACE" in seen
    assert not [
        word
        for word in (
            "a-token-of-the-job",
            "GITHUB_ENV",
            "GITHUB_OUTPUT",
            "GITHUB_STEP_SUMMARY",
            "GITHUB_PATH",
        )
        if word in seen
    ]
