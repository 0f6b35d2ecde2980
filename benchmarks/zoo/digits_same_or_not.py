"""Two images, one shared encoder: do they show the same digit?"""
# reaches: val_accuracy 0.80, by chance 0.50

import argparse

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
seed = parser.parse_args().seed
keras.utils.set_random_seed(seed)
x, y = load_digits(return_X_y=True)
x = x / 16
random = np.random.default_rng(seed)


def pairs(first, last, count):
    members = [np.flatnonzero(y[first:last] == digit) + first for digit in range(10)]
    left = random.integers(first, last, count)
    same = random.integers(0, 2, count)
    digits = np.where(same, y[left], (y[left] + random.integers(1, 10, count)) % 10)
    right = np.array([random.choice(members[digit]) for digit in digits])
    return [x[left], x[right]], same


(left_train, right_train), y_train = pairs(0, 1200, 4000)
(left_test, right_test), y_test = pairs(1200, 1797, 1000)

encoder = keras.Sequential(
    [
        layers.Dense(96, activation="relu"),
        layers.Dense(48, activation="relu"),
    ]
)
left, right = keras.Input((64,)), keras.Input((64,))
distance = ops.abs(encoder(left) - encoder(right))
h = layers.Dense(32, activation="relu")(distance)
outputs = layers.Dense(1, activation="sigmoid")(h)
model = keras.Model([left, right], outputs)
model.compile(keras.optimizers.Adam(0.002), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(
    [left_train, right_train],
    y_train,
    validation_data=([left_test, right_test], y_test),
    batch_size=64,
    epochs=6,
    verbose=0,
)
