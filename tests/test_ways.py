"""Every way of naming what is to be checked: the ill program by the real command, its healthy twin in this process.

`programs/ways/NAME/` holds the files of one way, marked as `twins.py` has it; in a notebook the marks
stand in its cells.
"""

import json
import logging
import os
import runpy
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from twins import healthy_twin, marks, sick_twin

from healthcheck.report import Report

FOLDER = Path(__file__).parent / "programs" / "ways"
BIN = Path(sys.executable).parent
SETTINGS = {"budget": "15s", "seeds": "2"}


class Way(NamedTuple):
    target: str
    options: Mapping[str, str] = MappingProxyType({})
    arguments: tuple[str, ...] = ()


WAYS = {
    "arguments": Way("train.py", arguments=("--epochs", "100", "--units", "32")),
    "function": Way("model.py::build_model", {"data": "points.npz", "epochs": "100"}),
    "imports": Way("train.py"),
    "loop": Way("train.py"),
    "module": Way("shop:Classifier", {"epochs": "100", "batch-size": "16"}),
    "noisy": Way("train.py"),
    "notebook": Way("train.ipynb"),
    "package": Way("-m circles.train", arguments=("100",)),
    "processes": Way("train.py"),
    "saved": Way("model.keras", {"data": "points.npz", "epochs": "100"}),
}
each_way = pytest.mark.parametrize("name", WAYS)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that writes one way's files, twinned, into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(name, twin):
        shutil.copytree(FOLDER / name, tmp_path, dirs_exist_ok=True)
        for file in tmp_path.rglob("*.py"):
            text = file.read_text("utf-8")
            file.write_text(twin(text), "latin-1" if "coding: latin-1" in text else "utf-8")
        for file in tmp_path.rglob("*.ipynb"):
            file.write_text(json.dumps(with_cells(json.loads(file.read_text()), twin)))
        if (tmp_path / "make.py").exists():
            points()
            runpy.run_path("make.py")
        elif name == "function":
            points()
        return tmp_path

    return write


def points():
    import numpy as np
    from sklearn.datasets import make_circles

    x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
    np.savez_compressed("points.npz", x_train=x[:400], y_train=y[:400], x_test=x[400:], y_test=y[400:])


def with_cells(notebook, twin):
    cells = [cell | {"source": twin("".join(cell["source"]))} for cell in notebook["cells"]]
    return notebook | {"cells": cells}


def expected(name):
    """Return file, cell, line, status and rule of every mark of one way."""
    found = set()
    for file in (FOLDER / name).rglob("*.py"):
        where = str(file.relative_to(FOLDER / name))
        found |= {(where, None, *mark) for mark in marks(file.read_text("utf-8"))}
    for file in (FOLDER / name).rglob("*.ipynb"):
        for number, cell in enumerate(json.loads(file.read_text())["cells"], 1):
            found |= {(file.name, number, *mark) for mark in marks("".join(cell["source"]))}
    return found


def said(subjects, *statuses):
    found = [finding for subject in subjects for finding in subject.findings if finding.status in statuses]
    places = [
        (one.source.file, one.source.cell, one.source.line) if one.source else (None,) * 3 for one in found
    ]
    return {(*place, one.status, one.rule) for place, one in zip(places, found, strict=True)}


@each_way
def test_the_command_finds_the_fault_and_names_its_line(name, project):
    folder = project(name, sick_twin)
    way = WAYS[name]
    options = [word for key, value in (SETTINGS | dict(way.options)).items() for word in (f"--{key}", value)]
    shown = ["--format", "text", "--format", "json=report.json", "--no-experiments"]
    done = run("healthcheck", *way.target.split(), *options, *shown, "--", *way.arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    report = Report.load(folder / "report.json")
    assert len(report.subjects) == 1
    found = said(report.subjects, "fail", "warn", "error")
    wanted = expected(name) or {(None, None, None, "fail", "output-loss-mismatch")}
    assert wanted <= found
    for file, cell, line, *_ in expected(name):
        assert (f"{file}:cell {cell}:{line}" if cell else f"{file}:{line}") in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "::error::" not in done.stdout + done.stderr


@each_way
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_healthy_twin_raises_no_alarm(name, project):
    folder = project(name, healthy_twin)
    way = WAYS[name]
    settings = {key.replace("-", "_"): value for key, value in (SETTINGS | dict(way.options)).items()}
    subjects = checked_here(folder, way, settings)
    assert [subject.verdict for subject in subjects] == ["healthy"], [one.summary for one in subjects]
    assert said(subjects, "fail", "warn", "error") == set()
    assert Path.cwd() == folder


def checked_here(folder, way, settings):
    from healthcheck.child import Found, check_target  # what it does loads TensorFlow
    from healthcheck.config import Settings
    from healthcheck.supervisor import Outcome, Request

    numbers = {key: int(value) for key, value in settings.items() if value.isdigit()}
    request = Request(
        target=way.target, arguments=list(way.arguments), settings=Settings(**settings | numbers)
    )
    known, argv, stop = set(sys.modules), list(sys.argv), signal.getsignal(signal.SIGTERM)
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        check_target(request, Found(folder / "result.json", lambda _: None))
    finally:
        signal.signal(signal.SIGTERM, stop)
        root.level, root.handlers[:] = level, handlers
        for module in set(sys.modules) - known:
            if str(folder) in str(getattr(sys.modules[module], "__file__", "")):
                del sys.modules[module]
    assert sys.argv == argv
    return Outcome.model_validate_json((folder / "result.json").read_text()).subjects


def run(program, *words):
    return subprocess.run(
        [BIN / program, *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"COLUMNS": "200"},
    )


def test_a_model_is_checked_from_python(project):
    project("door", sick_twin)
    done = run("python", "door.py")
    assert done.stdout.split("\n")[-2] == "18 unhealthy ['output-loss-mismatch']", done.stderr
    assert done.returncode == 1


def test_a_model_is_checked_in_a_test_of_its_own(project):
    project("tested", sick_twin)
    done = run("pytest", "-p", "no:cacheprovider", "test_model.py")
    assert done.returncode == 1, done.stdout
    assert "FAIL output-loss-mismatch" in done.stdout
    assert "test_model.py:11" in done.stdout
