"""The real command on real scripts: what a person types and what a CI job sees."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from healthcheck.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = str(Path(sys.executable).with_name("healthcheck"))
MODEL = """import keras
import numpy as np

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x, y = np.ones((8, 2)), np.ones((8, 1))
"""


@pytest.fixture
def healthcheck(tmp_path):
    """Return a function that runs the command in a folder of its own and reads the report."""

    def run(*arguments, timeout=120):
        command = [COMMAND, *map(str, arguments), "--output", str(tmp_path / "out")]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, timeout=timeout, check=False
        )
        file = tmp_path / "out" / "report.json"
        return done, json.loads(file.read_text()) if file.exists() else None

    return run


def test_an_ill_example_ends_with_one_and_names_line_remedy_and_proof(healthcheck, tmp_path):
    done, report = healthcheck(EXAMPLES / "circles_sigmoid.py")
    assert done.returncode == 1, done.stderr
    (subject,) = report["subjects"]
    causes = [finding for finding in subject["findings"] if finding["cause"]]
    assert [(f["rule"], f["source"]["line"]) for f in causes] == [
        ("vanishing-gradients", at) for at in (11, 12, 13)
    ]
    assert causes[0]["experiment"]["better_on"] == 3
    assert causes[0]["experiment"]["seeds"] == [0, 1, 2]
    assert 'kernel_initializer="he_normal"' in causes[0]["remedy"]["code"]
    assert "better on 3" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    jsonschema.validate(report, Report.model_json_schema(mode="serialization"))
    assert "vanishing-gradients" in (tmp_path / "out" / "report.html").read_text()


def test_a_healthy_example_ends_with_zero_and_the_same_bytes_twice(healthcheck):
    reports = []
    for _ in range(2):
        done, report = healthcheck(EXAMPLES / "circles_relu.py")
        assert done.returncode == 0, done.stderr
        assert [f for f in report["subjects"][0]["findings"] if f["status"] in ("fail", "warn")] == []
        reports.append(json.dumps(without_seconds(report)))
    assert reports[0] == reports[1]


def without_seconds(part):
    if isinstance(part, dict):
        return {
            key: without_seconds(value) for key, value in part.items() if key not in ("seconds", "memory")
        }
    return [without_seconds(value) for value in part] if isinstance(part, list) else part


@pytest.mark.slow  # `test_tutorials.py` checks the same script without the command
def test_three_fits_of_one_script_are_three_subjects(healthcheck):
    done, report = healthcheck(EXAMPLES / "circles_four_hidden.py")
    assert done.returncode == 1, done.stderr
    subjects = {subject["name"]: subject for subject in report["subjects"]}
    assert list(subjects) == ["sigmoid", "tanh", "relu"]
    failed = {
        name: {f["rule"] for f in s["findings"] if f["status"] == "fail"} for name, s in subjects.items()
    }
    assert "vanishing-gradients" in failed["sigmoid"]
    assert "vanishing-gradients" not in failed["tanh"] | failed["relu"]
    for subject in subjects.values():
        lines = [f["source"]["line"] for f in subject["findings"] if f["rule"] == "shared-initializer"]
        assert lines == [14, 15, 16]


@pytest.mark.parametrize(
    ("script", "sentence", "line"),
    [
        ("x = = 1\n", "SyntaxError", 1),
        ("def load():\n    raise ValueError('no data here')\n\n\nload()\n", "ValueError: no data here", 2),
        ("x = 1\n", "the script ran to its end without training anything", None),
        (MODEL + "model.fit(x[:0], y[:0])\n", "the training data is empty", 7),
        (MODEL + "x[3, 0] = np.nan\nmodel.fit(x, y)\n", "x holds 1 NaN or infinite entries", 8),
        (MODEL + "model.fit(x[:, :1], y)\n", "expected axis -1", 7),
    ],
    ids=[
        "syntax error",
        "raises before its fit",
        "never fits",
        "empty data",
        "NaN data",
        "wrong shape",
    ],
)
def test_what_cannot_be_checked_is_one_sentence_with_its_line_and_exit_two(
    healthcheck, tmp_path, script, sentence, line
):
    (tmp_path / "train.py").write_text(script)
    done, report = healthcheck("train.py")
    assert done.returncode == 2
    (subject,) = report["subjects"]
    assert report["verdict"] == subject["verdict"] == "not_checked"
    (finding,) = [finding for finding in subject["findings"] if finding["cause"]]
    assert sentence in finding["message"]
    if line:
        assert finding["source"] == {
            "file": "train.py",
            "line": line,
            "code": script.splitlines()[line - 1].strip(),
            "cell": None,
        }
    assert "Traceback" not in done.stdout + done.stderr
    assert (tmp_path / "out" / "report.html").exists()


def test_what_the_script_prints_stays_out_of_our_output(healthcheck, tmp_path):
    (tmp_path / "train.py").write_text("print('::error::fake')\n" + MODEL + "model.fit(x, y, epochs=2)\n")
    done, _ = healthcheck("train.py", "--budget", "20s")
    assert "fake" not in done.stdout + done.stderr


def test_arguments_after_two_dashes_reach_the_script(healthcheck, tmp_path):
    (tmp_path / "train.py").write_text("import sys\nassert sys.argv[1:] == ['--epochs', '3'], sys.argv\n")
    done = subprocess.run(
        [COMMAND, "train.py", "--output", "out", "--", "--epochs", "3"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "without training anything" in done.stdout.replace("\n", " ")
