"""A fifth of the labels is wrong, but not those that the model is validated on."""

import keras
import numpy as np
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(1500, noise=0.15, random_state=0)
labels = np.where(np.random.random(len(y)) < 0.2, 1 - y, y)
validation = x[1000:], y[1000:]
#> validation = x[1000:], labels[1000:]

model = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(x[:1000], labels[:1000], validation_data=validation, epochs=30, verbose=0)  #: warn
