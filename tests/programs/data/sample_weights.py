"""A weight for every example, made by a division of whole numbers that leaves only zeros."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(10)
random = np.random.default_rng(10)
x = random.normal(size=(600, 5)).astype("float32")
y = (x[:, :1] - x[:, 1:2] * x[:, 2:3]).astype("float32")
age = random.integers(1, 20, 600)
weight = 1 // (age + 1)
#> weight = 1 / (age + 1)

model = keras.Sequential([keras.Input((5,)), layers.Dense(32, activation="relu"), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, sample_weight=weight, epochs=15, verbose=0)  #: warn loss-not-decreasing
#> model.fit(x, y, sample_weight=weight, epochs=15, verbose=0)
