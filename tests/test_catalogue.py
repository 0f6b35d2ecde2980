"""Every rule on a sick script and on its healthy twin, which differ in the fault alone, through the whole chain.

`catalogue/FAMILY/RULE.py` is the sick script; `twins.py` says how its healthy twin is written in it.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from twins import DEAR, healthy_twin, marks, name_of, sick_twin

from healthcheck.registry import installed_rules
from healthcheck.report import Report

FILES = sorted((Path(__file__).parent / "catalogue").glob("*/*.py"))
FIRSTS = {file.parent.name: file for file in reversed(FILES)}
"""The first case of each family, run through the real command as well; all but one every night."""
COMMAND = str(Path(sys.executable).with_name("healthcheck"))

PROGRAMS = (Path(__file__).parent / "programs").glob("*/*.py")
BY_DAY = [program for program in PROGRAMS if name_of(program) not in DEAR]
ASKED_BY_DAY = {rule for program in BY_DAY for *_, rule in marks(program.read_text())}
"""Rules that an ill program of `test_programs.py` is held to: their own sick scripts are checked every night."""

each_case = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
each_sick_case = pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            file,
            id=file.stem,
            marks=pytest.mark.slow if file.stem.replace("_", "-") in ASKED_BY_DAY else (),
        )
        for file in FILES
    ],
)
each_family = pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, id=family, marks=() if family == "curves" else pytest.mark.slow)
        for family, file in FIRSTS.items()
    ],
)


def expected(file):
    """Return the status that the rule has to give to each marked line."""
    return {(line, status) for line, status, _ in marks(file.read_text())}


def said(subjects, rule):
    """Return line and status of every finding of a rule."""
    findings = [finding for subject in subjects for finding in subject.findings if finding.rule == rule]
    return {(finding.source.line if finding.source else None, finding.status) for finding in findings}


def test_no_rule_is_missing():
    builtin = {
        (rule.family(), name)
        for name, rule in installed_rules().items()
        if rule.__module__.startswith("healthcheck_rules.")
    }
    assert builtin == {(file.parent.name, file.stem.replace("_", "-")) for file in FILES}


@each_case
def test_the_twins_differ_and_a_line_is_marked(file):
    assert expected(file)
    assert sick_twin(file.read_text()) != healthy_twin(file.read_text())


@each_sick_case
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")
def test_the_rule_speaks_on_the_sick_script_and_names_the_line(file, check):
    rule = file.stem.replace("_", "-")
    assert said(check(sick_twin(file.read_text()), file.name), rule) == expected(file)


# By day the healthy twins of `test_programs.py`, on which every rule is asked as well, stand for these.
@each_case
@pytest.mark.slow
def test_the_rule_is_silent_on_the_healthy_twin_and_nothing_fails(file, check):
    subjects = check(healthy_twin(file.read_text()), file.name)
    assert subjects
    statuses = {one.rule: (one.status, one.reason) for subject in subjects for one in subject.rules}
    assert statuses.get(file.stem.replace("_", "-"), ("pass", ""))[0] in ("pass", "not_applicable")
    assert not {rule: told for rule, told in statuses.items() if told[0] in ("fail", "error")}


@each_family
def test_the_command_says_the_same_on_the_first_case_of_each_family(file, tmp_path):
    (tmp_path / file.name).write_text(sick_twin(file.read_text()))
    command = [COMMAND, file.name, "--output", "out"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    report = Report.load(tmp_path / "out" / "report.json")
    assert said(report.subjects, file.stem.replace("_", "-")) == expected(file)
    assert done.returncode == {"healthy": 0, "unhealthy": 1, "not_checked": 2}[report.verdict]
    assert "Traceback" not in done.stdout + done.stderr
