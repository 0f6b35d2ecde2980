"""The action, the workflows and every workflow in the README, as the tools of the trade see them."""

import re
import shutil
import subprocess

import pytest
import yaml
from composite import ROOT

ACTIONS = [ROOT / "action.yml", ROOT / "github_action" / "post" / "action.yml"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OURS = {"./": ACTIONS[0], "OWNER/healthcheck": ACTIONS[0], "OWNER/healthcheck/github_action/post": ACTIONS[1]}


@pytest.fixture(scope="module")
def documented(tmp_path_factory):
    """Write the README's workflows to files, with a commit where the reader is to put one."""
    folder = tmp_path_factory.mktemp("readme") / ".github" / "workflows"
    folder.mkdir(parents=True)
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    for number, block in enumerate(blocks):
        text = block.replace("@COMMIT", f"@{number + 1:040x}")
        (folder / f"readme-{number}.yml").write_text(text, encoding="utf-8")
    assert len(blocks) >= 2
    return sorted(folder.iterdir())


def passes(tool, *arguments, folder=ROOT):
    program = shutil.which(tool)
    assert program, f"{tool} comes with the extra `test`"
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_have_the_schema_that_github_reads(documented):
    passes("check-jsonschema", "--builtin-schema", "vendor.github-actions", *ACTIONS)
    passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, *documented)


def test_the_auditor_finds_nothing(documented):
    passes("zizmor", "--offline", "--no-progress", *ACTIONS, *WORKFLOWS, *documented)


def test_the_linter_finds_nothing(documented):
    passes("jactionlint", *ACTIONS, *WORKFLOWS)
    passes("jactionlint", *documented, folder=documented[0].parents[2])


def steps(files):
    for file in files:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for job in content.get("jobs", {"": content.get("runs")}).values():
            for step in job["steps"]:
                yield file.name, step


def test_actions_of_others_are_pinned_by_commit_and_say_their_version(documented):
    found = 0
    for file in [*ACTIONS, *WORKFLOWS, *documented]:
        for used in re.findall(r"uses: (\S+)(.*)", file.read_text(encoding="utf-8")):
            name, comment = used
            if name.partition("@")[0] not in OURS:
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name), (file, name)
                assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), (file, name, comment)
                found += 1
    assert found > 10


def test_one_commit_stands_for_one_action_everywhere():
    texts = [file.read_text(encoding="utf-8") for file in [*ACTIONS, *WORKFLOWS, ROOT / "README.md"]]
    pins = set(re.findall(r"uses: ([\w/-]+)@([0-9a-f]{40}) # (v\S+)", "\n".join(texts)))
    assert len(pins) == len({name for name, _, _ in pins})


def test_our_action_is_given_only_inputs_that_it_has(documented):
    used = 0
    for file, step in steps([*WORKFLOWS, *documented]):
        definition = OURS.get(step.get("uses", "").partition("@")[0])
        if definition:
            inputs = yaml.safe_load(definition.read_text(encoding="utf-8"))["inputs"]
            assert set(step.get("with", {})) <= set(inputs), file
            used += 1
    assert used == 5


def test_every_job_ends_in_time_and_may_no_more_than_it_says(documented):
    for file in [*WORKFLOWS, *documented]:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert content["permissions"] in ({}, {"contents": "read"}), file
        assert content["concurrency"]["group"], file
        assert all(job["timeout-minutes"] <= 60 for job in content["jobs"].values()), file
        assert "pull_request_target" not in content[True], "YAML 1.1 reads `on` as true"
