"""Where the real command puts its formats, and what a baseline and a comparison do to its exit code."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml
from test_cli import WITH_A_SMALL_CHILD, Completed, Environment, environment, finished, names_in, rules

from healthcheck.report import Report

__all__ = ["environment", "rules"]

FINDS_FAULTS = """
def fault(layer, measured, status="fail"):
    return {{"rule": "flat-loss", "status": status, "layer": layer, "message": "flat", "measured": measured,
            "limit": 0.5, "source": {{"file": target, "line": 3, "code": "x"}}}}
findings = {findings}
status = "fail" if findings else "pass"
rule = {{"rule": "flat-loss", "family": "geometry", "status": status}}
verdict = "unhealthy" if findings else "healthy"
subject = {{"name": "model", "target": target, "verdict": verdict, "summary": "found", "rules": [rule],
           "findings": findings}}
json.dump({{"subjects": [subject], "done": True}}, open(sys.argv[2], "w"))
"""
"""A target that says of itself what was found."""


def write(name: str, findings: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(FINDS_FAULTS.format(findings=findings))


def run(environment: Environment, *words: str) -> Completed:
    return finished([sys.executable, "-c", WITH_A_SMALL_CHILD, *words], environment)


def verdicts(folder: Path) -> set[str]:
    """Read the verdict from each file, as its reader would."""
    sarif = json.loads((folder / "r.sarif").read_text())["runs"][0]
    suites = JUnitXml.fromfile(str(folder / "r.xml"))
    checked = sarif["invocations"][0]["executionSuccessful"]
    failing = any(result["level"] == "error" for result in sarif["results"])
    heading = (folder / "r.md").read_text().split(":")[0]
    return {
        Report.load(folder / "r.json").verdict,
        "not_checked" if not checked else "unhealthy" if failing else "healthy",
        "not_checked" if suites.errors else "unhealthy" if suites.failures else "healthy",
        heading.removeprefix("## ").lower().replace(" ", "_"),
        "unhealthy" if "::error" in (folder / "r.txt").read_text() else "healthy",
    }


ALL = [f"--format={name}=out/r.{end}" for name, end in {
    "json": "json", "html": "html", "markdown": "md", "sarif": "sarif", "junit": "xml", "github": "txt"
}.items()]  # fmt: skip


@pytest.mark.parametrize(
    ("findings", "code", "verdict"), [("[]", 0, "healthy"), ("[fault('a', 1)]", 1, "unhealthy")]
)
def test_one_run_writes_every_format_and_all_agree_with_the_exit_code(
    environment: Environment, findings: str, code: int, verdict: str
):
    write("a.py", findings)
    completed = run(environment, "a.py", *ALL, "--format=text=-")
    assert completed.returncode == code, completed.stderr
    assert verdict.upper() in completed.stdout
    assert verdicts(Path("out")) == {verdict}
    assert names_in(Path("out")) == ["r.html", "r.json", "r.md", "r.sarif", "r.txt", "r.xml"]


def test_what_cannot_be_checked_says_so_in_every_format(environment: Environment):
    completed = run(environment, "missing.py", *ALL)
    assert completed.returncode == 2
    folder = Path("out")
    assert verdicts(folder) == {"not_checked", "unhealthy"}
    assert (
        folder / "r.txt"
    ).read_text() == "::error title=missing.py%3A not checked::'missing.py' does not exist\n"


def test_text_and_annotations_share_standard_output(environment: Environment):
    write("a.py", "[fault('a', 1)]")
    completed = run(environment, "a.py", "--format=text", "--format=github=-")
    lines = completed.stdout.splitlines()
    assert any(line.startswith("FAIL flat-loss") for line in lines)
    assert any(line.startswith("::error file=a.py,line=3,title=flat-loss::") for line in lines)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--format=json", "--format=text"],
            "only one format can go to standard output: give the others a path, FORMAT=PATH",
        ),
        (["--format=json=x", "--format=html=./x"], "two formats go to 'x': give each a path of its own"),
        (["--schema=pages"], "argument --schema: invalid choice: 'pages' (choose from 'report', 'settings')"),
    ],
)
def test_outputs_that_cannot_be_meant_are_refused(environment: Environment, words: list[str], sentence: str):
    completed = run(environment, "a.py", *words)
    assert completed.returncode == 2
    assert completed.stderr.splitlines()[-1].replace("report, settings", "'report', 'settings'") == (
        f"healthcheck: error: {sentence}"
    )


@pytest.mark.parametrize(
    ("variables", "words", "colored"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": ""}, (), True),
        ({"NO_COLOR": "1"}, ("--color=always",), True),
    ],
)
def test_a_terminal_gets_color_unless_no_color_is_set(
    environment: Environment, variables: Environment, words: tuple[str, ...], colored: bool
):
    write("a.py", "[]")
    terminal, end = pty.openpty()
    command = [sys.executable, "-c", WITH_A_SMALL_CHILD, "a.py", "--format=text", *words]
    subprocess.run(
        command, env=environment | {"TERM": "xterm"} | variables, stdout=end, stderr=subprocess.DEVNULL,
        check=True, timeout=60,
    )  # fmt: skip
    os.close(end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert "HEALTHY" in shown
    assert ("\x1b[" in shown) is colored


def test_what_is_written_as_the_baseline_does_not_fail_again_but_what_is_new_or_worse_does(
    environment: Environment,
):
    write("a.py", "[fault('a', 0.8)]")
    first = run(environment, "a.py", "--write-baseline=known.json", "--format=text")
    again = run(environment, "./a.py", "--baseline=known.json", *ALL, "--format=text")
    assert (first.returncode, again.returncode) == (1, 0), again.stderr
    assert verdicts(Path("out")) == {"healthy"}
    for name in ("r.json", "r.html", "r.md", "r.sarif", "r.xml", "r.txt"):
        assert "(known: in the baseline)" in Path("out", name).read_text()
    assert "(known: in the baseline)" in again.stdout

    write("a.py", "[fault('a', 0.8), fault('b', 0.8)]")
    assert run(environment, "a.py", "--baseline=known.json", "--format=text").returncode == 1
    write("a.py", "[fault('a', 0.95)]")
    worse = run(environment, "a.py", "--baseline=known.json", "--format=text")
    assert worse.returncode == 1
    assert "worse than the baseline's 0.8" in worse.stdout
    write("a.py", "[]")
    gone = run(environment, "a.py", "--baseline=known.json", "--format=text")
    assert gone.returncode == 0
    assert "the baseline has what is no longer found: flat-loss at 'a'" in " ".join(gone.stdout.split())


def test_the_setting_is_relative_to_its_file_and_the_first_baseline_may_be_missing(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
):
    write("models/a.py", "[fault('a', 0.8)]")
    Path("pyproject.toml").write_text('[tool.healthcheck]\nbaseline = "known.json"\n')
    refused = run(environment, "models/a.py")
    assert refused.returncode == 2
    assert refused.stderr == (
        "healthcheck: error: the baseline 'known.json' cannot be read: No such file or directory\n"
    )
    assert Report.load(Path("healthcheck-report/report.json")).verdict == "not_checked"
    assert run(environment, "models/a.py", "--write-baseline=known.json").returncode == 1
    monkeypatch.chdir("models")
    assert run(environment, "a.py").returncode == 0
    assert run(environment, "a.py", "--baseline=").returncode == 1


def test_a_renewed_baseline_keeps_what_other_targets_have(environment: Environment):
    for name in ("a.py", "b.py"):
        write(name, "[fault('a', 0.8)]")
    run(environment, "a.py", "b.py", "--write-baseline=known.json", "--quiet")
    write("a.py", "[]")
    run(environment, "a.py", "--baseline=known.json", "--write-baseline=known.json", "--quiet")
    assert [entry["target"] for entry in json.loads(Path("known.json").read_text())["entries"]] == ["b.py"]


def test_two_reports_are_compared_with_an_exit_code_of_their_own(environment: Environment):
    for name, findings in {"old": "[fault('a', 0.8)]", "new": "[fault('a', 0.95)]"}.items():
        write("a.py", findings)
        run(environment, "a.py", f"--format=json={name}.json")

    def compare(*words: str) -> Completed:
        return run(environment, "compare", *words)

    worse = compare("old.json", "new.json")
    assert (worse.returncode, worse.stdout.splitlines()[0]) == (
        1,
        "unhealthy → unhealthy: 1 worse, 0 unchanged",
    )
    assert compare("new.json", "old.json").returncode == 0
    assert compare("old.json", "new.json", "--format=markdown").stdout.startswith(
        "## unhealthy → unhealthy\n"
    )
    assert json.loads(compare("old.json", "new.json", "--format=json").stdout)["worse"][0]["after"] == 0.95
    unreadable = compare("old.json", "a.py")
    assert unreadable.returncode == 2
    assert unreadable.stderr.startswith(
        "healthcheck: error: the report 'a.py' is not a report of healthcheck: "
    )
    assert unreadable.stderr.count("\n") == 1
    assert compare("old.json").returncode == 2


def test_a_script_called_compare_can_still_be_checked(environment: Environment):
    Path("compare").write_text("")
    completed = run(environment, "./compare", "--format=text")
    assert completed.returncode == 2
    assert "its name ends in neither .py" in " ".join(completed.stdout.split())


def test_the_schema_of_the_settings_names_the_thresholds_of_installed_rules(environment: Environment):
    completed = run(environment, "--schema", "settings")
    schema = json.loads(completed.stdout)
    assert (
        schema["properties"]["rules"]["properties"]["flat-loss"]["properties"]["max-slope"]["default"] == 0.5
    )
