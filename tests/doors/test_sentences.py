"""What cannot be checked is one sentence that says why, where and what to do: never a traceback of ours."""

import io
import json
import textwrap
import zipfile

import numpy as np
import pytest

from healthcheck.config import Settings
from healthcheck.errors import HealthcheckError
from healthcheck.supervisor import Outcome, Request
from healthcheck.target import unusable

MODEL = """
import keras, numpy as np
x, y = np.ones((8, 2)), np.ones((8, 1))
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
"""


@pytest.fixture
def sentence(tmp_path, monkeypatch):
    """Return a function from a target to the sentence and the line of the only thing it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def check(target, *arguments, **settings):
        from healthcheck.child import Found, check_target  # what it does loads TensorFlow

        request = Request(target=target, arguments=list(arguments), settings=Settings(**settings))
        found = Found(tmp_path / "result.json", lambda _: None)
        try:
            check_target(request, found)
        except HealthcheckError as error:
            found.fault(target, str(error), getattr(error, "source", None))
        (subject,) = Outcome.model_validate_json((tmp_path / "result.json").read_text()).subjects
        assert subject.verdict == "not_checked"
        return subject.summary, subject.source and subject.source.line

    return check


@pytest.fixture
def of_script(sentence, tmp_path):
    """Return a function from a script's text to its sentence and line."""

    def check(text, *arguments):
        (tmp_path / "train.py").write_text(textwrap.dedent(text))
        return sentence("train.py", *arguments)

    return check


def write_notebook(*cells, **content):
    written = [{"cell_type": kind, "source": text} for kind, text in cells]
    return json.dumps({"cells": written, "nbformat": 4, "metadata": {}} | content)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (
            "import numpy as np\nfrom keras.utils import np_utils\n",
            "that is Keras 2, and in Keras 3 it is `keras.utils.to_categorical`",
            2,
        ),
        ("from keras.layers.core import Dense\n", "all layers are imported from `keras.layers`", 1),
        (
            "from keras.layers.normalization import BatchNormalization\n",
            "all layers are imported from `keras.layers`",
            1,
        ),
        (MODEL + "model.fit(x, y, nb_epoch=3)\n", "in Keras 3 it is `epochs`", 6),
        ("import keras\n\nkeras.optimizers.Adam(lr=0.1)\n", "in Keras 3 it is `learning_rate`", 3),
        ("import keras\n\nkeras.optimizers.adam()\n", "`keras.optimizers.Adam`", 3),
        (MODEL + "model.fit_generator(x)\n", "`model.fit` takes generators", 6),
        (MODEL + "model.predict_classes(x)\n", "`model.predict(x).argmax(-1)`", 6),
        ("import keras\nkeras.layers.Dense(3, init='uniform')\n", "it is `kernel_initializer`", 2),
        ("from tensorflow.keras.layers.experimental import preprocessing\n", "is in `keras.layers`", 1),
        ("import tensorflow as tf\ntf.placeholder(1)\n", "no sessions, no placeholders", 2),
        ("import tf_keras as keras\n", "`tf_keras` is Keras 2, but only Keras 3 can be checked", 1),
    ],
)
def test_a_spelling_of_keras_2_is_told_what_keras_3_has(of_script, text, said, line):
    summary, at = of_script(text)
    assert said in summary
    assert at == line


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("TF_USE_LEGACY_KERAS", "which makes `tf.keras` Keras 2, but only Keras 3 can be checked"),
        ("KERAS_BACKEND", "KERAS_BACKEND=1, but only Keras on TensorFlow can be checked"),
    ],
)
def test_another_keras_is_not_taken_for_keras_3_on_tensorflow(of_script, monkeypatch, setting, said):
    monkeypatch.setenv(setting, "")
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    summary, line = of_script(
        f"import os\nos.environ['{setting}'] = '1'\n" + MODEL + "model.fit(x, y, epochs=3)\n"
    )
    assert said in summary
    assert line == 2


def test_legacy_keras_in_the_environment_is_said_before_anything_is_run(of_script, monkeypatch):
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    summary, _ = of_script("1 / 0\n")
    assert summary.startswith("the environment sets TF_USE_LEGACY_KERAS")


def test_input_has_nobody_to_answer(of_script):
    assert of_script("\nname = input('which? ')\n") == (
        "the script raised EOFError at `input()`, which nobody answers here: take the value from an "
        "argument or a file",
        2,
    )


def test_wrong_arguments_of_the_script_are_told_as_argparse_says_them(of_script):
    text = (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--data', required=True)\n"
    )
    summary, line = of_script(text + "parser.parse_args()\n")
    assert "the following arguments are required: --data; its arguments follow `--`" in summary
    assert line == 4


def test_a_file_that_lies_beside_the_script_is_hinted_at(sentence, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "points.csv").write_text("1\n")
    (tmp_path / "sub" / "train.py").write_text("open('points.csv')\n")
    summary, line = sentence("sub/train.py")
    assert "it lies beside the script" in summary
    assert f"run the command in '{tmp_path / 'sub'}'" in summary
    assert line == 1


