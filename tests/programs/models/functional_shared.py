"""Two inputs through one shared layer, a nested model and a branch, as the functional API allows."""
# nightly command: {file}

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
other = np.random.default_rng(0).permutation(len(images))
same = (digits % 2 == digits[other] % 2).astype("float32")

encoder_input = layers.Input((64,))
hidden = layers.Dense(64, activation="relu")(encoder_input)
encoder = keras.Model(encoder_input, layers.Dense(16, activation="relu")(hidden), name="encoder")

left, right = layers.Input((64,), name="left"), layers.Input((64,), name="right")
both = layers.Concatenate()([encoder(left), encoder(right)])
joined = layers.Dense(32, activation="relu")(both)
joined = layers.Add()([joined, layers.Dense(32)(both)])
output = layers.Dense(1, activation="softmax")(joined)  #: fail output-loss-mismatch
#> output = layers.Dense(1, activation="sigmoid")(joined)
model = keras.Model([left, right], output)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit([images, images[other]], same, batch_size=32, epochs=12)
