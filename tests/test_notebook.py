"""Notebooks are run as Python, without what only IPython understands; no TensorFlow is needed for that."""

import json
import sys

import pytest

from healthcheck.capture.notebook import run_notebook
from healthcheck.errors import HealthcheckError
from healthcheck.sources import raised_at


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Return a function that runs cells, and gives back what they add to `seen`, and the notes."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "train.ipynb"

    def run(*cells):
        kinds = [("markdown", text[2:]) if text.startswith("# ") else ("code", text) for text in cells]
        written = [{"cell_type": kind, "source": text.splitlines(keepends=True)} for kind, text in kinds]
        file.write_text(json.dumps({"cells": written, "nbformat": 4}))
        seen = []
        monkeypatch.setattr("builtins.seen", seen, raising=False)
        return seen, run_notebook(file)

    return run


def test_cells_share_one_namespace_and_it_is_that_of_main(notebook):
    main = sys.modules["__main__"]
    seen, notes = notebook(
        "x = 1", "# text", "def f():\n    return x", "seen.append((f(), __name__, f.__module__))"
    )
    assert seen == [(1, "__main__", "__main__")]
    assert notes == []
    assert sys.modules["__main__"] is main


@pytest.mark.parametrize(
    "text",
    [
        "%matplotlib inline\nseen.append(1)",
        "!pip install 'keras\nseen.append(1)",
        "!echo (\nseen.append(1)",
        "if True:\n    !ls\nseen.append(1)",
        "seen.append?\n?seen\nseen.append(1)",
        "!pip install a \\\n    b\nseen.append(1)",
        "%%time\nseen.append(1)",
        "%%capture out --no-stderr\nseen.append(1)",
        "%time seen.append(1)",
        "%timeit -n 1 seen.append(1)",
        "files = !ls\nseen.append(1)",
        "get_ipython().system('ls')\nget_ipython().run_line_magic('matplotlib', 'inline')\n!ls\nseen.append(1)",
        "a, b = 1, 2\n!ls {a}\ndisplay(a, raw=True)\nseen.append(a)",
    ],
)
def test_magics_and_shell_lines_are_left_out_with_a_note(notebook, text):
    seen, notes = notebook(text)
    assert seen == [1]
    assert notes == ["magics, shell commands and help were left out of cell 1"]


def test_cells_of_other_languages_are_left_out_as_a_whole(notebook):
    seen, notes = notebook("%%bash\nrm -rf x (", "seen.append(2)", "%%writefile a.py\nseen.append(3)", "!ls")
    assert seen == [2]
    assert notes == ["magics, shell commands and help were left out of cells 1, 3, 4"]


@pytest.mark.parametrize(
    "text", ["x = (7\n% 4)", "x = '''\n%time\n!ls\n?'''\nx = 3", "x = 3  # why?", "x = 7 \\\n% 4"]
)
def test_what_only_looks_like_a_magic_is_python(notebook, text):
    seen, notes = notebook(text, "seen.append(x)")
    assert (seen, notes) == ([3], [])


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("!ls\n%cd ..\n1 / 0", 3, "1 / 0"),
        ("%%time\n\n1 / 0", 3, "1 / 0"),
        ("%time 1 / 0", 1, "%time 1 / 0"),
        ("def f():\n    1 / 0\nf()", 2, "1 / 0"),
        ("x = 1\nx = = 1", 2, "x = = 1"),
        ("!ls\nx = 1 +", 2, "x = 1 +"),
    ],
)
def test_an_error_has_its_cell_and_the_line_in_it(notebook, text, line, code):
    with pytest.raises((ZeroDivisionError, SyntaxError)) as caught:
        notebook("# Title", text)
    place = raised_at(caught.value)
    assert place is not None
    assert (place.file, place.cell, place.line, place.code) == ("train.ipynb", 2, line, code)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "the notebook is not valid JSON"),
        ("[]", "the file is no notebook of version 4"),
        ('{"worksheets": []}', "the file is no notebook of version 4"),
        ('{"cells": [3]}', "the file is no notebook of version 4"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "the file is no notebook of version 4"),
        (
            '{"cells": [], "metadata": {"language_info": {"name": "julia"}}}',
            "written in 'julia', not in Python",
        ),
        ("[" * 100_000, "no notebook of version 4"),
    ],
)
def test_what_is_no_notebook_is_told_so(tmp_path, text, said):
    (tmp_path / "train.ipynb").write_text(text)
    with pytest.raises(HealthcheckError, match=said):
        run_notebook(tmp_path / "train.ipynb")
