"""A loss of one's own that rounds the predictions, so that Keras refuses the step: no weight has a gradient."""

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(300, 4)).astype("float32")
y = (x[:, :1] > 0).astype("float32")


def error(y_true, y_pred):
    y_pred = ops.round(y_pred)
    #> y_pred = 1.0 * y_pred
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


model = keras.Sequential([layers.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=error)  #: fail disconnected-weights
model.fit(x, y, epochs=15, verbose=0)
