"""A logarithm of features of which many are exactly zero."""

import keras
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")

inputs = keras.Input((64,))
hidden = layers.Lambda(ops.log)(inputs)  #: fail
#> hidden = layers.Lambda(ops.log1p)(inputs)
hidden = layers.Dense(32, activation="tanh")(hidden)
model = keras.Model(inputs, layers.Dense(10, activation="softmax")(hidden))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=10, validation_split=0.2)
