"""A rate of 0.95, written by someone who wanted to keep that share."""

import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16.0

model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dropout(0.95),  #: fail
        #> keras.layers.Dropout(0.05),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dropout(0.95),  #: fail
        #> keras.layers.Dropout(0.05),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=12, verbose=0)
