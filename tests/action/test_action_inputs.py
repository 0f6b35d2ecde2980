"""The inputs: documented as they are, mapped one to one, and never code."""

import json
import re

import pytest
import yaml
from composite import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]


def table(heading):
    """Return the rows of a table in the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (rows,) = re.findall(rf"\| {heading} \|.*\n\|[- |]+\n((?:\|.*\n)+)", text)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()]


def test_the_readme_shows_every_input_with_its_default():
    wanted = [
        [f"`{name}`", f"`{one['default']}`" if one.get("default") else "", one["description"]]
        for name, one in ACTION["inputs"].items()
    ]
    assert table("input") == wanted


def test_the_readme_shows_every_output():
    assert table("output") == [[f"`{name}`", one["description"]] for name, one in ACTION["outputs"].items()]


def test_each_input_reaches_the_first_step_under_its_own_name():
    names = [name for name in ACTION["inputs"] if name != "token"]
    assert STEPS[0]["env"] == {"TOKEN": "${{ inputs.token }}"} | {
        f"INPUT_{name.replace('-', '_').upper()}": f"${{{{ inputs.{name} }}}}" for name in names
    }


def test_no_script_holds_an_expression_and_no_program_sees_the_token_but_two_steps():
    scripts = [step for step in STEPS if "run" in step]
    assert not [step["name"] for step in scripts if "${{" in step["run"]]
    assert [step["name"] for step in scripts if "TOKEN" in step["env"]] == ["Prepare", "Comment"]


@pytest.fixture
def given(act, made, reports):
    """Return a function that runs the action and returns the words that reached the command."""
    python = made(reports.REPORTS["healthy"])

    def words(**inputs):
        job = act(python=python, **inputs)
        assert job.status == 0, job.log
        return json.loads((python.parents[1] / "given.json").read_text())

    return words


def test_inputs_become_options_of_the_command(given):
    words = given(
        budget="30s", seeds="5", device="gpu:1", fail_on="warn", args="--select 'gradients' -- --epochs 3"
    )
    assert words[:2] == ["--select", "gradients"]
    for option in ("--budget=30s", "--seeds=5", "--device=gpu:1", "--fail-on=warn"):
        assert option in words
    assert words[-4:] == ["train.py", "--", "--epochs", "3"]


def test_an_empty_input_leaves_the_setting_to_the_project(given):
    words = given()
    assert [word.partition("=")[0] for word in words] == ["--format", "--output", "--format", "train.py"]


HOSTILE = [
    "; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "' && touch pwned; '",
    '" || touch pwned "',
    "--explain",
    "-x.py",
    "Überlauf 层.py",
    "${{ github.token }}",
    "*.py'\"",
    "--",
    "compare",
    "a::error::b",
]


def test_hostile_targets_are_one_word_each_and_never_an_option(given, workspace):
    words = given(targets="\n".join(HOSTILE))
    targets = words[3:]
    assert targets == [f"./{one}" if one.startswith("-") or one == "compare" else one for one in HOSTILE]
    assert list(workspace.iterdir()) == []


@pytest.mark.parametrize("text", [*HOSTILE, "two\nlines", "x\nevil=1\nverdict<<end\nhealthy\nend"])
@pytest.mark.parametrize("name", ["budget", "artifact"])
def test_hostile_values_stay_values(given, workspace, name, text):
    words = given(**{name: text})
    assert list(workspace.iterdir()) == []
    if name == "budget":
        assert f"--budget={text}" in words


def test_hostile_arguments_are_split_but_run_by_no_shell(given, workspace):
    words = given(args="--budget '3 s; touch pwned' $(touch pwned) `touch pwned`")
    assert words[:4] == ["--budget", "3 s; touch pwned", "$(touch", "pwned)"]
    assert list(workspace.iterdir()) == []


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"targets": " \n "}, "the input `targets` is empty"),
        ({"summary": "yes"}, "the input `summary` is 'yes', but it should be one of: true, false"),
        ({"install": "tpu"}, "should be one of: none, cpu, gpu"),
        ({"fail_on": "never"}, "should be one of: fail, warn, new"),
        ({"fail_on": "new"}, "needs a `baseline`"),
        ({"args": "'"}, 'the input `args` is "\'"'),
        ({"baseline": "gone.json"}, "'gone.json', which is no file"),
        ({"baseline": "base-branch", "artifact": "none"}, "needs an `artifact`"),
    ],
)
def test_a_wrong_input_is_one_sentence_and_never_healthy(act, github, inputs, sentence):
    job = act(**inputs)
    assert (job.status, job.failed_step, job.ran) == (2, "Prepare", ["Prepare"])
    assert job.outputs["verdict"] == "not_checked"
    (error,) = job.level("error")
    assert sentence in error.message
    assert github.comments == []


def test_pull_request_target_is_refused(act):
    job = act(environment={"GITHUB_EVENT_NAME": "pull_request_target"})
    assert job.status == 2
    assert "use `pull_request`" in job.level("error")[0].message


def test_an_interpreter_that_is_not_there_is_not_healthy(act):
    job = act(python="python-of-nobody")
    assert (job.status, job.outputs["verdict"]) == (127, "not_checked")


def test_a_command_that_is_not_installed_is_named(act, made, reports):
    python = made(reports.REPORTS["healthy"])
    python.with_name("healthcheck").unlink()
    job = act(python=python, environment={"PATH": "/usr/bin:/bin"})
    assert (job.status, job.failed_step, job.outputs["verdict"]) == (2, "Check", "not_checked")
    assert "set the input `install`" in job.level("error")[0].message
    assert "It was not run." in job.summary


def test_installing_uses_pip_with_its_cache_and_the_actions_own_version(act, made, reports):
    python = made(reports.REPORTS["healthy"])
    pip = (
        python.parents[1]
        / "lib"
        / f"python{'.'.join(map(str, __import__('sys').version_info[:2]))}"
        / "site-packages"
        / "pip"
    )
    pip.mkdir(parents=True)
    (pip / "__init__.py").touch()
    (pip / "__main__.py").write_text(
        "import sys\nprint('/home/pip' if 'cache' in sys.argv else sys.argv[1:])\n"
    )
    job = act(python=python, install="cpu")
    assert job.status == 0, job.log
    cache = job.used["actions/cache"]
    assert cache["path"] == "/home/pip"
    assert cache["key"].startswith(cache["restore-keys"])
    assert "-cpu-" in cache["key"]
    assert f"'install', '--disable-pip-version-check', '{ROOT}[cpu]'" in job.log
    assert job.ran[:4] == ["Prepare", "Cache of pip", "Install", "Check"]
