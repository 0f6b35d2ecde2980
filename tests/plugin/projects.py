"""Repositories with targets, for real pytest runs."""

import textwrap

ILL = """
import sys
from pathlib import Path

import keras
import numpy as np

Path("runs.txt").open("a").write("run\\n")
x = np.random.default_rng(0).normal(size=(64, 3))
model = keras.Sequential([
    keras.Input((3,)),
    keras.layers.Dense(4, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "mse")
model.fit(x, np.full((64, 1), 3.0), epochs=5)
"""
"""A sigmoid that has to say 3; every run of it leaves a line."""

FACTORY = ILL.replace("model.fit(x, np", "def build():\n    return model, x, np").replace(", epochs=5)", "")
"""The same as a function that returns model and data."""

MODELS = """
import keras
import numpy as np


def load_data():
    x = np.random.default_rng(0).normal(size=(64, 3))
    return x, x[:, :1]


def build_model():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.03), "mse")
    return model

"""
"""Functions that return models, with the data beside them."""

SETTINGS = """
[tool.healthcheck]
budget = "20s"
select = ["target-out-of-range", "non-finite-data"]
experiments = false
"""


def project(folder, targets, **files):
    """Write a repository with targets; files are named without `.py`."""
    (folder / "pyproject.toml").write_text(SETTINGS)
    lines = "".join(f"\n    {target}" for target in targets)
    (folder / "pytest.ini").write_text(f"[pytest]\nhealthcheck_targets ={lines}\n")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return folder
