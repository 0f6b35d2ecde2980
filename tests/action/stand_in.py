"""An environment whose command hands out a report that was made before, to try all that comes after it."""

import importlib.util
import sys
from pathlib import Path

from composite import ROOT

STATUS = {"healthy": 0, "unhealthy": 1, "not_checked": 2}
STAND_IN = '''#!{python} -I
"""Stands in for the command: hands out a report that was made before, and leaves comparing to the command."""
import json, os, shutil, sys
from pathlib import Path

made, given = Path(__file__).parent.parent, sys.argv[1:]
if given[0] == "compare":
    os.execv({command!r}, [{command!r}, *given])
(made / "given.json").write_text(json.dumps(given))
outputs = dict(word[2:].split("=", 1) for word in given if word.startswith("--output="))
formats = dict(word.split("=", 2)[1:] for word in given if word.startswith("--format=") and word.count("=") == 2)
for file in made.glob("report.*"):
    name = {{".md": "markdown", ".sarif": "sarif"}}.get(file.suffix)
    place = Path(outputs["output"], file.name) if name is None else formats.get(name)
    if place is not None:
        shutil.copy(file, place)
sys.stdout.write((made / "stdout.txt").read_text())
sys.stderr.write((made / "stderr.txt").read_text())
sys.exit(int((made / "status.txt").read_text()))
'''


def environment_with(folder, report=None, status=None, stdout="", stderr=""):
    """Make the environment, or change what its command hands out; returns its interpreter."""
    python = folder / "bin" / "python"
    if not python.exists():
        _make_environment(folder, python)
    if report is not None:
        from healthcheck.render.markdown import render_markdown

        (folder / "report.json").write_text(report.to_json(), encoding="utf-8")
        (folder / "report.md").write_text(render_markdown(report), encoding="utf-8")
        (folder / "report.html").write_text("<html>")
        status = STATUS[report.verdict] if status is None else status
    (folder / "stdout.txt").write_text(stdout)
    (folder / "stderr.txt").write_text(stderr)
    (folder / "status.txt").write_text(str(status))
    return python


def _make_environment(folder, python):
    interpreter = Path(sys.executable).resolve()
    python.parent.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {interpreter.parent}\n")
    python.symlink_to(interpreter)
    script = python.with_name("healthcheck")
    command = str(Path(sys.executable).with_name("healthcheck"))
    script.write_text(STAND_IN.format(python=interpreter, command=command))
    script.chmod(0o755)


def made_up_reports():
    """Import the made-up reports of the renderers' tests."""
    file = ROOT / "tests" / "render" / "reports.py"
    spec = importlib.util.spec_from_file_location("made_up_reports", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
