"""A model that is checked from Python, and says what came of it by its exit status."""

import sys

import keras
import pandas as pd
from sklearn.datasets import make_circles

import healthcheck

x, y = make_circles(n_samples=600, noise=0.1, factor=0.5, random_state=1)
frame = pd.DataFrame(x, columns=["left", "up"])
model = keras.Sequential([keras.Input((2,))])
model.add(keras.layers.Dense(32, activation="relu"))
model.add(keras.layers.Dense(1, activation="softmax"))
#> model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")
report = healthcheck.check(model, frame, pd.Series(y), validation_split=0.3, epochs=100)
print(report.subjects[0].source.line, report.verdict, [one.rule for one in report.subjects[0].findings if one.cause])
sys.exit({"healthy": 0, "unhealthy": 1, "not_checked": 2}[report.verdict])
