"""Which tests there are is known before any target runs."""

import pytest

RULES = ["non-finite-data", "target-out-of-range", "not-checkable"]
RUNS = "from pathlib import Path\nPath('runs.txt').write_text('run')\nraise SystemExit\n"


def collected(result):
    return [line for line in result.outlines if "::" in line and " " not in line]


def ids(*targets):
    return [f"{target}::healthcheck::{rule}" for target in targets for rule in RULES]


@pytest.fixture
def listed(pytester):
    """Return a function from arguments to the ids of the tests; no target may run for that."""

    def run(*arguments):
        result = pytester.runpytest_subprocess("--collect-only", "-q", *arguments)
        assert not (pytester.path / "runs.txt").exists()
        return collected(result)

    return run


def test_targets_of_the_ini_file_are_collected_without_running_them(repository, listed):
    repository(["train.py", "models.py::build", "models:build_other"], train=RUNS, models=RUNS)
    assert listed() == ids("models.py::build", "models.py::build_other", "train.py")


def test_an_argument_is_a_target_when_it_is_asked_for(repository, listed):
    repository([], train=RUNS, models=RUNS)
    assert listed("--healthcheck", "train.py", "models.py::build", "models:build_other") == ids(
        "train.py", "models.py::build", "models.py::build_other"
    )


def test_notebooks_modules_and_saved_models_are_targets(repository, listed, pytester):
    repository(["train.ipynb", "-m train", "model.keras"], train=RUNS)
    for name in ("train.ipynb", "model.keras"):
        (pytester.path / name).write_text("")
    assert listed() == ids("model.keras", "train.ipynb", "train.py")
    assert listed("--healthcheck", "train.ipynb") == ids("train.ipynb")


def test_every_test_can_be_named_by_its_id(repository, listed):
    repository(["train.py", "models.py::build"], train=RUNS, models=RUNS)
    for wanted in ids("train.py", "models.py::build"):
        assert listed(wanted) == [wanted]
    assert listed("models.py::build") == ids("models.py::build")


def test_arguments_choose_among_targets_and_tests(repository, listed):
    repository(["train.py"], train=RUNS, test_other="def test_it(): ...\n")
    assert listed("test_other.py") == ["test_other.py::test_it"]
    assert set(listed()) == {*ids("train.py"), "test_other.py::test_it"}


def test_a_target_outside_of_testpaths_is_collected(repository, listed, pytester):
    repository(["train.py"], train=RUNS)
    with (pytester.path / "pytest.ini").open("a") as ini:
        ini.write("testpaths = tests\n")
    pytester.mkdir("tests").joinpath("test_other.py").write_text("def test_it(): ...\n")
    assert listed() == ["tests/test_other.py::test_it", *ids("train.py")]


def test_a_module_in_a_package_is_found_without_importing_the_package(repository, listed, pytester):
    repository(["pkg.models:build"])
    package = pytester.mkdir("pkg")
    (package / "__init__.py").write_text(RUNS)
    (package / "models.py").write_text(RUNS)
    assert listed() == ids("pkg/models.py::build")


def test_tests_and_a_model_may_share_a_file(repository, listed):
    repository(["test_model.py::build"], test_model="def build(): ...\ndef test_it(): ...\n")
    assert listed() == ["test_model.py::test_it", *ids("test_model.py::build")]


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_no_import_mode_imports_a_target(repository, listed, mode):
    repository(["train.py"], train=RUNS)
    assert listed(f"--import-mode={mode}", "--doctest-modules") == ids("train.py")


@pytest.mark.parametrize(
    ("option", "rules"),
    [
        ("-k target-out", ["target-out-of-range"]),
        ("-k data", ["non-finite-data", "target-out-of-range"]),
        ("-m healthcheck", RULES),
        ("-m not\\ healthcheck", []),
        ("--healthcheck-ignore non-finite-data", ["target-out-of-range", "not-checkable"]),
        ("--healthcheck-select dead-units,underfitting", ["dead-units", "underfitting", "not-checkable"]),
    ],
)
def test_options_of_pytest_and_of_the_plugin_choose_rules(repository, listed, option, rules):
    repository(["train.py"], train=RUNS)
    name, value = option.replace("\\ ", "~").split(" ")
    wanted = [f"train.py::healthcheck::{rule}" for rule in rules]
    assert listed(name, value.replace("~", " ")) == wanted


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--healthcheck"], "there is no target"),
        (["--healthcheck", "--healthcheck-select=vanishing"], "'vanishing-gradients'"),
        (["--healthcheck", "--healthcheck-budget=soon", "train.py"], "--healthcheck-budget is 'soon'"),
        (["--healthcheck", "no.such:build"], "no module 'no.such'"),
    ],
)
def test_wrong_usage_is_one_sentence(repository, pytester, arguments, sentence):
    repository([], train=RUNS)
    result = pytester.runpytest_subprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.startswith("ERROR")]
    assert sentence in line


def test_a_target_that_is_missing_is_wrong_usage(repository, pytester):
    repository(["gone.py"])
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: healthcheck: target 'gone.py' does not exist"])
