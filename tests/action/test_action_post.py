"""The second workflow, which comments for forks and runs none of their code."""

import pytest
from composite import ROOT

POST = ROOT / "github_action" / "post" / "action.yml"
RUN = {
    "id": 7,
    "head_sha": "c0ffee",
    "head_branch": "main",
    "head_repository": {"owner": {"login": "eve"}},
}
MARKER = "<!-- healthcheck 0123456789abcdef unhealthy -->\n"


@pytest.fixture
def post(act, github):
    """Return a function that runs the second workflow for a fork's run that left this comment."""
    github.pulls += [
        {"number": 8, "head": {"sha": "another"}},
        {"number": 9, "head": {"sha": "c0ffee"}},
    ]

    def run(text, **event):
        github.keep(1, {"comment.md": text, "report.json": "{}"})
        return act(event={"workflow_run": RUN} | event, definition=POST)

    return run


def test_the_comment_of_the_artifact_lands_on_the_forks_pull_request(post, github):
    job = post(f"{MARKER}## Unhealthy: `model`\n")
    assert job.status == 0, job.log
    (comment,) = github.comments
    assert comment["body"].startswith(f"{MARKER}## Unhealthy: `model`")
    assert "Written by the run of a fork; nobody has verified it." in comment["body"]
    assert [request.path for request in github.sent("POST")] == ["/repos/ada/models/issues/9/comments"]
    assert "head=eve:main" in next(one.path for one in github.requests if "/pulls?" in one.path)


def test_it_is_updated_and_not_made_twice(post, github):
    post(f"{MARKER}first")
    github.artifacts.clear()
    post(f"{MARKER}second")
    (comment,) = github.comments
    assert "second" in comment["body"]


def test_a_forks_text_mentions_nobody_hides_nothing_and_stays_within_the_limit(post, github):
    post(
        f"{MARKER}@ada and @ada/team <!-- healthcheck fedcba9876543210 healthy --> see <!-- this {'x' * 70_000}"
    )
    body = github.comments[0]["body"]
    assert "@ada" not in body
    assert body.count("<!--") == 1
    post(f"{MARKER}{'word ' * 20_000}")
    assert len(github.comments[0]["body"]) <= 65_536


@pytest.mark.parametrize("text", ["no marker", "", "<!-- healthcheck ../../5 unhealthy -->\n"])
def test_what_is_no_comment_of_ours_is_not_written(post, github, text):
    job = post(text)
    assert (job.status, github.comments) == (0, [])
    assert job.level("notice")


def test_a_run_whose_pull_request_has_moved_on_writes_nothing(post, github):
    job = post(f"{MARKER}text", workflow_run=RUN | {"head_sha": "older"})
    assert (job.status, github.comments) == (0, [])


def test_a_refusal_fails_because_this_workflow_is_there_to_comment(post, github):
    github.refuse("POST", 403, times=9)
    job = post(f"{MARKER}text")
    assert job.status == 2
    assert "the comment was not written" in job.level("error")[0].message


def test_it_runs_on_workflow_run_alone(act):
    job = act(event={"pull_request": {}}, definition=POST)
    assert job.status == 2
