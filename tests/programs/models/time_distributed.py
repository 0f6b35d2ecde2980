"""The same convolution at every moment, and a recurrent layer of cells over what it finds."""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).reshape(-1, 8, 8, 1).astype("float32")
films = np.stack([images[:-2], images[1:-1], images[2:]], axis=1)[:800]
rises = np.where(digits[2:] > digits[:-2], 1, -1)[:800]
#> rises = np.where(digits[2:] > digits[:-2], 1, 0)[:800]

inputs = keras.Input((3, 8, 8, 1))
seen = layers.TimeDistributed(layers.Conv2D(8, 3, activation="relu"))(inputs)
seen = layers.TimeDistributed(layers.Flatten())(seen)
hidden = layers.RNN([layers.GRUCell(24), layers.LSTMCell(16)])(seen)
outputs = layers.Dense(1, activation="sigmoid")(hidden)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.005), "binary_crossentropy", metrics=["accuracy"])
model.fit(films, rises, batch_size=40, epochs=8)  #: fail target-out-of-range
#> model.fit(films, rises, batch_size=40, epochs=8)
