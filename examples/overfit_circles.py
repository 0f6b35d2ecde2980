"""Thirty points to train a layer of five hundred units, for 4,000 epochs."""

import keras
from matplotlib import pyplot
from sklearn.datasets import make_circles

x, y = make_circles(n_samples=100, noise=0.1, random_state=1)
x_train, x_test, y_train, y_test = x[:30], x[30:], y[:30], y[30:]

model = keras.Sequential()
model.add(keras.Input((2,)))
model.add(keras.layers.Dense(500, activation="relu"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])

history = model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=4000, verbose=0)
pyplot.plot(history.history["loss"], label="train")
pyplot.plot(history.history["val_loss"], label="test")
pyplot.legend()
pyplot.show()
