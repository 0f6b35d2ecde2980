"""The door from Python takes the data that `fit` takes, and its other arguments."""

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import healthcheck
from healthcheck.errors import HealthcheckError

SETTINGS = {"select": ["target-out-of-range", "class-imbalance"], "budget": "10s", "experiments": False}
X = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
Y = (X.sum(1) > 0).astype("float32")[:, None]


class Pieces(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return X[16 * index :][:16], Y[16 * index :][:16]


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4), keras.layers.Dense(1, "sigmoid")])
    made.compile("adam", "binary_crossentropy")
    return made


def pieces():
    while True:
        yield from (Pieces()[index] for index in range(4))


DATA = {
    "arrays": lambda: (X, Y),
    "tensors": lambda: (tf.constant(X), tf.constant(Y)),
    "pandas": lambda: (pd.DataFrame(X, columns=["left", "up"]), pd.Series(Y[:, 0])),
    "pipeline": lambda: (tf.data.Dataset.from_tensor_slices((X, Y)).batch(16),),
    "PyDataset": lambda: (Pieces(),),
    "generator": lambda: (pieces(),),
}


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.filterwarnings("ignore:Your `PyDataset`")
def test_the_door_takes_what_fit_takes(model, kind):
    steps = {"steps_per_epoch": 4} if kind == "generator" else {}
    report = healthcheck.check(model, *DATA[kind](), epochs=3, settings=SETTINGS, **steps)
    (subject,) = report.subjects
    assert subject.verdict == "healthy", subject.summary
    assert min(row.minimum for row in subject.data) == pytest.approx(X.min())
    assert subject.plan.startswith("3 epochs of ")


def test_epochs_before_the_first_are_not_planned(model):
    reports = [
        healthcheck.check(model, X, Y, epochs=5, initial_epoch=first, shuffle=False, settings=SETTINGS)
        for first in (0, 3)
    ]
    plans = [report.subjects[0].plan for report in reports]
    assert [plan.partition(" of ")[0] for plan in plans] == ["5 epochs", "2 epochs"]


def test_validation_steps_bound_an_endless_pipeline(model):
    endless = tf.data.Dataset.from_tensor_slices((X, Y)).batch(16).repeat()
    report = healthcheck.check(
        model, X, Y, epochs=2, validation_data=endless, validation_steps=2, settings=SETTINGS
    )
    assert report.verdict == "healthy"


def test_weights_of_classes_are_heeded(model):
    report = healthcheck.check(
        model,
        X,
        Y,
        epochs=2,
        class_weight={0: 1.0, 1: float("nan")},
        settings={
            **SETTINGS,
            "select": ["non-finite-data"],
        },
    )
    assert report.verdict != "healthy"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": X[:3]}, "different lengths: [3, 64]"),
        ({"x": None}, "without data"),
        ({"epochs": 2, "initial_epoch": 2}, "trains nothing"),
        ({"steps_per_epoch": 0}, "steps_per_epoch=0 is not a positive number"),
        ({"settings": {"budgett": "3s"}}, "did you mean 'budget'?"),
    ],
)
def test_what_fit_would_refuse_is_one_sentence(model, change, said):
    given = {"x": X, "y": Y, "settings": SETTINGS} | change
    with pytest.raises(HealthcheckError, match=said.replace("[", r"\[").replace("?", r"\?")):
        healthcheck.check(model, given.pop("x"), given.pop("y"), **given)


def test_a_model_that_is_not_compiled_is_told_to_compile_it():
    with pytest.raises(HealthcheckError, match=r"call `model\.compile"):
        healthcheck.check(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), X, Y)
    with pytest.raises(HealthcheckError, match="a model of Keras 3 was expected, but there is"):
        healthcheck.check([], X, Y)


def test_what_keras_refuses_is_one_sentence_too(model):
    with pytest.raises(HealthcheckError, match="expected axis -1"):
        healthcheck.check(model, X[:, :1], Y, settings=SETTINGS)
