"""A loss summed over the batch, with a learning rate chosen for its mean."""

import keras
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
x, y = load_digits(return_X_y=True)
x = x / 16.0

model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(reduction="sum")
#> loss = keras.losses.SparseCategoricalCrossentropy()
model.compile(keras.optimizers.SGD(0.1), loss, metrics=["accuracy"])  #: fail
model.fit(x, y, validation_split=0.2, epochs=12, verbose=0)
