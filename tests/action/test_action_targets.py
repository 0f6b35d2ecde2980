"""Which targets are checked: patterns, and what a pull request touches."""

import json

import pytest


@pytest.fixture
def checked(act, made, reports):
    """Return a function that runs the action and returns the targets that reached the command."""
    python = made(reports.REPORTS["healthy"])

    def targets(**inputs):
        (python.parents[1] / "given.json").unlink(missing_ok=True)
        job = act(python=python, **inputs)
        assert job.status == 0, job.log
        try:
            words = json.loads((python.parents[1] / "given.json").read_text())
        except FileNotFoundError:
            return job, []
        return job, [word for word in words if not word.startswith("--")]

    return targets


def write(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_patterns_become_files_sorted_and_once(checked, workspace):
    write(workspace, dict.fromkeys(["models/b.py", "models/a.py", "models/deep/c.py", "train.py"], ""))
    _, targets = checked(targets="train.py\nmodels/**/*.py\n\n  models/a.py\nmodels/*.py::build_model")
    assert targets == [
        "train.py",
        "models/a.py",
        "models/b.py",
        "models/deep/c.py",
        "models/a.py::build_model",
        "models/b.py::build_model",
    ]


def test_a_pattern_without_a_file_is_left_for_the_command_to_complain_of(checked):
    _, targets = checked(targets="models/*.py")
    assert targets == ["models/*.py"]


def test_a_module_is_run_and_no_other_word_is_an_option(checked):
    _, targets = checked(targets="-m nets.train\n-m --help\n--help")
    assert targets == ["-m nets.train", "./-m --help", "./--help"]


@pytest.fixture
def project(workspace):
    write(
        workspace,
        {
            "train.py": "import nets.dense\n",
            "nets/__init__.py": "",
            "nets/dense.py": "from . import blocks\nfrom nets.blocks import Block\nimport numpy\n",
            "nets/blocks.py": "from .deeper.kernels import kernel\n",
            "nets/deeper/kernels.py": "kernel = 1\n",
            "other.py": "import json\n",
            "src/package/models.py": "import helper\n",
            "src/helper.py": "",
        },
    )
    return workspace


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("train.py", ["train.py"]),
        ("nets/__init__.py", ["train.py"]),
        ("nets/dense.py", ["train.py"]),
        ("nets/deeper/kernels.py", ["train.py"]),
        ("other.py", ["other.py"]),
        ("src/package/models.py", ["package.models:build"]),
        ("src/helper.py", ["package.models:build"]),
        ("pyproject.toml", ["train.py", "other.py", "package.models:build"]),
        ("README.md", []),
    ],
)
def test_only_targets_that_read_a_changed_file_are_checked(checked, project, github, changed, expected):
    github.files.append({"filename": changed, "patch": "@@ -1 +1 @@\n-a\n+b"})
    job, targets = checked(targets="train.py\nother.py\npackage.models:build", changed_only="true")
    assert targets == expected
    assert job.outputs["verdict"] == ("healthy" if expected else "skipped")


def test_files_are_those_of_every_page_and_of_the_old_name_of_a_renamed_one(checked, project, github):
    github.files += [{"filename": f"docs/{number}.md"} for number in range(45)]
    github.files.append({"filename": "nets/new.py", "previous_filename": "nets/dense.py"})
    _, targets = checked(targets="train.py\nother.py", changed_only="true")
    assert targets == ["train.py"]


def test_the_working_directory_is_part_of_the_name(checked, project, github):
    github.files.append({"filename": "nets/dense.py"})
    _, targets = checked(targets="dense.py\nblocks.py", changed_only="true", working_directory="nets")
    assert targets == ["dense.py"]


def test_nothing_touched_is_said_and_makes_no_comment(checked, project, github):
    github.files.append({"filename": "README.md"})
    job, _ = checked(targets="train.py", changed_only="true")
    assert job.summary.startswith("## Skipped")
    assert [one.message for one in job.level("notice")] == [
        "the pull request touches no target, so nothing was checked"
    ]
    assert github.comments == []


def test_a_comment_that_stands_is_told_that_nothing_is_touched_any_more(act, made, reports, project, github):
    python = made(reports.REPORTS["sick"])
    act(python=python)
    act(python=python, changed_only="true")
    (comment,) = github.comments
    assert "## Skipped" in comment["body"]


def test_without_the_list_of_files_everything_is_checked(checked, project, github):
    github.refuse("GET .*/files", 403, times=9)
    job, targets = checked(targets="train.py\nother.py", changed_only="true")
    assert targets == ["train.py", "other.py"]
    assert "every target is checked" in job.level("notice")[0].message


def test_without_a_pull_request_everything_is_checked(checked, project, github):
    _, targets = checked(targets="train.py\nother.py", changed_only="true", event={"ref": "refs/heads/main"})
    assert targets == ["train.py", "other.py"]
    assert github.requests == []


def test_of_a_pull_request_too_large_to_be_listed_everything_is_checked(checked, project, github):
    github.per_page = 100
    github.files += [{"filename": f"docs/{number}.md"} for number in range(3000)]
    _, targets = checked(targets="train.py", changed_only="true")
    assert targets == ["train.py"]


def test_a_script_that_cannot_be_read_counts_by_its_own_name(checked, workspace, github):
    write(workspace, {"train.py": "import = 1", "other.py": "from ..... import x\nfrom .. import *\n"})
    github.files.append({"filename": "train.py"})
    _, targets = checked(targets="train.py\nother.py", changed_only="true")
    assert targets == ["train.py"]
