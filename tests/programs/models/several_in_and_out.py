"""Inputs and outputs in dictionaries, with a loss, a weight and metrics for each output."""

import keras
from keras import layers
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
ink = images.mean(axis=1, keepdims=True) * 10

upper = keras.Input((32,), name="upper")
lower = keras.Input((32,), name="lower")
hidden = layers.Concatenate()([layers.Dense(32, activation="relu")(upper), layers.Dense(32, activation="relu")(lower)])
hidden = layers.Dense(48, activation="relu")(hidden)
digit = layers.Dense(10, activation="softmax", name="digit")(hidden)
amount = layers.Dense(1, name="amount")(hidden)
model = keras.Model({"upper": upper, "lower": lower}, {"digit": digit, "amount": amount})
model.compile(
    optimizer="adam",
    loss={"digit": "sparse_categorical_crossentropy", "amount": "mse"},
    loss_weights={"digit": 1.0, "amount": 0.2},
    metrics={"digit": ["accuracy"], "amount": ["mae"]},
)
model.fit(  #: fail target-out-of-range
#> model.fit(
    {"upper": images[:, :32], "lower": images[:, 32:]},
    {"digit": digits + 1, "amount": ink},
    #> {"digit": digits, "amount": ink},
    batch_size=64,
    epochs=15,
    validation_split=0.2,
)
