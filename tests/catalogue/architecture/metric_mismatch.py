"""The accuracy of a regression: predictions hit a real number exactly, or never."""

import keras
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale

keras.utils.set_random_seed(0)
x, y = load_diabetes(return_X_y=True)
x, y = scale(x), scale(y)

model = keras.Sequential(
    [keras.Input((10,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)]
)
model.compile(keras.optimizers.Adam(0.003), "mse", metrics=["accuracy"])  #: warn
#> model.compile(keras.optimizers.Adam(0.003), "mse", metrics=["mae"])
model.fit(x, y, validation_split=0.2, epochs=20, verbose=0)
