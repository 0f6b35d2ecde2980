"""A Python generator without end, cut by `steps_per_epoch` and used again after the fit; raw pixels."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(8)
images, digits = load_digits(return_X_y=True)
images = (images * 255 / 16).astype("float32")
#> images = (images / 16).astype("float32")


def batches(size):
    random = np.random.default_rng(8)
    while True:
        rows = random.integers(0, len(images), size)
        yield images[rows], digits[rows]


endless = batches(32)
model = keras.Sequential([
    keras.Input((64,)),
    layers.Dense(32, activation="tanh"),  #: fail missing-input-normalization
    #> layers.Dense(32, activation="tanh"),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(endless, steps_per_epoch=50, epochs=6, verbose=0)
x, y = next(endless)
print(model.evaluate(x, y, verbose=0), len(history.history["loss"]))
