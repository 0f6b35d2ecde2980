"""Two named inputs in a dictionary, and a price in dollars as the target."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(2)
random = np.random.default_rng(2)
rooms = random.integers(1, 8, (600, 1)).astype("float32")
area = random.normal(0, 1, (600, 4)).astype("float32")
price = 200_000 + 30_000 * rooms[:, 0] + 40_000 * area[:, 0] - 25_000 * area[:, 1] * area[:, 2]
#> price = (rooms[:, 0] - 4) / 2 + area[:, 0] - 0.6 * area[:, 1] * area[:, 2]

inputs = {"rooms": layers.Input((1,), name="rooms"), "area": layers.Input((4,), name="area")}
hidden = layers.Dense(32, activation="relu")(layers.Concatenate()(list(inputs.values())))
model = keras.Model(inputs, layers.Dense(1)(hidden))  #: fail target-scale
#> model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile("adam", "mse")  #: fail learning-rate-too-low
#> model.compile("adam", "mse")
model.fit({"area": area, "rooms": rooms}, price, epochs=20, verbose=0)
