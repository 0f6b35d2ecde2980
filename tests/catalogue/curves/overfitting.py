"""Thirty noisy points and five hundred units, trained long after the best epoch."""

import keras
from sklearn.datasets import make_circles

keras.utils.set_random_seed(0)
x, y = make_circles(130, noise=0.2, factor=0.5, random_state=1)
validation = x[30:], y[30:]

model = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(500, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
epochs = 1500
#> epochs = 250
model.fit(x[:30], y[:30], validation_data=validation, epochs=epochs, verbose=0)  #: warn
