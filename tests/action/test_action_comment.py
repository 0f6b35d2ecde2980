"""The one comment on a pull request, whatever GitHub answers."""

import time

import pytest
from github_stub import BOT

MARKER = "<!-- healthcheck"


@pytest.fixture
def sick(made, reports):
    return made(reports.REPORTS["sick"])


def ours(github):
    return [comment for comment in github.comments if comment["body"].startswith(MARKER)]


def chatter(github, count):
    for number in range(count):
        github.comment(f"remark {number}")


def test_it_is_made_once_and_then_updated_behind_more_than_a_page_of_others(act, sick, github):
    chatter(github, 70)
    act(python=sick)
    chatter(github, 35)
    first = dict(ours(github)[0])
    job = act(python=sick, event=None)
    assert len(github.comments) == 106
    (comment,) = ours(github)
    assert comment["id"] == first["id"]
    assert [request.method for request in github.requests if "/comments" in request.path].count("POST") == 1
    assert len(github.sent("PATCH")) == 1
    assert job.status == 1


def test_what_was_sick_and_is_healthy_says_fixed_once(act, made, reports, github):
    act(python=made(reports.REPORTS["sick"]))
    act(python=made(reports.REPORTS["healthy"]))
    (comment,) = github.comments
    assert "**Fixed:** what this comment reported is gone." in comment["body"]
    assert "## Healthy" in comment["body"]
    act(python=made(reports.REPORTS["healthy"]))
    (comment,) = github.comments
    assert "Fixed" not in comment["body"]


def test_on_request_a_healthy_model_is_not_commented_on_but_a_sick_one_and_its_cure_are(
    act, made, reports, github
):
    act(python=made(reports.REPORTS["healthy"]), comment="unhealthy")
    assert github.comments == []
    act(python=made(reports.REPORTS["sick"]), comment="unhealthy")
    act(python=made(reports.REPORTS["healthy"]), comment="unhealthy")
    (comment,) = github.comments
    assert "Fixed" in comment["body"]


def test_two_jobs_of_a_workflow_keep_a_comment_each(act, sick, github):
    act(python=sick)
    act(python=sick, environment={"GITHUB_JOB": "gpu"})
    act(python=sick)
    assert len(github.comments) == 2


def test_somebody_who_quotes_the_marker_is_left_alone(act, sick, github):
    act(python=sick)
    quoted = github.comments[0]["body"]
    github.comments.clear()
    github.comment(quoted, {"login": "eve", "type": "User"})
    github.comment(f"> {quoted}")
    act(python=sick)
    assert [comment["body"] for comment in github.comments[:2]] == [quoted, f"> {quoted}"]
    assert len(github.comments) == 3
    assert github.comments[2]["user"] == BOT


def test_with_the_token_of_a_user_the_comment_of_that_user_is_updated(act, sick, github):
    github.login = "ada"
    act(python=sick)
    act(python=sick)
    (comment,) = github.comments
    assert comment["user"]["login"] == "ada"


def test_doubles_are_removed(act, sick, github):
    act(python=sick)
    github.comment("between")
    github.comment(github.comments[0]["body"], BOT)
    act(python=sick)
    assert [comment["id"] for comment in github.comments] == [100, 101]


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_refusal_is_a_notice_and_the_text_lands_in_the_summary(act, sick, github, status):
    github.refuse("POST", status, times=99)
    job = act(python=sick, summary="false")
    assert job.status == 1
    assert job.failed_step == "Verdict"
    (notice,) = job.level("notice")
    assert f"refused with {status} (status {status})" in notice.message
    assert ("pull-requests: write" in notice.message) == (status != 422)
    assert "## Unhealthy" in job.summary
    assert github.comments == []
    assert len(github.sent("POST")) == 1


def test_a_forks_token_gets_the_same_summary_as_any(act, sick, github):
    whole = act(python=sick).summary
    github.comments.clear()
    github.refuse("(POST|PATCH|DELETE)", 403, times=99)
    job = act(python=sick)
    assert job.summary == whole
    assert job.status == 1
    assert "forks" in job.level("notice")[0].message


def test_a_fault_that_passes_is_waited_for(act, sick, github):
    github.refuse("GET .*/comments", 500)
    github.refuse("GET .*/comments", 503)
    github.refuse("POST", 429, headers={"Retry-After": "1"})
    started = time.monotonic()
    job = act(python=sick)
    assert len(github.comments) == 1
    assert time.monotonic() - started > 2.5
    assert not job.level("notice")


def test_a_comment_made_in_spite_of_a_fault_is_not_made_again(act, sick, github):
    github.refuse("POST", 502, carried_out=True)
    act(python=sick)
    assert len(github.comments) == 1
    assert (len(github.sent("POST")), len(github.sent("PATCH"))) == (1, 1)


def test_a_comment_that_is_gone_by_now_is_made_anew(act, sick, github):
    act(python=sick)
    github.refuse("PATCH", 404)
    gone = github.comments[0]["id"]
    github.refuse(f"PATCH .*/{gone}$", 404)
    act(python=sick)
    assert len(github.comments) == 1


def test_a_fault_that_stays_is_a_notice(act, sick, github):
    github.refuse("GET .*/comments", 500, times=99)
    job = act(python=sick)
    assert job.status == 1
    assert "(status 500)" in job.level("notice")[0].message
    assert len([one for one in github.requests if "/comments" in one.path]) == 4


def test_a_limit_that_takes_an_hour_is_not_waited_for(act, sick, github):
    github.refuse("POST", 403, times=9, headers={"Retry-After": "3600"})
    started = time.monotonic()
    job = act(python=sick)
    assert time.monotonic() - started < 30
    assert job.level("notice")
    assert len(github.sent("POST")) == 1


def test_github_that_cannot_be_reached_is_a_notice(act, sick, github):
    job = act(python=sick, environment={"GITHUB_API_URL": "http://127.0.0.1:9"})
    assert job.status == 1
    assert "could not be reached" in job.level("notice")[-1].message


def test_the_token_is_sent_to_the_api_and_shown_nowhere(act, sick, github):
    job = act(python=sick, token="sesame-of-the-job")
    assert {request.token for request in github.requests} == {"Bearer sesame-of-the-job"}
    assert "sesame" not in job.log + job.summary


def test_the_comment_names_the_commit_of_the_author_and_the_run(act, sick, github):
    act(python=sick)
    last = github.comments[0]["body"].rstrip().splitlines()[-1]
    assert "commit c0ffee000000" in last
    assert "https://github.example/ada/models/actions/runs/7" in last
