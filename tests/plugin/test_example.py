"""The project to copy, as a reader would run it."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "examples" / "tested_project"


def test_the_example_passes_and_its_targets_are_healthy(pytester):
    shutil.copytree(PROJECT, pytester.path, dirs_exist_ok=True)
    result = pytester.runpytest_subprocess("--healthcheck-budget=15s", "-W", "error::DeprecationWarning")
    assert result.ret == 0, result.stdout.str()
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 20
    result.stdout.fnmatch_lines(["model.py::build_model: healthy; *", "train.py: healthy; *"])


@pytest.mark.slow
def test_an_ill_activation_in_the_example_fails(pytester):
    shutil.copytree(PROJECT, pytester.path, dirs_exist_ok=True)
    model = pytester.path / "model.py"
    model.write_text(
        model.read_text().replace('Dense(1, activation="sigmoid")', 'Dense(1, activation="relu")')
    )
    result = pytester.runpytest_subprocess("tests/test_model.py", "-k", "fits_loss_and_labels")
    result.assert_outcomes(failed=2, deselected=1)
    result.stdout.fnmatch_lines(["FAIL output-loss-mismatch*", "*--> model.py:18"])


def test_the_settings_in_the_readme_are_those_of_the_example():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"## In your tests\n(.*?)\n## ", text, flags=re.DOTALL)
    (settings,) = re.findall(r"```toml\n(.*?)```", section, flags=re.DOTALL)
    shown = tomllib.loads(settings)["tool"]["pytest"]["ini_options"]
    own = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert shown.items() <= own.items()
    (call,) = re.findall(r"healthcheck\(.*?, epochs=30\)", section)
    assert call.removesuffix(")").endswith("epochs=30")
    assert "report.assert_healthy()" in (PROJECT / "tests" / "test_model.py").read_text()
