"""Real targets, ill, healthy and broken, as tests of a real pytest."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from projects import ILL, MODELS, project

from healthcheck.report import Report

BROKEN = {
    "exits": "import sys\nsys.exit(3)\n",
    "crashes": "import os\nos.abort()\n",
    "hangs": "import time\ntime.sleep(100)\n",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run pytest once on all kinds of targets: its exit code, its text, its JUnit XML and its folder."""
    folder = project(
        tmp_path_factory.mktemp("project"),
        ["ill.py", "models.py::build_model", *(f"{name}.py" for name in BROKEN)],
        ill=ILL,
        models=MODELS,
        **BROKEN,
    )
    # Long enough for TensorFlow on a busy machine, and what the test of the hanging script costs.
    arguments = ["--healthcheck-time-limit=15s", "--junitxml=junit.xml", "--healthcheck-report=out", "-rA"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    cases = ElementTree.parse(folder / "junit.xml").iter("testcase")
    return done, {f"{case.get('classname')}::{case.get('name')}": case for case in cases}, folder


def ends(cases):
    kinds = {name: [part.tag for part in case if part.tag != "properties"] for name, case in cases.items()}
    return {name: (kind or ["passed"])[0] for name, kind in kinds.items()}


def test_each_target_ends_as_it_should_and_the_broken_ones_stop_no_other(run):
    done, cases, _ = run
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    found = ends(cases)
    expected = {
        "ill.healthcheck": ("passed", "failure", "passed"),
        "models.build_model.healthcheck": ("passed", "passed", "passed"),
        **{f"{name}.healthcheck": ("skipped", "skipped", "error") for name in BROKEN},
    }
    rules = ("non-finite-data", "target-out-of-range", "not-checkable")
    for target, three in expected.items():
        assert tuple(found[f"{target}::{rule}"] for rule in rules) == three, target


def test_a_failure_is_the_finding_with_the_users_line_and_none_of_ours(run):
    done, cases, _ = run
    (failure,) = cases["ill.healthcheck::target-out-of-range"].findall("failure")
    assert failure.text.startswith("ill.py:13: targets go from 3 to 3, but sigmoid reaches")
    assert "FAIL target-out-of-range" in failure.text
    assert '13 | keras.layers.Dense(1, activation="sigmoid"),' in failure.text
    assert "pytest_plugin" not in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("exits", "the script ended with sys.exit(3) before any `model.fit`"),
        (
            "crashes",
            "aborted itself (SIGABRT) before the check was finished: Fatal Python error: Aborted (at line 2)",
        ),
        ("hangs", "still running after 15 seconds, the time limit, and was stopped; for the last"),
    ],
)
def test_what_could_not_be_checked_is_one_error_with_its_reason(run, target, reason):
    _, cases, _ = run
    (error,) = cases[f"{target}.healthcheck::not-checkable"].findall("error")
    assert reason in error.text
    (skip,) = cases[f"{target}.healthcheck::target-out-of-range"].findall("skipped")
    assert skip.get("message").startswith("not checked: ")


def test_header_and_summary_name_versions_device_counts_durations_and_the_report(run):
    done, _, folder = run
    lines = done.stdout.splitlines()
    (header,) = [line for line in lines if line.startswith("healthcheck: ")]
    assert "tensorflow 2" in header
    assert header.endswith("device auto, budget 20 s, 5 targets")
    (summary,) = [line for line in lines if line.startswith("ill.py: ")]
    assert "unhealthy; 3 rules: 1 failed, 2 passed; " in summary
    assert summary.endswith(" s on CPU")
    assert "report: out/report.html" in lines
    assert (folder / "out" / "report.html").stat().st_size > 1000


def test_the_report_is_one_of_the_command_with_every_target(run):
    _, _, folder = run
    report = json.loads((folder / "out" / "report.json").read_text())
    jsonschema.validate(report, Report.model_json_schema(mode="serialization"))
    assert len(report["subjects"]) == 5
    assert report["command"].startswith("pytest --healthcheck-time-limit=15s")
    assert report["verdict"] == "not_checked"


def test_junit_xml_has_what_was_measured(run):
    _, cases, _ = run
    found = cases["ill.healthcheck::target-out-of-range"].iter("property")
    properties = {one.get("name"): one.get("value") for one in found}
    assert properties["healthcheck.end"] == "fail"
    assert properties["healthcheck.source"] == "ill.py:13"
    assert float(properties["healthcheck.limit"]) == 1.0


def test_only_the_reports_stay(run):
    _, _, folder = run
    assert (folder / "runs.txt").read_text() == "run\n"
    assert {file.name for file in folder.glob("*")} - {f"{name}.py" for name in BROKEN} == {
        "ill.py", "models.py", "junit.xml", "out", "pyproject.toml", "pytest.ini", "runs.txt", ".pytest_cache",
    } | ({"__pycache__"} if (folder / "__pycache__").exists() else set())  # fmt: skip


def test_the_first_error_stops_and_alone_runs_again(repository, pytester):
    # Names that no module can hold: nothing has to be run to refuse them.
    repository(
        ["one.py::no-name", "two.py::no-name"], one=MODELS, two=MODELS, test_three="def test_it(): ...\n"
    )
    first = pytester.runpytest_subprocess("-x")
    first.assert_outcomes(skipped=2, errors=1)
    first.stdout.fnmatch_lines(
        ["ERROR one.py::no-name::healthcheck::not-checkable - *", "*stopping after 1*"]
    )
    pytester.runpytest_subprocess("--lf").assert_outcomes(errors=1)
    pytester.runpytest_subprocess("--ff").assert_outcomes(passed=1, skipped=4, errors=2)


WARNING = """
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(64, 3))
one = keras.initializers.RandomNormal(0, 0.5)
model = keras.Sequential([
    keras.Input((3,)),
    keras.layers.Dense(3, kernel_initializer=one),
    keras.layers.Dense(3, kernel_initializer=one),
])
model.compile("adam", "mse")
model.fit(x, x, epochs=2)
"""
"""Two layers that start from the same weights."""


def test_a_warning_of_a_rule_is_a_warning_of_pytest_on_the_users_line(repository, pytester):
    repository(["twins.py"], twins=WARNING)
    result = pytester.runpytest_subprocess("--healthcheck-select=shared-initializer")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(
        ["*twins.py:9: HealthcheckWarning: shared-initializer: twins.py:9: 2 layers*"]
    )


def test_without_the_test_that_explains_it_every_rule_of_a_broken_target_is_an_error(repository, pytester):
    repository(["models.py::no-name"], models=MODELS)
    result = pytester.runpytest_subprocess("-k", "target-out-of-range")
    result.assert_outcomes(errors=1, deselected=2)


def test_a_target_finds_what_the_ini_file_puts_on_the_path(repository, pytester):
    folder = repository(["pkg.models:build_model"])
    with (folder / "pytest.ini").open("a") as ini:
        ini.write("pythonpath = src\n")
    package = folder / "src" / "pkg"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "data.py").write_text("from .models import load_data\n")
    (package / "models.py").write_text(MODELS)
    pytester.runpytest_subprocess().assert_outcomes(passed=3)
    assert Path("src/pkg").is_dir()
