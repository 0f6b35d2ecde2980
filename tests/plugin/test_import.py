"""Who does not ask for the plugin pays nothing."""

import sys

import pytest

SPY = """
import sys

def pytest_unconfigure():
    heavy = {"tensorflow", "keras", "numpy", "healthcheck", "pydantic", "rich"}
    print("IMPORTED", sorted(heavy & set(sys.modules)), "pytest_healthcheck" in sys.modules)
"""


@pytest.fixture
def spied(pytester):
    (pytester.path / "spy.py").write_text(SPY)

    def run(*arguments):
        return pytester.runpytest_subprocess("-p", "spy", *arguments)

    return run


def test_unused_the_plugin_imports_neither_tensorflow_nor_numpy_nor_the_engine(spied):
    result = spied("--collect-only")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["*IMPORTED [[]] True"])


def test_the_marker_alone_imports_nothing_either(spied, pytester):
    pytester.makepyfile("import pytest\n\n@pytest.mark.healthcheck\ndef test_model(healthcheck): ...\n")
    spied("--collect-only", "--strict-markers").stdout.fnmatch_lines(["*IMPORTED [[]] True"])


def test_switched_off_the_plugin_is_not_there(spied, pytester):
    result = spied("-p", "no:healthcheck", "--collect-only")
    result.stdout.fnmatch_lines(["*IMPORTED [[]] False"])
    refused = pytester.runpytest_subprocess("-p", "no:healthcheck", "--healthcheck")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR


def test_without_autoload_the_plugin_is_named(spied, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    spied("--collect-only").stdout.fnmatch_lines(["*IMPORTED [[]] False"])
    spied("-p", "pytest_healthcheck", "--collect-only").stdout.fnmatch_lines(["*IMPORTED [[]] True"])


@pytest.mark.parametrize("command", [("-m", "pytest"), ("-c", "import pytest; pytest.console_main()")])
def test_a_repository_with_its_own_folder_healthcheck_is_tested_as_ever(pytester, command):
    package = pytester.path / "healthcheck"
    package.mkdir()
    (package / "__init__.py").write_text("ANSWER = 42\n")
    (pytester.path / "conftest.py").write_text("import healthcheck\n")
    pytester.makepyfile("import healthcheck\n\ndef test_own(): assert healthcheck.ANSWER == 42\n")
    result = pytester.run(sys.executable, *command)
    result.assert_outcomes(passed=1)


def test_asked_to_check_in_such_a_repository_the_plugin_says_what_is_in_the_way(pytester):
    (pytester.path / "healthcheck").mkdir()
    (pytester.path / "healthcheck" / "__init__.py").write_text("ANSWER = 42\n")
    pytester.makepyfile(train="")
    result = pytester.runpytest_subprocess("--healthcheck", "train.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: `import healthcheck` finds '*healthcheck' instead of model-healthcheck*"]
    )
