"""A linear output under a cross-entropy that expects probabilities."""

import keras
from sklearn.datasets import make_moons

keras.utils.set_random_seed(0)
x, y = make_moons(600, noise=0.15, random_state=0)

model = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(1),  #: fail
        #> keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=20, verbose=0)
