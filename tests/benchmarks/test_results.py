"""What the repository says that was measured, and the command that measures it."""

import json
import subprocess
import sys

import pytest

from healthcheck.registry import installed_rules
from verdicts.rates import sentence
from verdicts.table import BEGIN, END, with_table


@pytest.fixture
def results(benchmarks):
    """Return the results of the last whole run."""
    file = benchmarks / "results" / "diagnosis.json"
    if not file.exists():
        pytest.skip("no whole run was made yet")
    return json.loads(file.read_text(encoding="utf-8"))


def test_the_readme_shows_the_table_of_the_results(benchmarks, results):
    readme = (benchmarks.parent / "README.md").read_text(encoding="utf-8")
    assert with_table(readme, results) == readme


def test_the_readme_has_one_place_for_the_table(benchmarks):
    readme = (benchmarks.parent / "README.md").read_text(encoding="utf-8")
    assert (readme.count(BEGIN), readme.count(END)) == (1, 1)


def test_every_rule_states_what_was_measured_of_it(results):
    for name, rule in installed_rules().items():
        stated = " ".join((rule.__doc__ or "").partition("Measured: ")[2].split())
        assert stated == sentence(name, results["zoo"]), name


def test_every_wrong_verdict_has_a_reason(results):
    assert not [one["what"] for one in results["wrong"] if not one["reason"]]


def test_a_sample_runs_through_the_real_command(benchmarks):
    command = [sys.executable, "diagnosis.py", "--seeds", "1", "moons_mlp", "digits_convnet--nan-rows"]
    done = subprocess.run(command, cwd=benchmarks, capture_output=True, text=True, check=True)
    assert "| detected | 1 of 1 " in done.stdout
    assert "| right cause first | 1 of 1 " in done.stdout
    assert "| false fail | 0 of 1 " in done.stdout
