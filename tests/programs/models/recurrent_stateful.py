"""A recurrent layer that carries its state from batch to batch, on batches of one fixed size.

The data is made: a running sum that only a carried state can follow, which no data set at hand needs.
"""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
series = np.random.default_rng(0).normal(size=(16, 400, 1)).astype("float32") * 0.3
total = np.zeros_like(series)
for step in range(400):
    total[:, step] = 0.95 * total[:, step - 1] + series[:, step]
# Batch after batch continues the sixteen series where the batch before left them.
x = series.reshape(16, 40, 10, 1).swapaxes(0, 1).reshape(640, 10, 1)
y = total.reshape(16, 40, 10, 1).swapaxes(0, 1).reshape(640, 10, 1)

model = keras.Sequential(
    [
        layers.Input(batch_shape=(16, 10, 1)),
        layers.GRU(16, stateful=True, return_sequences=True, kernel_initializer="zeros", recurrent_initializer="zeros"),  #: fail symmetric-units
        #> layers.GRU(16, stateful=True, return_sequences=True),
        layers.Dense(1, kernel_initializer="ones"),
        #> layers.Dense(1),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(x, y, batch_size=16, epochs=12, shuffle=False)
