"""The action with the real command, in the environment that runs these tests."""

import json
import shutil
from pathlib import Path

import pytest
from composite import ROOT
from gfm_page import rendered

SPEAKS_TO_THE_RUNNER = """
import os
import sys

print("::error::pwned")
print("::set-output name=verdict::healthy", file=sys.stderr)
for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "TOKEN"):
    assert name not in os.environ, name
raise ValueError("no data\\n::error::pwned")
"""


@pytest.fixture
def examples(workspace):
    for name in ("circles_sigmoid.py", "circles_relu.py"):
        shutil.copy(ROOT / "examples" / name, workspace)
    return workspace


def test_a_sick_script_fails_with_cause_line_and_remedy_next_to_the_diff(act, examples, github):
    patch = "@@ -12,2 +12,2 @@\n-a\n+b\n c"
    github.files.append({"filename": "circles_sigmoid.py", "patch": patch})
    job = act(targets="circles_sigmoid.py", sarif="true", changed_only="true")
    assert (job.status, job.failed_step, job.outputs["verdict"]) == (1, "Verdict", "unhealthy"), job.log
    assert int(job.outputs["failed"]) >= 1
    first, second, third = job.level("error")[:3]
    assert [(one.file, one.line) for one in (first, second, third)] == [
        ("circles_sigmoid.py", line) for line in ("12", "13", "11")
    ]
    assert first.title == "vanishing-gradients (cause)"
    (comment,) = github.comments
    head = "\n".join(comment["body"].splitlines()[1:6])
    for word in (
        "vanishing-gradients",
        "circles_sigmoid.py:11",
        "ReLU with He initialization",
        "3 of 3 seeds",
    ):
        assert word in head, head
    assert head in job.summary
    assert "```console\nhealthcheck circles_sigmoid.py\n```" in job.summary
    assert "<h2>Unhealthy" in rendered(comment["body"])
    results = json.loads(Path(job.outputs["sarif"]).read_text())["runs"][0]["results"]
    assert "vanishing-gradients" in {result["ruleId"] for result in results}


def test_a_healthy_script_passes(act, examples, github):
    job = act(targets="circles_[r]elu.py")
    assert (job.status, job.outputs["verdict"], job.outputs["failed"]) == (0, "healthy", "0"), job.log
    assert job.summary.startswith("## Healthy")
    assert not job.level("error")
    assert len(github.comments) == 1
    assert "<h2>Healthy" in rendered(github.comments[0]["body"])


def test_scripts_that_cannot_be_checked_fail_with_their_lines_and_have_no_say(act, workspace, github):
    (workspace / "speaks.py").write_text(SPEAKS_TO_THE_RUNNER)
    job = act(targets="speaks.py\ngone.py")
    assert (job.status, job.outputs["verdict"]) == (2, "not_checked"), job.log
    errors = job.level("error")
    assert [(one.file, one.line) for one in errors] == [("speaks.py", "9"), (None, None)]
    assert "ValueError: no data" in errors[0].message
    assert "'gone.py' does not exist" in errors[1].message
    assert "2 not checked" in job.summary
    assert len(github.comments) == 1
