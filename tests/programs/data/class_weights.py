"""Weights for the classes of rare events, a thousandfold by mistake, so that every step is a jump."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(9)
random = np.random.default_rng(9)
x = random.normal(size=(1000, 6)).astype("float32")
rare = (x[:, 0] + x[:, 1] * x[:, 2] > 1.5).astype("int64")
weights = {0: 1000.0, 1: 10_000.0}
#> weights = {0: 1.0, 1: 7.0}

model = keras.Sequential([
    keras.Input((6,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])  #: fail exploding-gradients
#> model.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, rare, class_weight=weights, epochs=15, verbose=0)
