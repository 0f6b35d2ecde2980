"""An LSTM that predicts the next value of a series."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
s = np.sin(np.arange(1200) * 0.1) + 0.05 * np.random.default_rng(0).normal(size=1200)
x = np.stack([s[i : i + 20] for i in range(1100)])[..., None]
y = s[20:1120]
model = keras.Sequential(
    [
        keras.Input((20, 1)),
        layers.LSTM(16),
        layers.Dense(1),
    ]
)
model.compile("adam", "mse")
model.fit(x, y, validation_split=0.2, epochs=10, verbose=0)
