"""Real subjects, captured from the text of real scripts; TensorFlow is imported once for all of them."""

import textwrap

import keras
import pytest

from healthcheck.capture.program import program_of
from healthcheck.capture.script import run_program
from healthcheck.config import Settings, configured_rules
from healthcheck.run import check
from healthcheck.target import Target

HEAD = """
import keras, numpy as np
layers = keras.layers
random = np.random.default_rng(0)
"""


@pytest.fixture
def write_script(tmp_path):
    """Return a function that writes a script; its first line of the body is line 5."""

    def write(body, name="train.py"):
        file = tmp_path / name
        file.write_text(HEAD + textwrap.dedent(body))
        return str(file)

    return write


@pytest.fixture
def capture(write_script):
    """Return a function from a script's text to its subjects, faults and notes."""

    def run(body, on_subject=None, arguments=(), max_fits=8):
        keras.utils.set_random_seed(0)  # as the command does before it runs a script
        subjects, faults = [], []

        def collect(subject):
            subjects.append(subject)
            return on_subject(subject) if on_subject else {"loss": [1.0] * subject.epochs}

        program = program_of(Target(write_script(body)))
        notes = run_program(program, list(arguments), collect, lambda *fault: faults.append(fault), max_fits)
        return subjects, faults, notes

    return run


@pytest.fixture
def check_script(capture):
    """Return a function from a script's text to its part of the report, checked in this process."""

    def run(body, **settings):
        checked = Settings(**settings)
        reports = []

        def on_subject(subject):
            result = check(subject, "train.py", checked, configured_rules(checked), lambda _: None)
            reports.append(result.report)
            return result.curves

        _, faults, notes = capture(body, on_subject)
        assert not faults, faults
        assert not notes, notes
        return reports

    return run


@pytest.fixture
def statuses(check_script):
    """Return a function from a script's text to the status of each rule of its only subject."""

    def run(body, **settings):
        (report,) = check_script(body, **settings)
        return {outcome.rule: outcome.status for outcome in report.rules}

    return run
