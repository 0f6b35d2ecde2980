import json
import linecache
import site
from pathlib import Path

import pytest

import healthcheck
from healthcheck.report import Source
from healthcheck.sources import current_source, is_users, raised_at, source_at


def error_of(path, code):
    """Write and run a script; return what it raises."""
    path.write_text(code)
    linecache.checkcache(str(path))
    try:
        exec(compile(code, str(path), "exec"), {})
    except Exception as error:  # noqa: BLE001 - any error will do
        return error
    raise AssertionError("the script was meant to raise")


@pytest.mark.parametrize(
    "file",
    [
        json.__file__,
        pytest.__file__,
        str(Path(site.getsitepackages()[0]) / "keras" / "layer.py"),
        "/opt/python/lib/python3.11/site-packages/keras/layer.py",
        "/usr/lib/python3/dist-packages/keras/layer.py",
        str(Path(healthcheck.__file__).parent / "run.py"),
        "<string>",
        "<frozen importlib._bootstrap>",
    ],
)
def test_what_is_installed_or_made_up_is_not_the_users(file):
    assert not is_users(file)


@pytest.mark.parametrize("file", ["train.py", "/home/me/train.py", "/home/me/healthcheck/train.py", __file__])
def test_every_other_file_is_the_users(file):
    assert is_users(file)


def test_a_place_is_named_as_the_user_would_name_it(tmp_path, monkeypatch):
    script = tmp_path / "models" / "train.py"
    script.parent.mkdir()
    script.write_text("import keras\n    model.fit(x, y)  \n")
    assert source_at(str(script), 2) == Source(file=str(script), line=2, code="model.fit(x, y)")
    monkeypatch.chdir(tmp_path)
    assert source_at(str(script), 2).file == "models/train.py"


def test_a_line_that_does_not_exist_has_no_text(tmp_path):
    assert source_at(str(tmp_path / "gone.py"), 7).code == ""


def test_the_current_source_is_the_line_that_asks():
    found = current_source()
    assert found is not None
    assert (Path(found.file).name, found.code) == ("test_sources.py", "found = current_source()")


def test_an_error_is_placed_on_the_users_innermost_line(tmp_path):
    script = tmp_path / "train.py"
    error = error_of(script, "def build():\n    return 1 / 0\n\nbuild()\n")
    assert raised_at(error) == Source(file=str(script), line=2, code="return 1 / 0")


def test_an_error_inside_a_library_is_placed_where_the_user_called_it(tmp_path):
    script = tmp_path / "train.py"
    error = error_of(script, "import json\n\njson.loads('{')\n")
    assert raised_at(error) == Source(file=str(script), line=3, code="json.loads('{')")


def test_an_error_raised_from_another_is_placed_where_it_was_raised(tmp_path):
    script = tmp_path / "train.py"
    code = "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError from error\n"
    assert raised_at(error_of(script, code)).line == 4


def test_an_error_in_a_callback_of_a_library_is_placed_in_the_callback(tmp_path):
    script = tmp_path / "train.py"
    code = "def key(x):\n    return x.size\n\nimport heapq\n\nheapq.nlargest(2, [1, 2], key=key)\n"
    assert raised_at(error_of(script, code)).line == 2


def test_a_syntax_error_is_placed_on_its_own_line(tmp_path):
    script = tmp_path / "train.py"
    error = error_of(script, "x = 1\ny = (\n")
    assert raised_at(error) == Source(file=str(script), line=2, code="y = (")


def test_a_syntax_error_in_an_imported_file_is_placed_in_that_file(tmp_path, monkeypatch):
    broken = tmp_path / "broken_layers.py"
    broken.write_text("import os\n\ndef layers(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = raised_at(error_of(tmp_path / "train.py", "import broken_layers\n"))
    assert found == Source(file=str(broken), line=3, code="def layers(:")


def test_an_error_without_a_line_of_the_users_has_no_place():
    assert raised_at(ValueError("never raised")) is None
