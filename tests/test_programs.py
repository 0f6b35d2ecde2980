"""Whatever people really write, ill and healthy, through the whole chain from capture to report.

`programs/KIND/NAME.py` is an ill program and its healthy twin, see `twins.py`. A line `# command: WORDS`
has the ill one checked by the real command as well, `{file}` being its name; `# nightly command: WORDS` every night.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from twins import DEAR, healthy_twin, marks, name_of, sick_twin

from healthcheck.report import Report

FILES = sorted((Path(__file__).parent / "programs").glob("*/*.py"))
COMMAND = str(Path(sys.executable).with_name("healthcheck"))
WORDS = re.compile(r"^# (nightly )?command: (.*)$", re.MULTILINE)

DEAR_WHEN_HEALTHY = {
    "classics/autoencoder",
    "classics/transfer_learning",
    "models/separable_and_frozen",
    "models/subclassed_blocks",
    "training/fit_in_a_loop",
}
"""Programs whose healthy twin is checked every night."""


def each_but(nightly):
    """Return a mark for a test of every program, those of `nightly` every night."""
    parameters = [
        pytest.param(file, id=name.replace("/", "-"), marks=pytest.mark.slow if name in nightly else ())
        for file, name in zip(FILES, map(name_of, FILES), strict=True)
    ]
    return pytest.mark.parametrize("file", parameters)


by_command = pytest.mark.parametrize(
    ("file", "words"),
    [
        pytest.param(file, found[2], id=file.stem, marks=pytest.mark.slow if found[1] else ())
        for file in FILES
        if (found := WORDS.search(file.read_text()))
    ],
)


def said(subjects, *statuses):
    """Return line, status and rule of every finding with one of these statuses."""
    found = [finding for subject in subjects for finding in subject.findings if finding.status in statuses]
    return {(one.source.line if one.source else None, one.status, one.rule) for one in found}


@each_but(DEAR)
@pytest.mark.filterwarnings("ignore")
def test_the_ill_program_is_unhealthy_and_its_cause_named(file, check):
    subjects = check(sick_twin(file.read_text()), file.name)
    expected = marks(file.read_text())
    assert expected <= said(subjects, "fail", "warn", "error", "info"), [one.summary for one in subjects]
    wanted = {"fail": "unhealthy", "error": "not_checked"}
    for verdict in {wanted[status] for _, status, _ in expected if status in wanted}:
        assert verdict in [subject.verdict for subject in subjects]
    causes = {one.rule for subject in subjects for one in subject.findings if one.cause}
    assert causes & {rule for _, _, rule in expected}


@each_but(DEAR | DEAR_WHEN_HEALTHY)
@pytest.mark.filterwarnings("ignore")
def test_the_healthy_twin_raises_no_alarm(file, check):
    text = healthy_twin(file.read_text())
    subjects = check(text, file.name)
    assert subjects
    assert {subject.verdict for subject in subjects} == {"healthy"}, [one.summary for one in subjects]
    allowed = {(status, rule) for _, status, rule in marks(text)}
    assert {alarm[1:] for alarm in said(subjects, "fail", "warn", "error")} <= allowed


@by_command
def test_the_command_says_the_same(file, words, tmp_path):
    text = file.read_text()
    (tmp_path / file.name).write_text(sick_twin(text))
    done = subprocess.run(
        [COMMAND, "--output", "out", *shlex.split(words.format(file=file.name))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    report = Report.load(tmp_path / "out" / "report.json")
    assert marks(text) <= said(report.subjects, "fail", "warn", "error", "info"), done.stdout
    assert done.returncode == {"healthy": 0, "unhealthy": 1, "not_checked": 2}[report.verdict]
    assert "Traceback" not in done.stdout + done.stderr
