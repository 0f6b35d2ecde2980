"""The real command in a process of its own; where a child has to answer, a small program does.

What ends before any target is touched is called in this process, to save the time to start Python.
"""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent

import pytest

from healthcheck import cli
from healthcheck.report import Report

COMMAND = Path(sys.executable).with_name("healthcheck")

WITH_A_SMALL_CHILD = """
import functools, sys
from healthcheck import cli, supervisor
child = '''
import json, os, sys, time
request = json.load(open(sys.argv[1]))
target = request["target"]
exec(open(target).read())
'''
supervisor.supervise = functools.partial(supervisor.supervise, command=(sys.executable, "-S", "-c", child))
sys.exit(cli.main())
"""
"""Runs the command; its child executes the target, which says itself what was found."""

FINDS = """
summary = " ".join(["found with", *request["arguments"]])
subject = {{"name": "model", "target": target, "verdict": "{}", "summary": summary}}
json.dump({{"subjects": [subject], "done": True, "versions": {{"keras": "3"}}}}, open(sys.argv[2], "w"))
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install a rule as a third party does: a package and its entry point."""
    site = tmp_path_factory.mktemp("site")
    module = site / "flat_rules" / "geometry" / "flat_loss.py"
    module.parent.mkdir(parents=True)
    for package in (site / "flat_rules", module.parent):
        (package / "__init__.py").write_text("")
    module.write_text(
        dedent('''
            from healthcheck.rule import Rule

            class FlatLoss(Rule):
                """The loss is flat.

                **What to do.** Lift it.
                """

                max_slope: float = 0.5
                """Largest slope."""
        ''')
    )
    metadata = site / "flat_rules-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: flat-rules\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[healthcheck.rules]\nflat = flat_rules\n")
    return site


