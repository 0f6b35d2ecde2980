"""A training resumed at its fortieth epoch, under a schedule that has halved the rate at each of them."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(15)
random = np.random.default_rng(15)
x = random.normal(size=(500, 6)).astype("float32")
y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).astype("float32")


def halved(epoch):
    return 0.05 * 0.5**epoch
    #> return 0.05 * 0.5 ** (epoch - 40)


model = keras.Sequential([
    keras.Input((6,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])  #: fail weights-not-updating
#> model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
schedule = keras.callbacks.LearningRateScheduler(halved)
model.fit(x, y, callbacks=[schedule], initial_epoch=40, epochs=55, verbose=0)
