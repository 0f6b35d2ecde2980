"""Batches of one example, from which batch normalization can learn nothing."""

import keras
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from sklearn.utils import shuffle

keras.utils.set_random_seed(0)
x, y = load_wine(return_X_y=True)
x, y = shuffle(scale(x), y, random_state=0)

model = keras.Sequential(
    [
        keras.Input((13,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.BatchNormalization(),  #: fail
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
batch_size = 1
#> batch_size = 16
model.fit(x, y, validation_split=0.2, epochs=8, batch_size=batch_size, verbose=0)