@pytest.fixture
def environment(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    kept = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    return kept | {"PYTHONPATH": str(rules), "COLUMNS": "100"}


Environment = dict[str, str]
Completed = subprocess.CompletedProcess[str]
Call = Callable[..., Completed]


@pytest.fixture
def call(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Yield a function that calls the command in this process."""
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(rules)  # pyright: ignore[reportUnknownMemberType]

    def called(*words: str) -> Completed:
        monkeypatch.setattr(sys, "argv", ["healthcheck", *words])
        try:
            code = cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        shown = capsys.readouterr()
        return Completed(words, code, shown.out, shown.err)

    yield called
    signal.signal(signal.SIGTERM, handler)


def run_with_a_small_child(environment: Environment, *words: str) -> Completed:
    return finished([sys.executable, "-c", WITH_A_SMALL_CHILD, *words], environment)


def finished(command: list[str], environment: Environment) -> Completed:
    completed = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in completed.stderr
    return completed


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(completed: Completed) -> str:
    """Return the sentence of a run that was refused, without the usage above it."""
    assert completed.returncode == 2
    assert completed.stdout == ""
    line = completed.stderr.splitlines()[-1]
    assert line.startswith("healthcheck: error: ")
    return line.removeprefix("healthcheck: error: ")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("--help", "Exit codes: 0 healthy, 1 unhealthy, 2 could not check"),
        ("--version", f"healthcheck {version('model-healthcheck')}\n"),
        ("--list-rules", "geometry\n  flat-loss"),
        ("--explain=flat_loss", "**What to do.** Lift it.\n\n## Thresholds\n"),
    ],
)
def test_a_question_is_answered_without_the_heavy_libraries(
    environment: Environment, question: str, answer: str
):
    answered = finished([sys.executable, "-X", "importtime", str(COMMAND), question], environment)
    assert answered.returncode == 0
    assert answer in answered.stdout
    imported = {line.rpartition("|")[2].strip() for line in answered.stderr.splitlines()}
    assert "healthcheck.cli" in imported
    assert not imported & {"tensorflow", "keras", "matplotlib", "jinja2", "scipy"}


def test_a_rule_that_does_not_exist_is_refused_with_the_closest(call: Call):
    sentence = refusal(call("--explain", "flat-lose"))
    assert sentence == "'flat-lose' is not a rule; did you mean 'flat-loss'?"


def test_the_schema_is_that_of_the_report(call: Call):
    schema = json.loads(call("--schema").stdout)
    assert schema["title"] == "Report"
    assert {"schema_version", "verdict", "subjects"} <= schema["properties"].keys()


def test_the_settings_in_force_are_toml_with_the_options_applied(call: Call):
    Path("pyproject.toml").write_text("[tool.healthcheck]\nseeds = 5\nseed = 1\n")
    shown = call("--show-settings", "--seed", "7", "--select", "flat-loss,geometry").stdout
    table = tomllib.loads(shown)["tool"]["healthcheck"]
    assert (table["seed"], table["seeds"], table["select"]) == (7, 5, ["flat-loss", "geometry"])
    assert table["rules"]["flat-loss"] == {"max-slope": 0.5}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--selct", "x", "a.py"], "unknown option '--selct'; did you mean '--select'?"),
        (
            ["a.py", "--zzz=3"],
            "unknown option '--zzz'; --help lists them, and what is meant for the program follows `--`",
        ),
        (
            ["a.py", "-m", "b.c", "--epochs", "3"],
            "--epochs is for a model that comes alone; a script has its own plan "
            "(after `--` it would get it as an argument: -- --epochs ...)",
        ),
        ([], "no target: name a training script, as in: healthcheck train.py"),
        (
            ["a.py", "--format", "jsn"],
            "argument --format: 'jsn' is not a format; did you mean 'json'?",
        ),
        (
            ["a.py", "--format", "json", "--format", "text"],
            "only one format can go to standard output: give the others a path, FORMAT=PATH",
        ),
        (["a.py", "--quiet", "--verbose"], "argument --verbose: not allowed with argument --quiet"),
    ],
)
def test_wrong_usage_is_refused_below_the_usage(call: Call, words: list[str], sentence: str):
    completed = call(*words)
    assert refusal(completed) == sentence
    assert completed.stderr.startswith("usage: healthcheck ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seeds", "1"], "--seeds is 1, but it should be greater than or equal to 2"),
        (
            ["--select", "flat-lose"],
            "--select names 'flat-lose', which is neither a rule nor a family; did you mean 'flat-loss'?",
        ),
        (["--output", "a.py"], "folder 'a.py' cannot be made: File exists"),
        (["--format", "json="], "'.' cannot be written: it is a folder"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_in_one_sentence(
    call: Call, words: list[str], sentence: str
):
    Path("a.py").write_text("")
    completed = call("a.py", *words)
    assert refusal(completed) == sentence
    assert completed.stderr.count("\n") == 1


def test_an_unknown_key_of_the_settings_is_refused(call: Call):
    Path("pyproject.toml").write_text("[tool.healthcheck]\nsedes = 5\n")
    sentence = refusal(call("a.py"))
    assert sentence.endswith("pyproject.toml: tool.healthcheck.sedes is not a setting; did you mean 'seeds'?")


def test_without_tensorflow_the_command_says_how_to_install_it(call: Call, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert refusal(call("a.py")) == 'TensorFlow is not installed: pip install "model-healthcheck[cpu]"'


def test_a_fault_of_ours_does_not_read_as_unhealthy(call: Call, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("healthcheck.rule_text.rule_list", None)
    assert call("--list-rules").returncode == 2


def test_what_is_missing_is_reported_and_the_other_targets_are_still_checked(environment: Environment):
    Path("a.py").write_text(FINDS.format("unhealthy"))
    Path("folder").mkdir()
    words = ("missing.py", "folder", "a.py", "--seed", "3")
    completed = run_with_a_small_child(environment, *words)
    assert completed.returncode == 2
    report = Report.load(Path("healthcheck-report/report.json"))
    assert [subject.verdict for subject in report.subjects] == ["not_checked", "not_checked", "unhealthy"]
    assert report.subjects[0].summary == "'missing.py' does not exist"
    assert report.verdict == "not_checked"
    assert report.command == "healthcheck missing.py folder a.py --seed 3"
    assert (report.settings["seed"], report.versions["keras"]) == (3, "3")
    assert "<html" in Path("healthcheck-report/report.html").read_text()
    assert names_in(Path("healthcheck-report")) == ["report.html", "report.json"]
    assert "does not exist" in completed.stdout
    assert completed.stderr == "reports: healthcheck-report/report.json, healthcheck-report/report.html\n"


def test_formats_go_where_they_are_told(environment: Environment):
    Path("a.py").write_text(FINDS.format("healthy"))
    words = ("--format", "text", "--format", "json=out/deep/r.json", "--format=text=t.txt", "--color=always")
    completed = run_with_a_small_child(environment, "a.py", *words)
    assert completed.returncode == 0
    assert "\x1b[" in completed.stdout
    assert "\x1b[" not in Path("t.txt").read_text()
    assert Report.load(Path("out/deep/r.json")).verdict == "healthy"
    assert not Path("healthcheck-report").exists()


def test_quiet_is_one_line_and_verbose_says_more(environment: Environment):
    Path("a.py").write_text(FINDS.format("healthy"))
    quiet = run_with_a_small_child(environment, "a.py", "--quiet", "--format", "text")
    verbose = run_with_a_small_child(environment, "a.py", "--verbose", "--format", "text")
    assert quiet.stdout.count("\n") == 1
    assert verbose.stdout.count("\n") > 1


def test_an_unhealthy_script_that_got_its_arguments_after_two_dashes_is_exit_code_1(environment: Environment):
    Path("a.py").write_text(FINDS.format("unhealthy"))
    completed = run_with_a_small_child(environment, "a.py", "--format=json", "--", "--epochs", "3", "--")
    assert completed.returncode == 1
    assert json.loads(completed.stdout)["subjects"][0]["summary"] == "found with --epochs 3 --"
    assert completed.stderr == ""
    assert names_in(Path()) == ["a.py"]


def test_a_reader_who_leaves_early_changes_nothing(environment: Environment):
    Path("a.py").write_text(FINDS.format("healthy"))
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", WITH_A_SMALL_CHILD, "a.py", "--format=json"]
    completed = subprocess.run(
        command, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writer)
    assert (completed.returncode, completed.stderr) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_a_report_and_no_process_and_is_told_in_one_line(
    environment: Environment, number: signal.Signals
):
    Path("a.py").write_text(
        "open('pid', 'w').write(str(os.getpid()))\nos.rename('pid', 'ready')\ntime.sleep(60)"
    )
    command = [sys.executable, "-c", WITH_A_SMALL_CHILD, "a.py", "--format=json"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_for(Path("ready"))
        process.send_signal(number)
        shown, told = process.communicate(timeout=20)
    assert told == b"healthcheck: interrupted\n"
    report = Report.model_validate_json(shown)
    assert (report.verdict, report.subjects[0].summary) == ("not_checked", "the check was interrupted")
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(int(Path("ready").read_text()), 0)


def test_jobs_run_side_by_side_with_their_share_of_the_threads(environment: Environment):
    meeting = dedent("""
        open(target + ".here", "w").close()
        others = [name for name in ("a.py", "b.py") if name != target]
        for _ in range(400):
            if all(os.path.exists(name + ".here") for name in others):
                break
            time.sleep(0.05)
        threads = os.environ["TF_NUM_INTRAOP_THREADS"], os.environ["OMP_NUM_THREADS"]
        request["arguments"] = [str(all(os.path.exists(name + ".here") for name in others)), *threads]
    """)
    for name in ("a.py", "b.py"):
        Path(name).write_text(meeting + FINDS.format("healthy"))
    given = environment | {"OMP_NUM_THREADS": "3"}
    report = json.loads(run_with_a_small_child(given, "a.py", "b.py", "--jobs", "2", "--format=json").stdout)
    share = max(1, len(os.sched_getaffinity(0)) // 2)
    assert [subject["target"] for subject in report["subjects"]] == ["a.py", "b.py"]
    assert {subject["summary"] for subject in report["subjects"]} == {f"found with True {share} 3"}


def test_an_interrupt_stops_every_job_and_keeps_what_was_found(environment: Environment):
    Path("a.py").write_text(FINDS.format("healthy"))
    waits = "open(target + '.pid', 'w').write(str(os.getpid()))\nos.rename(target + '.pid', target + '.up')\n"
    for name in ("b.py", "c.py", "d.py"):
        Path(name).write_text(f"{waits}time.sleep(60)")
    command = [
        sys.executable,
        "-c",
        WITH_A_SMALL_CHILD,
        "a.py",
        "b.py",
        "c.py",
        "d.py",
        "--jobs=2",
        "--format=json",
    ]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_for(Path("b.py.up"))
        wait_for(Path("c.py.up"))
        process.send_signal(signal.SIGINT)
        shown, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (130, b"healthcheck: interrupted\n")
    first, *others = Report.model_validate_json(shown).subjects
    assert first.verdict == "healthy"
    assert {one.target: one.summary for one in others} == dict.fromkeys(
        ("b.py", "c.py", "d.py"), "the check was interrupted"
    )
    assert not Path("d.py.up").exists()
    for name in ("b.py", "c.py"):
        with pytest.raises(ProcessLookupError):
            os.killpg(int(Path(f"{name}.up").read_text()), 0)


def test_the_shards_of_a_run_are_the_whole_of_it_and_merge_into_one_report(environment: Environment):
    names = ["a.py", "b.py", "c.py", "d.py", "e.py"]
    for name in names:
        Path(name).write_text(FINDS.format("unhealthy" if name == "b.py" else "healthy"))
    codes = [
        run_with_a_small_child(
            environment, *names, f"--shard={part}/2", f"--format=json=part{part}.json"
        ).returncode
        for part in (1, 2)
    ]
    assert codes == [0, 1]
    parts = [Report.load(Path(f"part{part}.json")) for part in (1, 2)]
    assert [[one.target for one in part.subjects] for part in parts] == [
        ["a.py", "c.py", "e.py"],
        ["b.py", "d.py"],
    ]
    merging = subprocess.run(
        [COMMAND, "merge", "part1.json", "part2.json", "--output", "whole"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert merging.returncode == 1
    assert "UNHEALTHY  5 models: 1 unhealthy, 4 healthy" in merging.stdout
    whole = Report.load(Path("whole/report.json"))
    assert sorted(one.target for one in whole.subjects) == names
    assert whole.seconds == max(part.seconds for part in parts)
    assert not any("differ" in note for one in whole.subjects for note in one.notes)
    assert "b.py" in Path("whole/report.html").read_text()


def test_merged_reports_that_were_made_in_different_ways_say_so(environment: Environment, call: Call):
    Path("a.py").write_text(FINDS.format("healthy"))
    run_with_a_small_child(environment, "a.py", "--format=json=one.json")
    run_with_a_small_child(environment, "a.py", "--seeds=5", "--format=json=two.json")
    merging = call("merge", "one.json", "two.json", "--format=json")
    (note,) = json.loads(merging.stdout)["subjects"][0]["notes"]
    assert note == "the merged reports differ in their settings; the last one's are shown"
    assert call("merge", "one.json", "no.json").stderr.startswith("healthcheck: error: the report 'no.json'")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--jobs=0",), "argument --jobs: '0' is less than one target at a time"),
        (("--jobs=two",), "argument --jobs: 'two' is not a whole number"),
        (("--shard=3/2",), "argument --shard: '3/2' is no part of a whole, such as 1/4 to 4/4"),
        (("--shard=0/2",), "argument --shard: '0/2' is no part of a whole, such as 1/4 to 4/4"),
        (("--shard=half",), "argument --shard: 'half' is no part of a whole, such as 1/4 to 4/4"),
        (("--shard=2/2",), "shard 2/2 has no target: there is only 1 target"),
    ],
)
def test_jobs_and_shards_that_cannot_be_are_told(call: Call, words: tuple[str, ...], sentence: str):
    Path("a.py").write_text("")
    completed = call("a.py", *words)
    assert completed.returncode == 2
    assert sentence in completed.stderr


def wait_for(path: Path) -> None:
    for _ in range(400):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} did not appear")


def test_progress_names_target_and_event_where_standard_error_is_a_terminal(environment: Environment):
    event = r"os.write(int(sys.argv[3]), b'[red]fit[/red] at line 7: gradients\n'); time.sleep(0.2)"
    Path("a.py").write_text(event + FINDS.format("healthy"))
    terminal, end = pty.openpty()
    command = [sys.executable, "-c", WITH_A_SMALL_CHILD, "a.py", "--format=json"]
    with subprocess.Popen(
        command, env=environment | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=end
    ) as process:
        assert Report.model_validate_json(process.communicate(timeout=20)[0]).verdict == "healthy"
    os.close(end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert "a.py: [red]fit[/red] at line 7: gradients" in shown
