"""Ten epochs of plain gradient descent, which come to an end long before the model has learned."""

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
model.compile(keras.optimizers.SGD(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
epochs = 10
#> epochs = 100
model.fit(x, y, validation_split=0.2, batch_size=64, epochs=epochs, verbose=0)  #: fail
