"""A model or a function by its name, and a model from Python."""

import re

import numpy as np
import pytest

import healthcheck
from healthcheck.capture.factory import run_factory
from healthcheck.capture.recorder import Recorder, initializers_of
from healthcheck.capture.script import NotCheckableError
from healthcheck.config import Settings
from healthcheck.target import Target, parsed

MODELS = """
def load_data():
    x = random.normal(size=(40, 3))
    return x, x[:, :1]

def build():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    return model

def with_data():
    return build(), *load_data()

def with_plan():
    x, y = load_data()
    return build(), {"x": x, "y": y, "epochs": 7, "batch_size": 10, "validation_split": 0.25}

class Models:
    made = build

model = build()
number = 3

def fails():
    raise ValueError("no weights here")

def needs(size):
    return build()
"""


@pytest.fixture
def take(write_script):
    """Return a function from an attribute to the subject of the model it names."""

    def run(attribute, body=MODELS, **settings):
        subjects = []
        target = Target(write_script(body, "models.py"), attribute=attribute)
        run_factory(target, [], Settings(**settings), lambda s: subjects.append(s) or {})
        (subject,) = subjects
        return subject

    return run


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("train.py", Target("train.py")),
        ("models.py::build", Target("models.py", attribute="build")),
        ("a::b/models.py::Models.build", Target("a::b/models.py", attribute="Models.build")),
        ("package.models:build", Target(None, "package.models", "build")),
        ("-m package.train", Target(None, "package.train")),
        ("no_target", Target("no_target")),
        ("C:/train.py", Target("C:/train.py")),
    ],
)
def test_a_name_says_what_it_is(name, target):
    assert parsed(name) == target


@pytest.mark.parametrize("attribute", ["build", "with_data", "model", "Models.made"])
def test_a_model_is_made_and_gets_the_data_beside_it(take, attribute):
    subject = take(attribute)
    assert (subject.train.count, subject.epochs, subject.batch_size) == (40, 20, 32)
    assert subject.notes == ("no plan was given: 20 epochs are assumed",)
    assert len(subject.draws) == 4
    assert {source.line for source in subject.sources.layers.values()} == {11}


def test_the_function_stands_for_the_line_of_the_fit(take):
    assert take("build").sources.fit.code == "def build():"


def test_a_plan_has_the_arguments_of_fit(take):
    subject = take("with_plan")
    assert (subject.train.count, subject.validation.count) == (30, 10)
    assert (subject.epochs, subject.batch_size) == (7, 10)


def test_data_may_be_a_pair_of_pairs_as_kerass_own_data_sets_are(take):
    subject = take("build", MODELS.replace("return x, x[:, :1]", "return (x, x[:, :1]), (x[:8], x[:8, :1])"))
    assert (subject.train.count, subject.validation.count) == (40, 8)


@pytest.mark.parametrize(
    ("attribute", "sentence", "line"),
    [
        ("buildd", "'models' has no 'buildd'; did you mean 'build'?", 1),
        ("number", "a Keras model was expected", None),
        ("fails", "ValueError: no weights here", 29),
        ("needs", "'needs' cannot be called without arguments: give size a default", 31),
    ],
)
def test_what_is_no_model_is_told_in_a_sentence(take, attribute, sentence, line):
    with pytest.raises(NotCheckableError, match=re.escape(sentence)) as caught:
        take(attribute)
    assert (caught.value.source and caught.value.source.line) == line


def test_a_model_without_data_says_how_to_give_it_some(take):
    with pytest.raises(NotCheckableError, match=r"define `load_data\(\)` beside it"):
        take("build", MODELS.replace("def load_data", "def read_data"))


def test_initializers_are_found_without_a_recording(take):
    layers = """
def build():
    model = keras.Sequential([
        keras.Input((5, 3)), layers.LSTM(2), layers.Reshape((1, 2)), layers.SeparableConv1D(3, 1),
        layers.LayerNormalization(), layers.Flatten(), layers.Dense(2, bias_initializer="ones"),
    ])
    model.compile("adam", "mse")
    return model, np.zeros((4, 5, 3)), np.zeros((4, 2))
"""
    subject = take("build", layers)
    found = Recorder(initializers=initializers_of(subject.model)).draws(subject.model)
    assert {draw.variable.path for draw in found} == {draw.variable.path for draw in subject.draws}
    first = subject.model.layers[0].cell.kernel
    first.assign_add(np.ones((3, 8)))
    kept = Recorder(initializers=initializers_of(subject.model)).draws(subject.model)
    assert {draw.variable.path for draw in found} - {draw.variable.path for draw in kept} == {first.path}


def test_check_reports_on_a_model_and_leaves_it_as_it_was(take):
    subject = take("build")
    model, before = subject.model, subject.model.get_weights()
    settings = {"select": ["target-out-of-range", "loss-not-decreasing"], "budget": "20s", "seeds": 2}
    report = healthcheck.check(model, subject.train.x, subject.train.y, epochs=40, settings=settings)
    assert report.verdict == "healthy", report.subjects[0].summary
    assert report.settings["seeds"] == 2
    assert report.subjects[0].source.code.startswith("report = healthcheck.check(")
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    report.assert_healthy()


def test_an_ill_model_is_unhealthy_until_the_rule_is_ignored(take):
    subject = take("build")
    model = subject.model
    model.compile("adam", "binary_crossentropy")
    settings = {"select": ["architecture"], "budget": "20s", "experiments": False}
    report = healthcheck.check(model, subject.train.x, np.ones((40, 1)), epochs=2, settings=settings)
    with pytest.raises(AssertionError, match="FAIL output-loss-mismatch"):
        report.assert_healthy()
    report.assert_healthy(ignore=["output-loss-mismatch"])
    report.assert_healthy(ignore=["architecture"])


def test_an_unknown_attribute_of_the_package_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        _ = healthcheck.chek
