"""Digits sorted by class: the split holds out the eights and nines, which are never trained on."""

import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
order = np.argsort(y, kind="stable")
#> order = np.random.permutation(len(y))
x, y = x[order] / 16.0, y[order]

model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=12, verbose=0)  #: warn