def test_a_script_that_trains_in_another_process_is_told_that_it_is_not_seen(of_script):
    text = "import multiprocessing\nprocess = multiprocessing.get_context('fork').Process(target=int)\n"
    summary, _ = of_script(text + "process.start()\nprocess.join()\n")
    assert summary == (
        "the script ran to its end without training anything in this process; what it does in others is not seen"
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("-m nothing.here", "there is no module 'nothing.here' in the working directory or on sys.path"),
        ("-m bare", "'bare' is a package without `__main__.py`: name the module to run"),
        ("-m bare.broken", "ModuleNotFoundError: No module named 'no_such_thing'"),
    ],
)
def test_a_module_that_cannot_be_run_is_told_why(sentence, tmp_path, target, said):
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "__init__.py").write_text("")
    (tmp_path / "bare" / "broken.py").write_text("import no_such_thing\n")
    assert said in sentence(target)[0]


@pytest.mark.parametrize(
    ("text", "said", "cell"),
    [
        ("{", "the notebook is not valid JSON", None),
        ('{"worksheets": []}', "no notebook of version 4", None),
        (write_notebook(metadata={"kernelspec": {"language": "R"}}), "written in 'R', not in Python", None),
        (write_notebook(("markdown", "text")), "the notebook ran to its end without training anything", None),
        (
            write_notebook(("markdown", "text"), ("code", "!ls\n1 / 0")),
            "the notebook raised ZeroDivisionError",
            2,
        ),
        (write_notebook(("code", "x = (1,\n%matplotlib inline\n2 3")), "SyntaxError", 1),
    ],
)
def test_a_notebook_that_cannot_be_checked_is_told_why(sentence, tmp_path, text, said, cell):
    (tmp_path / "train.ipynb").write_text(text)
    summary, line = sentence("train.ipynb")
    assert said in summary
    assert (line is None) == (cell is None)
    if said.endswith("ZeroDivisionError"):
        assert line == 2


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"X": 1}, "holds an array 'X', which has no meaning; did you mean 'x'?"),
        ({"y": 1}, "holds no array 'x'; it has y"),
        ({"x": np.array([{}])}, "'x.npy' holds Python objects, which are not loaded"),
        ({"x": np.ones((3, 2)), "y": np.ones(4)}, "inputs and targets of different lengths: [3, 4]"),
        ({"x": np.ones((3, 2)), "y_val": np.ones(4)}, "holds 'y_val' without 'x_val'"),
    ],
)
def test_data_that_cannot_be_used_are_told_why(sentence, tmp_path, arrays, said):
    np.savez(tmp_path / "data.npz", **arrays)
    (tmp_path / "model.py").write_text(MODEL)
    assert said in sentence("model.py::model", data="data.npz")[0]


def test_data_too_large_are_refused_by_their_heads(sentence, tmp_path):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 3)})
    with zipfile.ZipFile(tmp_path / "data.npz", "w") as archive:
        archive.writestr("x.npy", head.getvalue())
    (tmp_path / "model.py").write_text(MODEL)
    assert "holds 12288.0 GiB, more than the 2 GiB" in sentence("model.py::model", data="data.npz")[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("none.npz", "the data file 'none.npz' cannot be read: No such file or directory"),
        ("data.csv", "the data file 'data.csv' is no .npz file: write it with `numpy.savez("),
        ("model.py", "'model' has no 'load_data'"),
        ("model.py::model", "the data should be (x, y) or ((x, y), (x, y))"),
    ],
)
def test_a_data_file_that_is_none_is_told_what_one_is(sentence, tmp_path, data, said):
    (tmp_path / "data.csv").write_text("1,2\n")
    (tmp_path / "model.py").write_text(MODEL.replace("x, y =", "data = (1, 2, 3, 4)\nx, y ="))
    data = data.replace("::model", "::data")
    assert said in sentence("model.py::model", data=data)[0]


def test_a_saved_model_wants_data_and_runs_no_code(sentence, tmp_path):
    import keras

    np.savez(tmp_path / "data.npz", x=np.ones((8, 2)), y=np.ones((8, 1)))
    inputs = keras.Input((2,))
    layers = {"lambda": keras.layers.Lambda(lambda x: x + 1), "plain": keras.layers.Dense(1)}
    for name, layer in layers.items():
        keras.Model(inputs, layer(inputs)).save(tmp_path / f"{name}.keras")
    (tmp_path / "empty.keras").write_text("")
    assert "name it with `--data data.npz`" in sentence("plain.keras")[0]
    assert "holds Python code (a Lambda layer)" in sentence("lambda.keras", data="data.npz")[0]
    assert "was saved without its loss and optimizer" in sentence("plain.keras", data="data.npz")[0]
    assert "'empty.keras' is no saved model" in sentence("empty.keras", data="data.npz")[0]


def test_a_saved_model_of_own_classes_says_how_to_check_it_instead(sentence, tmp_path):
    import keras

    class Own(keras.layers.Layer):
        def call(self, x):
            return x

    np.savez(tmp_path / "data.npz", x=np.ones((8, 2)), y=np.ones((8, 1)))
    model = keras.Sequential([keras.Input((2,)), Own(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.save(tmp_path / "own.keras")
    summary, _ = sentence("own.keras", data="data.npz")
    assert summary == (
        "'own.keras' needs classes or functions of your own, which the file does not hold: "
        "check the function that makes the model instead, `train.py::build_model`"
    )


def test_other_forms_of_a_model_are_told_which_to_use(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.h5").write_text("")
    (tmp_path / "exported").mkdir()
    (tmp_path / "exported" / "saved_model.pb").write_text("")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text("")
    assert "`keras.saving.load_model('old.h5').save('old.keras')`" in unusable("old.h5")
    assert "is a TensorFlow SavedModel" in unusable("exported")
    assert "a package is run with `-m package`" in unusable("package")
    assert "'build' is looked for in a notebook" in unusable("train.ipynb::build")
