"""A rate of 1e-6: after ten epochs the weights are still nearly what they were drawn."""

import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")

model = keras.Sequential(
    [
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
RATE = 1e-6
#> RATE = 1e-3
model.compile(  #: fail
    keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2)
