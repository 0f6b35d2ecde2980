"""Arrays stored as float16, which Keras casts; a rate as for another optimizer moves nothing."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(14)
random = np.random.default_rng(14)
x = random.normal(size=(800, 8)).astype("float16")
y = (x[:, :1] - 0.5 * x[:, 1:2] + x[:, 2:3] * x[:, 3:4]).astype("float16")

model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu"), layers.Dense(1)])
model.compile(keras.optimizers.SGD(1e-5), "mse")  #: fail learning-rate-too-low
#> model.compile(keras.optimizers.SGD(0.05), "mse")
model.fit(x, y, validation_data=(x[:200] * 0.9, y[:200]), epochs=20, verbose=0)
