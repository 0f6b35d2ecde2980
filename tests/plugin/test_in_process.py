"""The fixture and the marker: one real pytest run over a file of tests."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest
from projects import SETTINGS

TESTS = """
import random

import keras
import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
Y = X[:, :1]


def build(activation=None):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.1), keras.layers.Dense(1, activation)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


def load_data():
    return (X, Y), (X[:8], Y[:8])


def test_healthy(healthcheck):
    report = healthcheck(build(), X, Y, validation_data=(X[:8], Y[:8]), epochs=3, batch_size=16)
    report.assert_healthy()
    assert report.verdict == "healthy"
    assert report.settings["budget"] == 20.0
    assert report.subjects[0].source.code.startswith("report = healthcheck(build(), X, Y")


def test_ill(healthcheck):
    report = healthcheck(build("sigmoid"), X, Y + 9, epochs=3)
    report.assert_healthy(ignore=["target-out-of-range"])
    report.assert_healthy(ignore=["data"])
    report.assert_healthy()


def test_everything_is_as_it_was(healthcheck):
    model = build()
    model.fit(X, Y, verbose=0)
    model.evaluate(X, Y, verbose=0)

    def state():
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        return [np.array(variable.value) for variable in variables], random.getstate()[1], np.random.get_state()[1]

    before, patched = state(), (keras.Model.fit, keras.layers.Layer.add_weight)
    healthcheck(model, X, Y, epochs=3)
    for old, new in zip(before, state(), strict=True):
        for one, other in zip(old, new, strict=True):
            np.testing.assert_array_equal(one, other)
    assert patched == (keras.Model.fit, keras.layers.Layer.add_weight)


@pytest.mark.healthcheck(select=["run", "data"], ignore=["data"], budget="5s", seeds=2)
def test_settings_of_the_marker(healthcheck):
    report = healthcheck(build(), X, Y, epochs=30)
    assert [rule.rule for rule in report.subjects[0].rules] == ["nondeterministic-training", "not-checkable"]
    assert report.settings["budget"] == 5.0
    assert report.subjects[0].seeds == [0, 1]


@pytest.mark.healthcheck
def test_returns_a_healthy_model():
    return build()


@pytest.mark.healthcheck(select=["target-out-of-range"])
def test_returns_an_ill_model():
    return build("sigmoid"), X, Y + 9


@pytest.mark.healthcheck
def test_returns_a_plan():
    return build(), {"x": X, "y": Y, "epochs": 2, "validation_split": 0.25}


@pytest.mark.healthcheck
def test_returns_nothing():
    build()


@pytest.mark.healthcheck
def test_returns_no_model():
    return 3


@pytest.mark.healthcheck(budgets="5s")
def test_marker_with_a_typo(healthcheck):
    ...


def test_nothing_stays_patched():
    assert keras.layers.Layer.__new__.__module__.startswith("keras.")
    assert "compile" not in vars(keras.Model)
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """Return the message of each test, empty when it passed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "test_model.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "--junitxml=junit.xml", "-Werror::pytest.PytestWarning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    cases = list(ElementTree.parse(folder / "junit.xml").iter("testcase"))
    return {case.get("name"): "".join(part.text or "" for part in case) for case in cases}


@pytest.mark.parametrize(
    "name",
    [
        "healthy",
        "everything_is_as_it_was",
        "settings_of_the_marker",
        "returns_a_healthy_model",
        "returns_a_plan",
        "nothing_stays_patched",
    ],
)
def test_passes(messages, name):
    assert messages[f"test_{name}"] == ""


def test_the_assertion_of_an_ill_model_is_the_finding_with_the_line_of_the_layer(messages):
    message = messages["test_ill"]
    assert "AssertionError: target out of range: targets go from" in message
    assert "E     FAIL target-out-of-range" in message.replace("E       FAIL", "E     FAIL")
    assert "--> test_model.py:13" in message
    assert ">       report.assert_healthy()\nE" in message
    assert "healthcheck/report.py" not in message


def test_a_returned_model_that_is_ill_fails_with_the_finding_alone(messages):
    message = messages["test_returns_an_ill_model"]
    assert message.startswith("target out of range: ")
    assert "test_model.py:13" in message
    assert "Traceback" not in message
    assert "During handling" not in message


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("returns_nothing", "neither returns a model nor uses the fixture"),
        ("returns_no_model", "a Keras model was expected"),
        ("marker_with_a_typo", "pytest.mark.healthcheck takes select, ignore, budget, seeds, not budgets"),
    ],
)
def test_a_misuse_of_the_marker_is_told(messages, name, sentence):
    assert sentence in messages[f"test_{name}"]
